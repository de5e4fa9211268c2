import Arch

/// The ports of a weight-stationary array's epilogue, in the order of its beats: what goes with a row of activations, and
/// what it writes.
struct StationaryPorts {
    var lanes: Int
    var epilogueLanes: Int
    var partialRows: Int
    var words: Int
    /// The array holds all sums until their segment ends; else those of integer output leave tile by tile.
    var holdsSums = false

    var chunks: Int { ceilDivide(lanes, epilogueLanes) }
    var accumulators: AccumulatorPorts { AccumulatorPorts(lanes: lanes, words: words) }

    /// Of `rowFields`, what arrays have that scale or leave sums as they are.
    static let scaledField = 1

    /// Fields that every row carries, behind its operands.
    var rowFields: [RTLPort] {
        [
            RTLPort("row_last_i", bits: 1), RTLPort("row_scaled_i", bits: 1), RTLPort("row_begins_i", bits: 1),
            RTLPort("row_ends_i", bits: 1), RTLPort("row_fresh_i", bits: 1),
            RTLPort("row_partial_i", bits: max(1, levels(partialRows))), RTLPort("row_address_i", bits: accumulators.addressBits),
            RTLPort("row_last_chunk_i", bits: max(1, levels(chunks))),
        ]
    }

    /// - Parameter bySegment: sums leave with the last tile of a segment; else with every tile.
    func rowBeat(_ tile: StationaryWalk.Tile, row: Int, _ multiply: Multiply, bySegment: Bool? = nil) -> [Int] {
        let kBlock = tile.kBlock
        let begins = (bySegment ?? leavesBySegment(multiply)) ? kBlock.segment.range.lowerBound == 0 : tile.isFirst
        let startsSegment = kBlock.range.lowerBound
            == multiply.structure.stored(kBlock.segment.range).lowerBound
        return [
            row + 1 == tile.rows.upperBound ? 1 : 0, multiply.isScaled ? 1 : 0, startsSegment ? 1 : 0,
            kBlock.endsSegment ? 1 : 0, begins && !multiply.accumulate ? 1 : 0,
            (row - tile.rows.lowerBound) % partialRows, address(tile, row, multiply),
            ceilDivide(tile.columns.count, epilogueLanes) - 1,
        ]
    }

    private func leavesBySegment(_ multiply: Multiply) -> Bool { holdsSums || multiply.isScaled }

    /// Word of the accumulators: a row of a column block.
    func address(_ tile: StationaryWalk.Tile, _ row: Int, _ multiply: Multiply) -> Int {
        accumulators.word(block: tile.block, row: row, multiply)
    }

    /// Scales of the rows that leave, chunk by chunk.
    func scaleStream(_ walk: StationaryWalk, _ parameters: GroupParameters) -> BeatStream {
        var beats: [[Int]] = []
        for tile in walk.tiles where parameters.multiply.isScaled && tile.kBlock.endsSegment {
            for row in tile.rows {
                let rowScale = parameters.rowScale(row, tile.kBlock.segment)
                for first in stride(from: tile.columns.lowerBound, to: tile.columns.upperBound, by: epilogueLanes) {
                    let scales = (first..<first + epilogueLanes).map { column in
                        tile.columns.contains(column)
                            ? Int(parameters.columnScale(column, tile.kBlock.segment).bitPattern) : 0
                    }
                    beats.append(scales + [Int(rowScale.bitPattern)])
                }
            }
        }
        return BeatStream("scale", fields: scaleFields, beats: beats)
    }

    /// Factors of the corrections, chunk by chunk of the rows that leave through the lanes.
    func zeroStream(_ walk: StationaryWalk, _ parameters: GroupParameters, _ correction: GroupCorrection) -> BeatStream {
        var beats: [[Int]] = []
        for tile in walk.tiles where walk.schedule.leavingLanes != nil && tile.kBlock.endsSegment {
            for _ in tile.rows {
                for first in stride(from: tile.columns.lowerBound, to: tile.columns.upperBound, by: epilogueLanes) {
                    beats.append((first..<first + epilogueLanes).map { column in
                        guard tile.columns.contains(column) else { return 0 }
                        return correction.factor(
                            zero: parameters.zero(column: column, group: tile.kBlock.segment.weightGroup))
                    })
                }
            }
        }
        return BeatStream(
            "zero", fields: [.signed("zero_factor_i", bits: 17, count: epilogueLanes)], beats: beats)
    }

    var scaleFields: [RTLPort] {
        [RTLPort("scale_column_i", bits: 32, count: epilogueLanes), RTLPort("scale_row_i", bits: 32)]
    }

    /// What is written when.
    ///
    /// - Parameters:
    ///   - latency: cycles between a row's entry and its first write.
    ///   - bySegment: only the last tile of a segment writes; else every tile.
    func retires(
        _ walk: StationaryWalk, _ multiply: Multiply, latency: Int, results: [[UInt32]], bySegment: Bool? = nil
    ) -> [Retire] {
        var retires: [Retire] = []
        let bySegment = bySegment ?? leavesBySegment(multiply)
        for tile in walk.tiles where !bySegment || tile.kBlock.endsSegment {
            let isLast = tile.kBlock == walk.schedule.kBlocks.last
            let width = walk.schedule.leavingLanes ?? lanes
            for (row, entry) in zip(tile.rows, tile.entries) {
                for (chunk, first) in stride(from: 0, to: tile.columns.count, by: width).enumerated() {
                    let lanes = first..<min(tile.columns.count, first + width)
                    let values = lanes.map { lane -> (Int, Retire.Value) in
                        (lane, isLast ? .exactly(results[row][tile.columns.lowerBound + lane]) : .partial)
                    }
                    retires.append(
                        Retire(
                            cycle: entry + latency + chunk, address: address(tile, row, multiply),
                            lanes: Dictionary(uniqueKeysWithValues: values)))
                }
            }
        }
        return retires.sorted { $0.cycle < $1.cycle }
    }
}
