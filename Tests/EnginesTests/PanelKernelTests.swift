import CKernels
import Engines
import Testing

/// Every kernel of the processor against sums that are written out, on panels and segments of any number and length.
struct PanelKernelTests {
    static let kernels = PanelKernel.allCases.filter(\.isAvailable)

    @Test(arguments: kernels, [PanelFormat.bytes, .nibbles])
    func kernelsOfBiasedWeightsSumWhatTheyAreGiven(_ kernel: PanelKernel, _ format: PanelFormat) {
        let weights = format == .bytes ? -128...127 : -8...7
        for seed in 0..<200 {
            let drawn = DrawnPanels<Int8>(seed: UInt64(seed), perWord: format == .bytes ? 4 : 8, weights: weights)
            #expect(drawn.run(format) { kernel.run(format, Int8.self, $0) } == drawn.expected(), "seed \(seed)")
        }
    }

    @Test(arguments: kernels)
    func kernelsOfHalvesSumWhatTheyAreGiven(_ kernel: PanelKernel) {
        for seed in 0..<200 {
            let drawn = DrawnPanels<Int16>(seed: UInt64(seed), perWord: 2, weights: -32768...32767)
            #expect(drawn.run(.numbers) { kernel.run(.numbers, Int16.self, $0) } == drawn.expected(), "seed \(seed)")
        }
    }

    @Test(arguments: kernels)
    func kernelsOfWholeWordsSumWhatTheyAreGiven(_ kernel: PanelKernel) {
        for seed in 0..<100 {
            let drawn = DrawnPanels<Int32>(seed: UInt64(seed), perWord: 1, weights: -(1 << 20)...1 << 20)
            #expect(drawn.run(.numbers) { kernel.run(.numbers, Int32.self, $0) } == drawn.expected(), "seed \(seed)")
        }
    }
}

/// Rows, panels and what lies in the accumulators, drawn from a seed.
private struct DrawnPanels<Number: DotNumber> {
    let perWord: Int
    let rows: Int
    let columns: Int
    /// Word behind each segment.
    let ends: [Int]
    let isScaled: Bool
    let halves: Bool
    let accumulate: Bool
    /// [row][k]
    let activations: [Number]
    /// [column][k]
    let weights: [Int]
    /// [column][segment]
    let columnScales: [Float]
    /// [row][segment]
    let rowScales: [Float]
    /// [row][column]
    let old: [UInt32]

    init(seed: UInt64, perWord: Int, weights range: ClosedRange<Int>) {
        var random = SeededGenerator(seed)
        func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
        self.perWord = perWord
        rows = draw(1...9)
        columns = draw(1...40)
        isScaled = draw(0...2) > 0
        halves = draw(0...1) == 1
        accumulate = draw(0...1) == 1
        var end = 0
        ends = (0..<(isScaled ? draw(1...5) : 1)).map { _ in
            end += draw(1...20)
            return end
        }
        let depth = end * perWord
        activations = (0..<rows * depth).map { _ in Number(truncatingIfNeeded: draw(-32768...32767)) }
        weights = (0..<columns * depth).map { _ in draw(range) }
        columnScales = (0..<columns * ends.count).map { _ in draw(0...40) == 0 ? .infinity : Float(draw(-1000...1000)) / 77 }
        rowScales = (0..<rows * ends.count).map { _ in draw(0...40) == 0 ? 0 : Float(draw(1...1000)) / 1013 }
        old = (0..<rows * columns).map { _ in Float(draw(-5000...5000)).bitPattern }
    }

    private var depth: Int { ends[ends.count - 1] * perWord }
    private var panels: Int { (columns + 15) / 16 }

    private func range(_ segment: Int) -> Range<Int> {
        (segment == 0 ? 0 : ends[segment - 1]) * perWord..<ends[segment] * perWord
    }

