import Arch
import Formats

extension FusionArray {
    /// Words of the accumulators beside the array under test.
    static let lockstepWords = 512

    /// The array, whole instructions at a time.
    func lockstep(_ variant: String) -> RTLBlock {
        let ports = StationaryPorts(
            lanes: columns, epilogueLanes: epilogueLanes, partialRows: partialRows, words: Self.lockstepWords,
            holdsSums: true)
        var binding = rtl
        binding.parameters["AccumulatorWords"] = Self.lockstepWords
        return RTLBlock(
            "bitfusion", binding, variant: variant,
            .tiles(
                TileCheck { index, source in
                    // Zero points of hand-made programs may be any int16.
                    let shape = TileShape(
                        columns: 1...3 * columns, run: 1...12 * rows, activationBits: 1...8,
                        zeroRange: { _ in -3000...3000 }, busyRun: rows)
                    return tileCase(TileProduct(shape, for: self, index: index, source: source), ports)
                }))
    }

    private func tileCase(_ product: TileProduct, _ ports: StationaryPorts) -> TileCase {
        let (multiply, memory) = (product.multiply, product.memory)
        let schedule = schedule(multiply)
        let walk = StationaryWalk(schedule)
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: columnBlock, weightGroups: schedule.cut.weightGroups)
        let streams = [
            weightStream(walk, multiply, memory), rowStream(walk, multiply, memory, ports),
            ports.zeroStream(walk, parameters, correction(multiply)), ports.scaleStream(walk, parameters),
        ]
        let preload = ports.accumulators.preload(multiply, memory, blockColumns: columns)
        let timing = timing(multiply, shape: nil)
        multiplyStructurally(multiply, shape: nil, memory: memory)
        return TileCase(
            summary: multiply.shapeSummary, streams: streams, preload: preload,
            retires: ports.retires(
                walk, multiply, latency: timing.latency, results: product.storage.words(multiply)),
            cycles: timing.occupancy + timing.latency, events: activity(multiply, shape: nil))
    }

    private func logDigits(bits: Int) -> Int { levels(FusionUnit.digits(bits: bits)) }

    /// Digits one behind the other, the first in the lowest bits.
    private func packed(_ numbers: [[FusionUnit.Digit]]) -> Int {
        numbers.joined().reversed().reduce(0) { $0 << FusionUnit.digitBits | $1.field }
    }

    private func weightStream(_ walk: StationaryWalk, _ multiply: Multiply, _ memory: CoreMemory) -> BeatStream {
        let layout = layout(multiply.weightBits)
        let control = [logDigits(bits: multiply.weightBits), logDigits(bits: multiply.activationBits)]
        var beats: [[Int]] = []
        for tile in walk.tiles {
            let range = tile.kBlock.range
            let lanes = tile.columns.lowerBound..<tile.columns.lowerBound + columns
            for first in stride(from: range.lowerBound, to: range.upperBound, by: walk.schedule.loadedRows) {
                let depth = first..<min(range.upperBound, first + walk.schedule.loadedRows)
                let digits = lanes.map { column -> Int in
                    guard tile.columns.contains(column) else { return 0 }
                    return packed(depth.map { k in
                        let code = layout.unsignedCode(
                            multiply, memory: memory, depth: walk.schedule.cut.depth, column: column, k: k)
                        return FusionUnit.digits(
                            of: code - centre(multiply), bits: multiply.weightBits, isSigned: hasSignedWeights(multiply))
                    })
                }
                beats.append([depth.upperBound == range.upperBound ? 1 : 0] + digits + [1 << depth.count - 1] + control)
            }
        }
        return BeatStream(
            "weight",
            fields: [
                RTLPort("weight_last_i", bits: 1), RTLPort("weight_digits_i", bits: 8, count: columns),
                RTLPort("weight_filled_i", bits: 4), RTLPort("weight_log_digits_i", bits: 2),
                RTLPort("weight_log_activation_digits_i", bits: 2),
            ], beats: beats)
    }

    private func rowStream(
        _ walk: StationaryWalk, _ multiply: Multiply, _ memory: CoreMemory, _ ports: StationaryPorts
    ) -> BeatStream {
        let control = [
            logDigits(bits: multiply.activationBits), logDigits(bits: multiply.weightBits),
            multiply.activationFormat != .uint8 ? 1 : 0, hasSignedWeights(multiply) ? 1 : 0,
            walk.schedule.leavingLanes == nil ? 0 : 1, multiply.codes == .bipolar ? 1 : 0,
        ]
        let beats = walk.tiles.flatMap { tile in
            tile.rows.map { row in
                unitDigits(tile.kBlock, row: row, multiply, memory) + control + ports.rowBeat(tile, row: row, multiply)
            }
        }
        return BeatStream(
            "row",
            fields: [
                RTLPort("row_digits_i", bits: 32, count: rows), RTLPort("row_log_digits_i", bits: 2),
                RTLPort("row_log_weight_digits_i", bits: 2), RTLPort("row_signed_i", bits: 1),
                RTLPort("row_weight_signed_i", bits: 1), RTLPort("row_corrects_i", bits: 1),
                RTLPort("row_doubles_i", bits: 1),
            ] + ports.rowFields, beats: beats)
    }

    /// What the units of a column take of a row; k that the tile does not have are of no account.
    private func unitDigits(_ kBlock: KBlock, row: Int, _ multiply: Multiply, _ memory: CoreMemory) -> [Int] {
        let nest = ActivationNest(multiply: multiply)
        let products = FusionUnit.products(weightBits: multiply.weightBits, activationBits: multiply.activationBits)
        return (0..<rows).map { unit in
            packed((0..<products).map { product in
                let k = kBlock.range.lowerBound + unit * products + product
                let code = kBlock.range.contains(k) ? nest.code(row: row, laidOut: k, memory: memory) : -1
                return FusionUnit.digits(
                    of: code, bits: multiply.activationBits, isSigned: multiply.activationFormat != .uint8)
            })
        }
    }
}
