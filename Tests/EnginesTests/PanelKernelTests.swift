import CKernels
import Engines
import Testing

/// Every kernel of the processor against sums that are written out, on segments of any length and any number of columns.
struct PanelKernelTests {
    static let kernels = PanelKernel.allCases.filter(\.isAvailable)

    @Test(arguments: kernels)
    func kernelsOfBytesSumWhatTheyAreGiven(_ kernel: PanelKernel) {
        guard kernel.takesBytes else { return }
        for seed in 0..<200 {
            let drawn = DrawnPanel<Int8>(seed: UInt64(seed), weights: -128...127)
            let weights = drawn.words.map { UInt8(bitPattern: $0) ^ 0x80 }
            let corrections = drawn.sums.map { $0 &* 128 }
            #expect(drawn.run(weights, corrections) { kernel.run(bytes: $0) } == drawn.expected(), "seed \(seed)")
        }
    }

    @Test(arguments: kernels)
    func kernelsOfHalvesSumWhatTheyAreGiven(_ kernel: PanelKernel) {
        for seed in 0..<200 {
            let drawn = DrawnPanel<Int16>(seed: UInt64(seed), weights: -32768...32767)
            #expect(drawn.run(drawn.words, nil) { kernel.run(Int16.self, $0) } == drawn.expected(), "seed \(seed)")
        }
    }

    @Test(arguments: kernels)
    func kernelsOfWholeWordsSumWhatTheyAreGiven(_ kernel: PanelKernel) {
        for seed in 0..<100 {
            let drawn = DrawnPanel<Int32>(seed: UInt64(seed), weights: -(1 << 20)...1 << 20)
            #expect(drawn.run(drawn.words, nil) { kernel.run(Int32.self, $0) } == drawn.expected(), "seed \(seed)")
        }
    }
}

/// Rows, a panel and what lies in the accumulators, drawn from a seed.
private struct DrawnPanel<Number: DotNumber> {
    let rows: Int
    let columns: Int
    let ends: [UInt32]
    let isScaled: Bool
    let halves: Bool
    let accumulate: Bool
    /// [row][word][part].
    let activations: [Number]
    /// [word][column][part].
    let words: [Number]
    let columnScales: [Float]
    let rowScales: [Float]
    let old: [UInt32]

    init(seed: UInt64, weights: ClosedRange<Int>) {
        var random = SeededGenerator(seed)
        func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        rows = draw(1...9)
        columns = draw(1...16)
        isScaled = draw(0...2) > 0
        halves = draw(0...1) == 1
        accumulate = draw(0...1) == 1
        var end = 0
        ends = (0..<(isScaled ? draw(1...5) : 1)).map { _ in
            end += draw(1...20)
            return UInt32(end)
        }
        let count = end * Number.perWord
        activations = (0..<rows * count).map { _ in Number(truncatingIfNeeded: draw(weights)) }
        words = (0..<16 * count).map { _ in Number(truncatingIfNeeded: draw(weights)) }
        columnScales = (0..<16 * ends.count).map { _ in draw(0...40) == 0 ? .infinity : Float(draw(-1000...1000)) / 77 }
        rowScales = (0..<rows * ends.count).map { _ in draw(0...40) == 0 ? 0 : Float(draw(1...1000)) / 1013 }
        old = (0..<rows * 16).map { _ in Float(draw(-5000...5000)).bitPattern }
    }

    private var length: Int { Int(ends[ends.count - 1]) * Number.perWord }

    /// Of each row's segments.
    var sums: [Int32] {
        (0..<rows).flatMap { row in
            ends.indices.map { segment in
                range(segment).reduce(0) { $0 &+ Int32(activations[row * length + $1]) }
            }
        }
    }

    private func range(_ segment: Int) -> Range<Int> {
        let start = segment == 0 ? 0 : Int(ends[segment - 1])
        return start * Number.perWord..<Int(ends[segment]) * Number.perWord
    }

    private func dot(_ row: Int, _ column: Int, _ segment: Int) -> Int32 {
        range(segment).reduce(0) { sum, k in
            let (word, part) = k.quotientAndRemainder(dividingBy: Number.perWord)
            let weight = words[(word * 16 + column) * Number.perWord + part]
            return sum &+ Int32(truncatingIfNeeded: Int(activations[row * length + k]) * Int(weight))
        }
    }

    func expected() -> [UInt32] {
        var result = old
        for row in 0..<rows {
            for column in 0..<columns {
                let place = 16 * row + column
                let before: UInt32 = accumulate ? old[place] : 0
                guard isScaled else {
                    result[place] = before &+ UInt32(bitPattern: dot(row, column, 0))
                    continue
                }
                var total = Float(bitPattern: before)
                for segment in ends.indices {
                    let scale = columnScales[16 * segment + column] * rowScales[row * ends.count + segment]
                    let term = Float(dot(row, column, segment)) * scale
                    total += halves ? term * 0.5 : term
                }
                result[place] = total.isNaN ? 0x7FC0_0000 : total.bitPattern
            }
        }
        return result
    }

    func run<Weight>(_ weights: [Weight], _ corrections: [Int32]?, _ kernel: (accelsim_panel) -> Void) -> [UInt32] {
        var output = old
        let corrections = corrections ?? []
        output.withUnsafeMutableBytes { output in
            activations.withUnsafeBytes { activations in
                weights.withUnsafeBytes { weights in
                    withFloats { columnScales, rowScales in
                        ends.withUnsafeBufferPointer { ends in
                            corrections.withUnsafeBufferPointer { corrections in
                                kernel(accelsim_panel(
                                    activations: activations.baseAddress, activation_pitch: length * 4 / Number.perWord,
                                    rows: rows, weights: weights.baseAddress, segment_ends: ends.baseAddress,
                                    segments: ends.count, corrections: corrections.isEmpty ? nil : corrections.baseAddress,
                                    column_scales: isScaled ? columnScales : nil, row_scales: isScaled ? rowScales : nil,
                                    halves: halves ? 1 : 0, accumulators: output.baseAddress, accumulator_pitch: 64,
                                    columns: columns, accumulate: accumulate ? 1 : 0))
                            }
                        }
                    }
                }
            }
        }
        return output
    }

    private func withFloats(_ body: (UnsafePointer<Float>?, UnsafePointer<Float>?) -> Void) {
        columnScales.withUnsafeBufferPointer { columns in
            rowScales.withUnsafeBufferPointer { rows in body(columns.baseAddress, rows.baseAddress) }
        }
    }
}
