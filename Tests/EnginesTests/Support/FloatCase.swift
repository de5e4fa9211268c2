import Arch
import Engines
import Formats

/// A product with float operands (or codes on a float array): laid out for an engine, and evaluated from docs/numerics.md.
struct FloatCase {
    var activations: Multiply.Activations
    var codes: Multiply.Codes
    var bits: Int
    var rows: Int
    var columns: Int
    var taps: Int
    var run: Int
    /// [row][tap][run], and [column][k]: codes.
    var left: [[[UInt32]]] = []
    var right: [[UInt32]] = []
    var zero = 0
    var weightGroup: Int?
    var activationGroup: Int?
    var weightScales: [[Float]] = []
    var activationScales: [[Float]] = []
    /// What the accumulators hold before; `nil` starts afresh.
    var start: [[UInt32]]?
    var isInteger = false
    /// The scales of integer weights make f16 numbers of them before the products.
    var scalesWeights = false
    var contract = DotContract.blocked16

    var depth: Int { taps * run }

    static func random(_ a: Multiply.Activations, _ w: Multiply.Codes, bits: Int, seed: UInt64) -> FloatCase {
        var random = SeededGenerator(seed)
        var test = FloatCase(
            activations: a, codes: w, bits: bits, rows: .random(in: 1...6, using: &random),
            columns: .random(in: 1...21, using: &random), taps: .random(in: 1...3, using: &random),
            run: .random(in: 1...50, using: &random))
        let isSpecial = seed % 6 == 0
        test.left = (0..<test.rows).map { _ in
            (0..<test.taps).map { _ in (0..<test.run).map { _ in code(a.codec ?? .int8, isSpecial, &random) } }
        }
        let weightCodec = w.floatCodec ?? .unsigned(bits: bits)
        test.right = (0..<test.columns).map { _ in (0..<test.depth).map { _ in code(weightCodec, isSpecial, &random) } }
        test.zero = w == .offset ? .random(in: 0..<1 << bits, using: &random) : 0
        if Bool.random(using: &random) { test.weightGroup = .random(in: 1...40, using: &random) }
        if Bool.random(using: &random) { test.activationGroup = .random(in: 1...40, using: &random) }
        test.weightScales = scales(test.columns, test.depth, test.weightGroup, &random)
        test.activationScales = scales(test.rows, test.depth, test.activationGroup, &random)
        if Bool.random(using: &random) {
            test.start = (0..<test.rows).map { _ in
                (0..<test.columns).map { _ in Float.random(in: -9...9, using: &random).bitPattern }
            }
        }
        return test
    }

    /// Any code; infinities and NaN only where asked for.
    private static func code(_ codec: Codec, _ isSpecial: Bool, _ random: inout SeededGenerator) -> UInt32 {
        while true {
            let code = UInt32.random(in: 0..<1 << UInt32(codec.bits), using: &random)
            let value = codec.float(ofCode: code)
            // Moderate exponents, so that the sums do not lose everything but the greatest product.
            let isModerate = codec.isInteger || value == 0 || (value.isFinite && (0x1p-9...0x1p9).contains(value.magnitude))
            if isModerate || (isSpecial && Int.random(in: 0..<40, using: &random) == 0) { return code }
        }
    }

    private static func scales(_ lines: Int, _ depth: Int, _ group: Int?, _ random: inout SeededGenerator) -> [[Float]] {
        guard let group else { return [] }
        return (0..<lines).map { _ in
            (0..<(depth + group - 1) / group).map { _ in .random(in: 0.01...2, using: &random) }
        }
    }

    // MARK: - Definition

    private func a(_ row: Int, _ k: Int) -> Float {
        let code = left[row][k / run][k % run]
        return (activations.codec ?? .int8).float(ofCode: code)
    }

    private func w(_ column: Int, _ k: Int) -> Float {
        if let codec = codes.floatCodec { return codec.float(ofCode: right[column][k]) }
        let code = Int(right[column][k])
        let weight = Float(codes == .bipolar ? 2 * code + 1 - 1 << bits : code - zero)
        guard scalesWeights, let weightGroup else { return weight }
        return Float(Float16(weight * weightScales[column][k / weightGroup]))
    }

    private static func tree(_ slots: ArraySlice<Float>) -> Float {
        if slots.count == 1 { return slots[slots.startIndex] }
        let middle = slots.startIndex + slots.count / 2
        return tree(slots[..<middle]) + tree(slots[middle...])
    }