    private func dot(_ row: Int, _ column: Int, _ segment: Int) -> Int32 {
        range(segment).reduce(0) { sum, k in
            sum &+ Int32(truncatingIfNeeded: Int(activations[row * depth + k]) * weights[column * depth + k])
        }
    }

    func expected() -> [UInt32] {
        var result = old
        for row in 0..<rows {
            for column in 0..<columns {
                let place = row * columns + column
                let before: UInt32 = accumulate ? old[place] : 0
                guard isScaled else {
                    result[place] = before &+ UInt32(bitPattern: dot(row, column, 0))
                    continue
                }
                var total = Float(bitPattern: before)
                for segment in ends.indices {
                    let scale = columnScales[column * ends.count + segment] * rowScales[row * ends.count + segment]
                    let term = Float(dot(row, column, segment)) * scale
                    total += halves ? term * 0.5 : term
                }
                result[place] = total.isNaN ? 0x7FC0_0000 : total.bitPattern
            }
        }
        return result
    }

    /// What the header says of panels, byte by byte. Columns that are not there hold anything.
    private func memory(_ format: PanelFormat) -> [UInt8] {
        var bytes: [UInt8] = []
        for panel in 0..<panels {
            let lanes = (0..<16).map { min(columns - 1, 16 * panel + $0) }
            for segment in ends.indices {
                if isScaled {
                    for column in lanes { append(columnScales[column * ends.count + segment].bitPattern, to: &bytes) }
                }
                for word in range(segment).lowerBound / perWord..<ends[segment] {
                    for column in lanes { bytes += self.word(format, column: column, word) }
                }
            }
        }
        return bytes
    }

    private func append(_ bits: UInt32, to bytes: inout [UInt8]) {
        bytes += (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
    }

    private func word(_ format: PanelFormat, column: Int, _ word: Int) -> [UInt8] {
        let numbers = weights[(column * depth + word * perWord)..<(column * depth + (word + 1) * perWord)].map { $0 }
        switch format {
        case .bytes: return numbers.map { UInt8($0 + 128) }
        case .nibbles: return (0..<4).map { UInt8(numbers[$0] + 8) | UInt8(numbers[$0 + 4] + 8) << 4 }
        case .numbers:
            let bytes = 4 / perWord
            return numbers.flatMap { number in (0..<bytes).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
        }
    }

    private func corrections(_ bias: Int) -> [Int32] {
        (0..<rows).flatMap { row in
            ends.indices.map { segment in
                Int32(range(segment).reduce(0) { $0 + Int(activations[row * depth + $1]) } * bias)
            }
        }
    }

    func run(_ format: PanelFormat, _ kernel: (accelsim_panel) -> Void) -> [UInt32] {
        var output = old
        let memory = memory(format)
        let corrections = format == .numbers ? [] : corrections(format == .bytes ? 128 : 8)
        var panel = accelsim_panel()
        panel.rows = rows
        panel.panels = panels
        panel.panel_pitch = memory.count / panels
        panel.activation_pitch = depth * MemoryLayout<Number>.size
        panel.segments = ends.count
        panel.halves = halves ? 1 : 0
        panel.accumulator_pitch = 4 * columns
        panel.columns = columns
        panel.accumulate = accumulate ? 1 : 0
        output.withUnsafeMutableBytes { output in
            activations.withUnsafeBytes { activations in
                memory.withUnsafeBytes { memory in
                    ends.map { UInt32($0) }.withUnsafeBufferPointer { ends in
                        rowScales.withUnsafeBufferPointer { rowScales in
                            corrections.withUnsafeBufferPointer { corrections in
                                panel.accumulators = output.baseAddress
                                panel.activations = activations.baseAddress
                                panel.weights = memory.baseAddress
                                panel.segment_ends = ends.baseAddress
                                panel.row_scales = isScaled ? rowScales.baseAddress : nil
                                panel.corrections = corrections.isEmpty ? nil : corrections.baseAddress
                                kernel(panel)
                            }
                        }
                    }
                }
            }
        }
        return output
    }
}
