import Arch
import Engines
import Formats

/// A product of f16 activations and weights with a dictionary: laid out for an engine, and evaluated from docs/numerics.md.
struct CentroidCase {
    var rows: Int
    var columns: Int
    var taps: Int
    var run: Int
    var bits: Int
    /// f16 [row][k], [index], [column][k].
    var left: [[UInt16]] = []
    var centroids: [UInt16] = []
    var indices: [[UInt8]] = []
    /// f16 by column and k.
    var outliers: [[Int: UInt16]] = []
    /// What the accumulators hold before; `nil` starts afresh.
    var start: [[Float]]?

    var depth: Int { taps * run }

    static func random(columns: Int, seed: UInt64, run: ClosedRange<Int> = 1...60) -> CentroidCase {
        var random = SeededGenerator(seed)
        var test = CentroidCase(
            rows: .random(in: 1...19, using: &random), columns: .random(in: 1...columns, using: &random),
            taps: .random(in: 1...3, using: &random), run: .random(in: run, using: &random), bits: .random(in: 2...3, using: &random))
        let isSpecial = seed % 6 == 0
        func number() -> UInt16 {
            if isSpecial, Int.random(in: 0..<60, using: &random) == 0 { return [0x7C00, 0xFC00, 0x7E00, 0x8000, 1].randomElement(using: &random) ?? 0 }
            return Binary16.narrowed(Float.random(in: -4...4, using: &random))
        }
        test.left = (0..<test.rows).map { _ in (0..<test.depth).map { _ in number() } }
        test.centroids = (0..<1 << test.bits).map { _ in Binary16.narrowed(Float.random(in: -1...1, using: &random)) }
        test.indices = (0..<test.columns).map { _ in
            (0..<test.depth).map { _ in UInt8.random(in: 0..<1 << UInt8(test.bits), using: &random) }
        }
        let rarity = Int.random(in: 2...30, using: &random)
        test.outliers = (0..<test.columns).map { _ in
            var own: [Int: UInt16] = [:]
            for k in 0..<test.depth where Int.random(in: 0..<rarity, using: &random) == 0 { own[k] = number() }
            return own
        }
        if Bool.random(using: &random) {
            test.start = (0..<test.rows).map { _ in (0..<test.columns).map { _ in .random(in: -9...9, using: &random) } }
        }
        return test
    }

    // MARK: - Definition

    private func output(_ row: Int, _ column: Int) -> UInt32 {
        var total: Float = start?[row][column] ?? 0
        var first = 0
        while first < depth {
            let pass = first..<min(depth, first + 1024)
            var sum: Float = 0
            for k in pass {
                if let w = outliers[column][k] { sum = sum + Float(bits16: left[row][k]) * Float(bits16: w) }
            }
            for (index, centroid) in centroids.enumerated() {
                let own = pass.filter { outliers[column][$0] == nil && indices[column][$0] == index }
                let added = own.reduce(Float(0)) { $0 + Float(bits16: left[row][$1]) }
                sum = sum + Float(bits16: centroid) * added
            }
            total = total + sum
            first = pass.upperBound
        }
        return total.isNaN ? 0x7FC0_0000 : total.bitPattern
    }

    /// The bits of every output, [row][column].
    func expected() -> [UInt32] { (0..<rows).flatMap { row in (0..<columns).map { output(row, $0) } } }

    // MARK: - Instruction

    /// The columns must be those of one block.
    func prepare(_ engine: GoboArray) -> (Multiply, Scratchpads) {
        var weights = [UInt8](repeating: 0xEE, count: 7)
        // Codes in the place of outliers are not looked at.
        weights += engine.layOut(codes: indices.flatMap { $0 }, columns: columns, depth: depth, weightBits: bits)
        let table = weights.count
        weights += littleEndian(centroids)
        let list = weights.count
        let entries = (0..<depth).flatMap { k in
            (0..<columns).compactMap { column in
                outliers[column][k].map {
                    Outlier(lane: column, run: k / run, place: k % run + 5, value: Int(Int16(bitPattern: $0)))
                }
            }
        }
        weights += engine.outlierFormat.bytes(entries)
        let pads = [UInt8](repeating: 0x77, count: 2) + littleEndian(left.flatMap { $0 })
        let multiply = Multiply(
            engine: 0, activations: LocalAddress(.activations, 2), activationFormat: .float16,
            innerRows: .init(count: rows, stride: 2 * depth), kx: .init(count: taps, stride: 2 * run), run: run, weights: 7,
            weightBits: bits, codes: .dictionary,
            structure: entries.isEmpty ? .dense : .outliers(.init(offset: list, count: entries.count, firstPlace: 5)),
            zero: .centroids(offset: table), columns: columns, accumulators: 4, accumulatorPitch: 4 * columns,
            accumulate: start != nil, output: .scaled(weights: nil, activations: nil))
        let memory = Scratchpads(activations: pads, weights: weights, accumulators: 4 + 4 * rows * columns)
        for (place, word) in (start ?? []).joined().enumerated() {
            memory.memory.accumulators.storeBytes(of: word.bitPattern, toByteOffset: 4 + 4 * place, as: UInt32.self)
        }
        return (multiply, memory)
    }
}

extension Float {
    /// By the machine's own conversion.
    fileprivate init(bits16 pattern: UInt16) { self = Float(Float16(bitPattern: pattern)) }
}