    private func product(_ a: Float, _ w: Float) -> Float {
        switch contract.products {
        case .single: return a * w
        case .half: return Float(Float16(a * w))
        case .halfTerms:
            if w == 0 { return a * w }
            var sum: Float16 = 0
            for bit in 0..<9 where Int(w.magnitude) >> bit & 1 == 1 { sum += Float16(a) * Float16(1 << bit) }
            return w < 0 ? -Float(sum) : Float(sum)
        }
    }

    /// `sum`, plus the blocks of a range: they end after 16, at the end of a tap and of the range.
    private func blocks(_ sum: Float, _ row: Int, _ column: Int, _ range: Range<Int>) -> Float {
        var sum = sum
        var slots: [Float] = []
        for k in range {
            slots.append(product(a(row, k), w(column, k)))
            if slots.count == 16 || (k + 1) % run == 0 || k + 1 == range.upperBound {
                sum += Self.tree((slots + Array(repeating: 0, count: 16 - slots.count))[...])
                slots = []
            }
        }
        return sum
    }

    /// The bits of every output, [row][column].
    func expected() -> [UInt32] {
        (0..<rows).flatMap { row in (0..<columns).map { column in output(row, column) } }
    }

    private func output(_ row: Int, _ column: Int) -> UInt32 {
        let before = start?[row][column]
        if isInteger {
            let sum = (0..<depth).reduce(0) { $0 + Int(a(row, $1)) * Int(w(column, $1)) }
            return UInt32(truncatingIfNeeded: sum + Int(Int32(bitPattern: before ?? 0)))
        }
        var total = Float(bitPattern: before ?? 0)
        let weightGroup = scalesWeights ? nil : weightGroup
        guard weightGroup != nil || activationGroup != nil else {
            return canonical(blocks(total, row, column, 0..<depth))
        }
        var first = 0
        for k in 0..<depth {
            let ends = [weightGroup, activationGroup].contains { $0.map { (k + 1) % $0 == 0 } ?? false }
            guard ends || k + 1 == depth else { continue }
            var scale: Float = 1
            if let weightGroup { scale = weightScales[column][k / weightGroup] }
            if let activationGroup { scale = scale * activationScales[row][k / activationGroup] }
            total += blocks(0, row, column, first..<k + 1) * scale
            first = k + 1
        }
        return canonical(total)
    }

    private func canonical(_ x: Float) -> UInt32 { x.isNaN ? 0x7FC0_0000 : x.bitPattern }

    // MARK: - Instruction

    func prepare(_ engine: any Engine) -> (Multiply, Scratchpads) {
        let bytes = activations.elementBytes
        let flat = right.flatMap { $0 }.flatMap { code in
            (0..<(bits + 7) / 8).map { UInt8(truncatingIfNeeded: code >> UInt32(8 * $0)) }
        }
        var weights = [UInt8](repeating: 0xEE, count: 5)
        weights += engine.layOut(codes: flat, columns: columns, depth: depth, weightBits: bits)
        var weightField: Multiply.WeightScales?
        if let weightGroup {
            weightField = .init(
                group: weightGroup, format: .float32, offset: weights.count, scalesWeights: scalesWeights)
            let block = engine.columnBlock
            for first in stride(from: 0, to: columns, by: block) {
                for group in weightScales[0].indices {
                    weights += littleEndian((first..<first + block).map {
                        $0 < columns ? weightScales[$0][group].bitPattern : 0x7FC0_0000
                    })
                }
            }
        }
        var pads = [UInt8](repeating: 0x77, count: 3)
        var activationField: Multiply.ActivationScales?
        if let activationGroup {
            activationField = .init(
                group: activationGroup, local: LocalAddress(.activations, pads.count), rowPitch: 4 * activationScales[0].count)
            for row in activationScales { pads += littleEndian(row.map(\.bitPattern)) }
        }
        let address = pads.count
        for code in left.joined().joined() {
            pads += (0..<bytes).map { UInt8(truncatingIfNeeded: code >> UInt32(8 * $0)) }
        }
        let tap = run * bytes
        let multiply = Multiply(
            engine: 0, activations: LocalAddress(.activations, address), activationFormat: activations,
            innerRows: .init(count: rows, stride: taps * tap), kx: .init(count: taps, stride: tap), run: run, weights: 5,
            weightBits: bits, codes: codes, zero: .immediate(zero), columns: columns, accumulators: 4,
            accumulatorPitch: 4 * columns, accumulate: start != nil,
            output: isInteger ? .integer : .scaled(weights: weightField, activations: activationField))
        let memory = Scratchpads(activations: pads, weights: weights, accumulators: 4 + 4 * rows * columns)
        for (place, word) in (start ?? []).joined().enumerated() {
            memory.memory.accumulators.storeBytes(of: word, toByteOffset: 4 + 4 * place, as: UInt32.self)
        }
        return (multiply, memory)
    }
}
