import Formats

/// Chooses scales for numbers that become codes.
struct ScaleSearch: Sendable {
    let rounding: CodeRounding
    let search: NumberFormat.Search
    /// What scales are stored in, and so rounded to before anything is divided by them.
    let codec: Codec

    init(_ format: NumberFormat) {
        rounding = CodeRounding(format)
        search = format.search
        codec = format.scaleCodec
    }

    /// The nearest positive number that can be stored; infinity when it is too great.
    func stored(_ scale: Float) -> Float {
        let nearest = codec.float(ofCode: codec.code(ofFloat: scale))
        return nearest > 0 ? nearest : codec == .float16 ? 0x1p-24 : .leastNonzeroMagnitude
    }

    /// The scale of numbers of this greatest magnitude.
    ///
    /// - Parameter errors: the sum of squared errors under each of some scales.
    func scale(maximum: Float, errors: ([Float]) -> [Double]) -> Float {
        guard maximum > 0 else { return 1 }
        let full = maximum / rounding.greatest
        guard search == .meanSquaredError else { return stored(full) }
        // Every eighth of a power of two down to 1/32 of the range, then quarters of that around the best.
        let coarse = best(full, (0...40).map { Float($0) }, errors)
        let fine = best(full, [0, -0.75, -0.5, -0.25, 0.25, 0.5, 0.75].map { coarse.step + $0 }, errors)
        return fine.scale
    }

    private func best(_ full: Float, _ steps: [Float], _ errors: ([Float]) -> [Double]) -> (step: Float, scale: Float) {
        let scales = steps.map { stored(full * Self.powerOfTwo(eighths: -$0)) }
        let sums = errors(scales)
        var index = 0
        for other in sums.indices where sums[other] < sums[index] { index = other }
        return (steps[index], scales[index])
    }

    /// 2^(x / 8) for multiples of a quarter.
    private static func powerOfTwo(eighths: Float) -> Float {
        let quarters = Int((eighths * 4).rounded(.down))
        let whole = quarters >> 5
        // 2^(1/32), as often as the rest says.
        let root: Float = 1.021_897_2
        return (0..<(quarters & 31)).reduce(Float(sign: .plus, exponent: whole, significand: 1)) { product, _ in product * root }
    }

    /// The scale of these numbers.
    func scale(_ values: UnsafeBufferPointer<Float>) -> Float {
        scale(maximum: Quantiser.maximumMagnitude(count: values.count) { values[$0] }) { errors(values, $0) }
    }

    func errors(_ values: UnsafeBufferPointer<Float>, _ scales: [Float]) -> [Double] {
        if let levels = rounding.wholeLevels { return scales.map { Self.error(values, levels, scale: $0) } }
        return scales.map { scale in
            var sum = 0.0
            for value in values {
                let error = Double(value - rounding.number(rounding.code(value, scale: scale), scale: scale))
                sum += error * error
            }
            return sum
        }
    }

    /// The same for codes that are whole numbers, eight at a time.
    private static func error(_ values: UnsafeBufferPointer<Float>, _ levels: ClosedRange<Float>, scale: Float) -> Double {
        // Adding and taking away 1.5 * 2^23 rounds a small number to the nearest whole one, ties to even.
        let rounder = SIMD8<Float>(repeating: 0x1.8p23)
        let (low, high) = (SIMD8(repeating: levels.lowerBound), SIMD8(repeating: levels.upperBound))
        var sums = SIMD8<Float>.zero
        var start = 0
        while start < values.count {
            var lanes = SIMD8<Float>.zero
            if start + 8 <= values.count, let base = values.baseAddress {
                lanes = UnsafeRawPointer(base + start).loadUnaligned(as: SIMD8<Float>.self)
            } else {
                for index in start..<values.count { lanes[index - start] = values[index] }
            }
            let ratio = (lanes / scale).clamped(lowerBound: low, upperBound: high)
            let error = lanes - ((ratio + rounder) - rounder) * scale
            sums += error * error
            start += 8
        }
        return Double(sums.sum())
    }
}
