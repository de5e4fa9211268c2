import Diagnostics
import Formats

extension NodeEvaluation {
    /// int32 accumulator -> narrower codes; dyadic (HAWQ-V3) or by an f32 factor (ONNX).
    func requantise(_ requantisation: Requantisation) throws -> Tensor {
        let accumulator = try input(0)
        let type = try output()
        if type.encoding.codec.pairs != nil || type.encoding.codec.hasGaps {
            return try codes(of: try requantised(accumulator, type), type)
        }
        let range = try codesRange(type, name: node.outputs.first ?? "output")
        let zero = try zeroPoint(type.encoding.zeroPoint, of: type.shape)
        let values = try accumulator.values()
        let convert: @Sendable (Int32, Int) -> Int64
        switch requantisation.kind {
        case .float: convert = try floatConversion(accumulator, type)
        case .dyadic(let rounding):
            let factor = try dyadicFactors(requantisation, accumulator, type)
            convert = { value, element in factor(element).apply(value, rounding: rounding) }
        }
        let codes: [Int32] = filledInParallel(count: values.count, workPerItem: 4) { places, codes in
            for index in places {
                let scaled = convert(values[index], index)
                codes[index] = Int32(Quantiser.saturated(scaled, plus: zero[element: index], to: range))
            }
        }
        return try type.tensor(values: codes)
    }

    /// s = f32(f32(row scale * column scale) / output scale); round(f32(f32(acc) * s)), half to even.
    private func floatConversion(
        _ accumulator: TypedTensor, _ type: TensorType
    ) throws -> @Sendable (Int32, Int) -> Int64 {
        let inputScale = try elementScale(accumulator)
        let outputScale = try codeScale(type)
        return { value, element in
            let factor = inputScale[element: element] / outputScale[element: element]
            let rounded = RoundingRule.halfToEven.round(Float(value) * factor)
            // 2^62 is far beyond every codec, so clamping there changes no saturated result.
            return rounded.isNaN ? 0 : Int64(max(-0x1p62, min(0x1p62, rounded)))
        }
    }

    /// The multiplier and shift of every element: given, or the dyadic number of
    /// R = Double(input scale) / Double(output scale).
    private func dyadicFactors(
        _ requantisation: Requantisation, _ accumulator: TypedTensor, _ type: TensorType
    ) throws -> @Sendable (Int) -> Dyadic {
        if requantisation.multiplier != nil || requantisation.shift != nil {
            return try givenFactors(requantisation, columns: accumulator.last)
        }
        let inputScale = try elementScale(accumulator)
        let outputScale = try codeScale(type)
        let factor: @Sendable (Int) throws -> Dyadic = { element in
            let ratio = Double(inputScale[element: element]) / Double(outputScale[element: element])
            guard let factor = Dyadic(ratio: ratio) else {
                throw Diagnostic(
                    field: "encoding", "the ratio of scales is \(ratio), expected a positive finite number")
            }
            return factor
        }
        let period = max(inputScale.period, outputScale.period)
        let factors = try (0..<min(period, type.count)).map(factor)
        return { factors[$0 % period] }
    }

    private func givenFactors(_ requantisation: Requantisation, columns: Int) throws -> @Sendable (Int) -> Dyadic {
        guard let multiplierName = requantisation.multiplier, let shiftName = requantisation.shift else {
            throw Diagnostic(field: requantisation.multiplier == nil ? "multiplier" : "shift", "is missing")
        }
        let multipliers = try parameter(multiplierName).values()
        let shifts = try parameter(shiftName).values()
        for (name, count) in [(multiplierName, multipliers.count), (shiftName, shifts.count)] {
            try require(count == 1 || count == columns, name, "has \(count) entries, expected 1 or \(columns)")
        }
        return { element in
            Dyadic(
                multiplier: Int64(multipliers.count == 1 ? multipliers[0] : multipliers[element % columns]),
                shift: Int(shifts.count == 1 ? shifts[0] : shifts[element % columns]))
        }
    }
}
