import Arch
import Formats

/// Whole instructions for the array with its accumulators: a word for each group of columns of a tile, [row][lane].
extension GoboArray {
    static let lockstepWords = 512

    func lockstep(_ variant: String) -> RTLBlock {
        var binding = rtl
        binding.parameters["AccumulatorWords"] = Self.lockstepWords
        return RTLBlock(
            "gobo", binding, variant: variant,
            .tiles(
                TileCheck { index, source in
                    let shape = TileShape(
                        rows: 1...3 * rows, columns: 1...columns, run: 1...90, weightBits: 2...indexBits, codes: [.dictionary],
                        activations: [.float16], zeroRange: { _ in 0...0 }, longRun: 250...1100, busyRows: 2 * rows)
                    let product = TileProduct(shape, for: self, index: index, source: source)
                    return GoboTileCase(engine: self, product: product).tileCase()
                }))
    }
}

private struct GoboTileCase {
    /// A pass over K of a tile of outputs.
    private struct Pass {
        var columns: Range<Int>
        var rows: Range<Int>
        var depth: Range<Int>
        var outliers: [ListedOutlier]
        /// Cycle in which its last k enters.
        var end: Int
        /// First word of the tile in the accumulators.
        var word: Int
    }

    let engine: GoboArray
    let multiply: Multiply
    let memory: CoreMemory
    let storage: TileMemory
    let operands: GoboOperands
    private let passes: [Pass]

    init(engine: GoboArray, product: TileProduct) {
        self.engine = engine
        (multiply, memory, storage) = (product.multiply, product.memory, product.storage)
        operands = GoboOperands(multiply, memory: memory, layout: engine.layout(multiply.weightBits))
        let outliers = engine.listed(multiply, memory: memory)
        var passes: [Pass] = []
        var (time, word) = (0, 0)
        for firstColumn in stride(from: 0, to: multiply.columns, by: engine.columns) {
            let columns = firstColumn..<min(multiply.columns, firstColumn + engine.columns)
            for firstRow in stride(from: 0, to: multiply.rows, by: engine.rows) {
                for start in stride(from: 0, to: multiply.depth, by: GoboArray.passDepth) {
                    let depth = start..<min(multiply.depth, start + GoboArray.passDepth)
                    let own = outliers.filter { columns.contains($0.column) && depth.contains($0.k) }
                    time += max(depth.count, engine.centroidCycles + own.count)
                    passes.append(
                        Pass(
                            columns: columns, rows: firstRow..<min(multiply.rows, firstRow + engine.rows), depth: depth,
                            outliers: own, end: time - 1, word: word))
                }
                word += engine.groups(columns: engine.columns)
            }
        }
        self.passes = passes
    }

    func tileCase() -> TileCase {
        let preload = preload(storage.words(multiply))
        let timing = engine.timing(multiply, shape: nil)
        engine.multiplyStructurally(multiply, shape: nil, memory: memory)
        return TileCase(
            summary: multiply.shapeSummary, streams: [stepStream, outlierStream, centroidStream], preload: preload,
            retires: retires(storage.words(multiply)), cycles: timing.occupancy + timing.latency, events: engine.activity(multiply, shape: nil))
    }

    private var groupBits: Int { max(1, levels(engine.groups(columns: engine.columns))) }

    /// Bits of an f16 activation; none of rows that the tile does not have.
    private func activation(_ pass: Pass, line: Int, k: Int) -> Int {
        let row = pass.rows.lowerBound + line
        return pass.rows.contains(row) ? Int(Binary16.narrowed(operands.activation(row: row, k: k))) : 0
    }

