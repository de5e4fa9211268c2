import Arch
import Formats

extension LUTTensorCore {
    /// Words of the accumulators beside the array under test.
    static let lockstepWords = 256

    /// One array with its accumulators, whole instructions at a time.
    ///
    /// - Parameters:
    ///   - foldsSigns: weights come unfolded.
    ///   - buildsTables: activations come in place of (exact) tables.
    ///   - selectorInputs: greatest m of the N:M weights whose activations are selected in front of the builder.
    func lockstep(
        _ variant: String, foldsSigns: Bool = false, buildsTables: Bool = false, selectorInputs: Int = 1
    ) -> RTLBlock {
        let ports = LookupPorts(
            engine: self, foldsSigns: foldsSigns, buildsTables: buildsTables,
            selectors: TableSelectors(length: k, inputs: selectorInputs))
        var binding = rtl
        binding.parameters["AccumulatorWords"] = Self.lockstepWords
        binding.parameters["FoldsSigns"] = foldsSigns ? 1 : 0
        binding.parameters["BuildsTables"] = buildsTables ? 1 : 0
        binding.parameters["SelectorInputs"] = selectorInputs
        return RTLBlock(
            "lut-tc", binding, variant: variant,
            .tiles(
                TileCheck { index, source in
                    let shape = TileShape(
                        columns: 1...3 * n, run: 1...6 * k, codes: [.offset, .bipolar],
                        zeroRange: { zeroRange(weightBits: $0) }, tables: tableFormat)
                    return ports.tileCase(TileProduct(shape, for: self, index: index, source: source), index: index, seed: source.seed)
                }))
    }
}

/// The streams of one array.
private struct LookupPorts: Sendable {
    let engine: LUTTensorCore
    let foldsSigns: Bool
    let buildsTables: Bool
    let selectors: TableSelectors

    private var accumulators: AccumulatorPorts {
        AccumulatorPorts(lanes: engine.n, words: LUTTensorCore.lockstepWords)
    }
    /// Scale lanes that a row has work for.
    private var lanes: Int { min(engine.epilogueLanes, engine.n) }
    private var chunks: Int { ceilDivide(engine.n, lanes) }

