import Arch
import Engines
import Formats

/// A product of outlier-victim pairs: slots laid out for an engine, and sums from the definition.
struct PairProduct {
    var activations: OutlierVictimPair
    var weights: OutlierVictimPair
    var outer = 1
    var inner = 1
    var ky = 1
    var kx = 1
    var run: Int
    var columns: Int
    /// [pixel][run] slots
    var pixels: [[UInt8]] = []
    /// [column][laid-out k] slots
    var codes: [[UInt8]] = []
    var weightGroup: Int?
    /// [column][group]
    var weightScales: [[Float]] = []
    var accumulate = false
    /// Weights lie as they are made at run time: a slot in each byte, whatever its bits.
    var slotsInBytes = false

    var laidOutRun: Int { (run + 1) / 2 * 2 }
    var depth: Int { ky * kx * laidOutRun }
    var rows: Int { outer * inner }
    var width: Int { inner + kx - 1 }
    var pixelCount: Int { (outer + ky - 1) * width }

    static func random(_ engine: any Engine, seed: UInt64) -> PairProduct {
        let wide = OutlierVictimPair.allCases.filter {
            engine.support(ProductFormat(activations: .outlierVictim($0), weights: .outlierVictim($0))) == .native
        }
        var random = SeededGenerator(seed)
        var product = PairProduct(
            activations: wide.randomElement(using: &random) ?? .int4, weights: wide.randomElement(using: &random) ?? .int4,
            outer: .random(in: 1...3, using: &random), inner: .random(in: 1...5, using: &random),
            ky: .random(in: 1...2, using: &random), kx: .random(in: 1...3, using: &random),
            run: .random(in: 1...20, using: &random), columns: .random(in: 1...80, using: &random))
        product.fill(anything: seed % 3 == 0, using: &random)
        if Bool.random(using: &random) {
            product.weightGroup = 2 * Int.random(in: 1...9, using: &random)
            let groups = (product.depth + (product.weightGroup ?? 1) - 1) / (product.weightGroup ?? 1)
            product.weightScales = (0..<product.columns).map { _ in
                (0..<groups).map { _ in .random(in: 0.001...2, using: &random) }
            }
        }
        product.accumulate = .random(using: &random)
        return product
    }

    /// - Parameter anything: any bytes, well-formed or not.
    mutating func fill(anything: Bool, using random: inout SeededGenerator) {
        func row(_ format: OutlierVictimPair, _ count: Int) -> [UInt8] {
            if anything { return (0..<count).map { _ in .random(in: 0...UInt8(1 << format.bits - 1), using: &random) } }
            return PairDraw(format).slots(count: count, width: count) { Int.random(in: 0..<$0, using: &random) }
        }
        pixels = (0..<pixelCount).map { _ in row(activations, run) }
        codes = (0..<columns).map { _ in
            (0..<ky * kx).flatMap { _ in row(weights, run) + [UInt8](repeating: 0, count: laidOutRun - run) }
        }
    }

    /// The values of a pair: (-1)^sign (2^m + mantissa) 2^(exponent + bias) beside an identifier.
    static func values(_ format: OutlierVictimPair, _ left: UInt8, _ right: UInt8) -> [Int] {
        let sign = format == .int4 || format == .flint4 ? 8 : 128
        let (mantissaBits, bias) = [.int4: (1, 2), .flint4: (1, 3), .int8: (3, 4), .int8E2M5: (5, 2)][format] ?? (0, 0)
        func outlier(_ slot: Int) -> Int {
            let (code, unit) = (slot % sign, 1 << mantissaBits)
            return (unit + code % unit) * (1 << (code / unit + bias)) * (slot < sign ? 1 : -1)
        }
        func normal(_ slot: Int) -> Int {
            if format == .flint4 { return [0, 1, 2, 3, 16, 8, 4, 6][slot % 8] * (slot < sign ? 1 : -1) }
            return slot < sign ? slot : slot - 2 * sign
        }
        let (left, right) = (Int(left), Int(right))
        if left == sign, right == sign { return [0, 0] }
        if right == sign { return [outlier(left), 0] }
        return left == sign ? [0, outlier(right)] : [normal(left), normal(right)]
    }

    private func values(_ format: OutlierVictimPair, _ slots: [UInt8]) -> [Int] {
        stride(from: 0, to: slots.count, by: 2).flatMap { index in
            Self.values(format, slots[index], index + 1 < slots.count ? slots[index + 1] : 0)
        }
    }

    /// The outputs, [row][column], on accumulators that hold `start` where the product accumulates.
    func expected(start: UInt32) -> [UInt32] {
        let weights = codes.map { values(self.weights, $0) }
        let pixels = pixels.map { values(activations, $0) }
        var outputs: [UInt32] = []
        for row in 0..<rows {
            var line: [Int] = []
            for tap in 0..<ky * kx { line += pixels[(row / inner + tap / kx) * width + row % inner + tap % kx] }
            for column in 0..<columns {
                let products: [Int] = zip(line, weights[column]).map { $0 * $1 }
                outputs.append(output(products, column: column, start: start))
            }
        }
        return outputs
    }

    private func output(_ products: [Int], column: Int, start: UInt32) -> UInt32 {
        guard let weightGroup else {
            let sum = UInt32(truncatingIfNeeded: products.reduce(0, &+))
            return accumulate ? start &+ sum : sum
        }
        var total = accumulate ? Float(bitPattern: start) : 0
        for (group, first) in stride(from: 0, to: depth, by: weightGroup).enumerated() {
            let sum = products[first..<min(depth, first + weightGroup)].reduce(0, &+)
            total += Float(Int32(truncatingIfNeeded: sum)) * weightScales[column][group]
        }
        return total.bitPattern
    }

    /// The instruction and its memory, with the parts at odd places.
    func prepare(_ engine: any Engine) -> (Multiply, Scratchpads) {
        let block = engine.columnBlock
        var bytes = [UInt8](repeating: 0xEE, count: 5)
        bytes += engine.layOut(
            codes: codes.flatMap { $0 }, columns: columns, depth: depth, weightBits: slotsInBytes ? 8 : weights.bits)
        var scales: Multiply.WeightScales?
        if let weightGroup {
            scales = .init(group: weightGroup, format: .float32, offset: bytes.count)
            for first in stride(from: 0, to: columns, by: block) {
                for group in weightScales[0].indices {
                    bytes += littleEndian((first..<first + block).map { $0 < columns ? weightScales[$0][group].bitPattern : 0 })
                }
            }
        }
        let pitch = 4 * columns + 8
        let multiply = Multiply(
            engine: 0, activations: LocalAddress(.activations, 3),
            activationFormat: Multiply.Activations(.outlierVictim(activations)) ?? .int8,
            outerRows: .init(count: outer, stride: width * run), innerRows: .init(count: inner, stride: run),
            ky: .init(count: ky, stride: width * run), kx: .init(count: kx, stride: run), run: run, weights: 5,
            weightBits: slotsInBytes ? 8 : weights.bits, codes: Multiply.Codes(.outlierVictim(weights)) ?? .offset, zero: .immediate(0),
            columns: columns, accumulators: 4, accumulatorPitch: pitch, accumulate: accumulate,
            output: scales == nil ? .integer : .scaled(weights: scales, activations: nil))
        let pads = Scratchpads(
            activations: [1, 2, 3] + pixels.flatMap { $0 }, weights: bytes, accumulators: 4 + rows * pitch)
        return (multiply, pads)
    }
}