    private var stepStream: BeatStream {
        let fields = [
            RTLPort("step_activation_i", bits: 16, count: engine.rows),
            RTLPort("step_index_i", bits: engine.indexBits, count: engine.columns),
            RTLPort("step_outlier_i", bits: 1, count: engine.columns), RTLPort("step_ends_i", bits: 1),
            RTLPort("step_outliers_i", bits: 21), RTLPort("step_fresh_i", bits: 1),
            RTLPort("step_address_i", bits: levels(GoboArray.lockstepWords)), RTLPort("step_last_group_i", bits: groupBits),
        ]
        let beats = passes.flatMap { pass in
            pass.depth.map { k -> [Int] in
                let kept = Set(pass.outliers.filter { $0.k == k }.map(\.column))
                let lanes = (0..<engine.columns).map { pass.columns.lowerBound + $0 }
                return (0..<engine.rows).map { activation(pass, line: $0, k: k) }
                    + lanes.map { pass.columns.contains($0) ? operands.index(column: $0, k: k) : 0 }
                    + lanes.map { kept.contains($0) ? 1 : 0 }
                    + [
                        k + 1 == pass.depth.upperBound ? 1 : 0, pass.outliers.count,
                        pass.depth.lowerBound == 0 && !multiply.accumulate ? 1 : 0, pass.word,
                        engine.groups(columns: pass.columns.count) - 1,
                    ]
            }
        }
        return BeatStream("step", fields: fields, beats: beats)
    }

    private var outlierStream: BeatStream {
        let fields = [
            RTLPort("outlier_value_i", bits: 16), RTLPort("outlier_group_i", bits: groupBits),
            RTLPort("outlier_lane_i", bits: max(1, levels(engine.multipliers))),
            RTLPort("outlier_activation_i", bits: 16, count: engine.rows),
        ]
        let beats = passes.flatMap { pass in
            pass.outliers.map { outlier in
                let column = outlier.column - pass.columns.lowerBound
                return [outlier.value & 0xFFFF, column / engine.multipliers, column % engine.multipliers]
                    + (0..<engine.rows).map { activation(pass, line: $0, k: outlier.k) }
            }
        }
        return BeatStream("outlier", fields: fields, beats: beats)
    }

    private var centroidStream: BeatStream {
        let numbers = operands.centroids.map { Int(Binary16.narrowed($0)) }
        let missing = (1 << engine.indexBits) - numbers.count
        return BeatStream(
            "centroid", fields: [RTLPort("centroid_value_i", bits: 16, count: 1 << engine.indexBits)],
            beats: passes.map { _ in numbers + Array(repeating: 0, count: missing) })
    }

    /// Outputs of a group of columns by lane of their word.
    private func lanes(_ pass: Pass, group: Int) -> [(lane: Int, row: Int, column: Int)] {
        let first = pass.columns.lowerBound + group * engine.multipliers
        return pass.rows.enumerated().flatMap { line, row in
            (first..<min(pass.columns.upperBound, first + engine.multipliers)).map { column in
                (line * engine.multipliers + column - first, row, column)
            }
        }
    }

    private func preload(_ results: [[UInt32]]) -> [Int: [UInt32]] {
        guard multiply.accumulate else { return [:] }
        var words: [Int: [UInt32]] = [:]
        for pass in passes where pass.depth.lowerBound == 0 {
            for group in 0..<engine.groups(columns: pass.columns.count) {
                var word = [UInt32](repeating: 0, count: engine.rows * engine.multipliers)
                for place in lanes(pass, group: group) { word[place.lane] = results[place.row][place.column] }
                words[pass.word + group] = word
            }
        }
        return words
    }

    /// Group by group, each as soon as its last centroid has come through product, sum and accumulator.
    private func retires(_ results: [[UInt32]]) -> [Retire] {
        passes.flatMap { pass in
            let isLast = pass.depth.upperBound == multiply.depth
            return (0..<engine.groups(columns: pass.columns.count)).map { group in
                let values = lanes(pass, group: group).map { place -> (Int, Retire.Value) in
                    (place.lane, isLast ? .exactly(results[place.row][place.column]) : .partial)
                }
                // Operand register, sums, second set of sums; three registers behind the last centroid.
                let cycle = pass.end + 3 + ((group + 1) << engine.indexBits) - 1 + 3
                return Retire(cycle: cycle, address: pass.word + group, lanes: Dictionary(uniqueKeysWithValues: values))
            }
        }
    }
}