    /// An array sees kept K alone, whatever the structure of the weights is: every fourth instruction is one of dense weights.
    func tileCase(_ product: TileProduct, index: Int, seed: UInt64) -> TileCase {
        let (multiply, memory) = (product.multiply, product.memory)
        let walk = LookupWalk(engine, multiply)
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: engine.n, weightGroups: walk.walk.cut.weightGroups)
        let stored = StoredTables(engine, multiply, memory: memory, tables: walk.walk.tables)
        let streams = [
            tableStream(walk, stored, pattern(index), SplitMix64(seed: seed)), weightStream(walk, stored), zeroStream(walk, stored, parameters),
            scaleStream(walk, parameters),
        ]
        let preload = accumulators.preload(multiply, memory, blockColumns: engine.n)
        let timing = engine.timing(multiply, shape: nil)
        engine.multiplyStructurally(multiply, shape: nil, memory: memory)
        return TileCase(
            summary: multiply.shapeSummary, streams: streams, preload: preload,
            retires: retires(walk, multiply, latency: timing.latency, results: product.storage.words(multiply)),
            cycles: timing.occupancy + timing.latency, events: engine.activity(multiply, shape: nil), completion: "complete_o")
    }

    private func pattern(_ index: Int) -> NOfM? {
        let patterns = selectors.patterns
        return index % 4 == 0 || patterns.isEmpty ? nil : patterns[index % patterns.count]
    }

    private func tableStream(
        _ walk: LookupWalk, _ stored: StoredTables, _ pattern: NOfM?, _ random: SplitMix64
    ) -> BeatStream {
        let multiply = stored.multiply
        var random = random
        var beats: [[Int]] = []
        for (index, step) in walk.steps.enumerated() {
            let isFresh = step.segment.range.lowerBound == 0 && !multiply.accumulate
            for group in step.tables {
                let selection = TableSelection(
                    pattern, table: group % tablesPerRun(multiply), length: engine.k, run: multiply.run, using: &random)
                let values = (0..<engine.m).flatMap { line -> [Int] in
                    let row = step.rows.lowerBound + line
                    guard row < step.rows.upperBound else { return Array(repeating: 0, count: rowOperands) }
                    return operands(stored.table(row: row, group: group), selection, &random)
                }
                let ends = group + 1 == step.tables.upperBound
                beats.append(
                    values + selection.fields + [
                        multiply.weightBits - 1, ends ? 1 : 0, ends && index + 1 == walk.steps.count ? 1 : 0,
                        multiply.isScaled ? 1 : 0, multiply.codes == .bipolar ? 0 : 1, isFresh ? 1 : 0,
                        accumulators.word(block: step.block, row: step.rows.lowerBound, multiply), step.rows.count - 1,
                        ceilDivide(step.columns.count, lanes) - 1,
                    ])
            }
        }
        return BeatStream(
            "table",
            fields: [
                .signed("table_value_i", bits: buildsTables ? 9 : engine.entryBits, count: engine.m * rowOperands),
            ] + selectors.ports("table_") + [
                RTLPort("table_planes_i", bits: 3), RTLPort("table_ends_i", bits: 1), RTLPort("table_last_i", bits: 1),
                RTLPort("table_scaled_i", bits: 1), RTLPort("table_affine_i", bits: 1),
                RTLPort("table_fresh_i", bits: 1), RTLPort("table_address_i", bits: accumulators.addressBits),
                RTLPort("table_last_row_i", bits: max(1, levels(engine.m))),
                RTLPort("table_last_chunk_i", bits: max(1, levels(chunks))),
            ], beats: beats)
    }

    private var rowOperands: Int { buildsTables ? selectors.window : 1 << (engine.symmetric ? engine.k - 1 : engine.k) }

    private func tablesPerRun(_ multiply: Multiply) -> Int { ceilDivide(multiply.run, engine.k) }

    private func operands(_ table: [Int], _ selection: TableSelection, _ random: inout SplitMix64) -> [Int] {
        guard buildsTables else { return table }
        let half = engine.symmetric ? table : stride(from: 0, to: table.count, by: 2).map { table[$0] }
        let activations = LookupTable.activations(ofHalf: half)
        return selectors.inputs == 1 ? activations : selection.window(activations, size: selectors.window, using: &random)
    }

    private func weightStream(_ walk: LookupWalk, _ stored: StoredTables) -> BeatStream {
        var beats: [[Int]] = []
        for step in walk.steps {
            for group in step.tables {
                for plane in 0..<stored.multiply.weightBits {
                    let used = step.columns.map { column in
                        let index = stored.index(column: column, group: group, plane: plane)
                        return foldsSigns ? LookupTable.fold(index, groupLength: engine.k) : index
                    }
                    beats.append(used + Array(repeating: 0, count: engine.n - used.count))
                }
            }
        }
        return BeatStream(
            "weight", fields: [RTLPort("weight_index_i", bits: engine.k, count: engine.n)], beats: beats)
    }

    /// First columns of what leaves together: a row, or chunks of one.
    private func firstColumns(_ step: LookupWalk.Step, _ multiply: Multiply) -> StrideTo<Int> {
        stride(from: step.columns.lowerBound, to: step.columns.upperBound, by: multiply.isScaled ? lanes : engine.n)
    }

    private func zeroStream(_ walk: LookupWalk, _ stored: StoredTables, _ parameters: GroupParameters) -> BeatStream {
        var beats: [[Int]] = []
        for step in walk.steps {
            for _ in step.rows {
                for first in firstColumns(step, stored.multiply) {
                    beats.append((first..<first + engine.n).map { column in
                        guard step.columns.contains(column) else { return 0 }
                        return stored.zero(column: column, segment: step.segment, parameters) ?? 0
                    })
                }
            }
        }
        return BeatStream("zero", fields: [.signed("zero_value_i", bits: 10, count: engine.n)], beats: beats)
    }

    private func scaleStream(_ walk: LookupWalk, _ parameters: GroupParameters) -> BeatStream {
        var beats: [[Int]] = []
        for step in walk.steps where parameters.multiply.isScaled {
            for row in step.rows {
                for first in firstColumns(step, parameters.multiply) {
                    let scales = (first..<first + lanes).map { column in
                        step.columns.contains(column)
                            ? Int(parameters.columnScale(column, step.segment).bitPattern) : 0
                    }
                    beats.append(scales + [Int(parameters.rowScale(row, step.segment).bitPattern)])
                }
            }
        }
        return BeatStream(
            "scale", fields: [RTLPort("scale_column_i", bits: 32, count: lanes), RTLPort("scale_row_i", bits: 32)],
            beats: beats)
    }

    /// Rows that a tile does not have, and chunks, pass without a write.
    private func retires(
        _ walk: LookupWalk, _ multiply: Multiply, latency: Int, results: [[UInt32]]
    ) -> [Retire] {
        let turns = multiply.isScaled ? chunks : 1
        // The last lookup is in the cycle before the end; further rows are the last part of the latency.
        let firstWrite = latency - (engine.m - 1) - 1
        return walk.steps.flatMap { step in
            step.rows.flatMap { row in
                firstColumns(step, multiply).enumerated().map { chunk, first in
                    let columns = first..<min(step.columns.upperBound, first + (multiply.isScaled ? lanes : engine.n))
                    return Retire(
                        cycle: step.end + firstWrite + (row - step.rows.lowerBound) * turns + chunk,
                        address: accumulators.word(block: step.block, row: row, multiply),
                        lanes: Dictionary(uniqueKeysWithValues: columns.map { column in
                            (
                                column - step.columns.lowerBound,
                                step.isLastOfTile ? .exactly(results[row][column]) : .partial
                            )
                        }))
                }
            }
        }
    }
}
