import Arch
import Formats

/// Closed form of the schedule: tile t computes for C(t) cycles while the other weight buffer takes the L(t+1) K rows
/// of the next tile, so start(0) = L(0), start(t+1) = start(t) + max(C(t), L(t+1)), occupancy = start(last) + C(last).
/// On a float array C(t) is at least the trees of the tile: they are added one per cycle, and the sum of a row is there
/// for the next tile when all are.
extension MACArray {
    public func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        let schedule = MACSchedule(self, multiply)
        let cycles = TileCycles(self, schedule, scaled: multiply.isScaled && sums(multiply) == .scaled)
        let products = multiply.rows * multiply.columns * multiply.depth
        let ideal = multiply.structure.pattern.map { ceilDivide(products * $0.n, rows * columns * $0.m) }
            ?? ceilDivide(products, rows * columns)
        return UnitTiming(
            occupancyParts: [
                .init(.fillAndDrain, "first weight tile into the shadow registers", cycles.firstLoad),
                .init(.ideal, "rows broadcast at full width", ideal),
                .init(.raggedEdges, "lanes of K and N not used", cycles.issue - ideal),
                .init(.epilogue, "rows held back by the scale lanes", cycles.epilogue),
                .init(.fillAndDrain, "rows held back until their trees are added", cycles.chain),
                .init(.fillAndDrain, "next weight tile not loaded in time", cycles.loadStall),
            ],
            latencyParts: operands.isFloat
                ? floatLatency(sums(multiply))
                : latencyParts(scaled: multiply.isScaled, selects: multiply.structure != .dense))
    }

    private func floatLatency(_ sums: MACSums) -> [UnitTiming.Part] {
        let lanes = DotContract.blocked16.lanes
        let parts: [UnitTiming.Part] = [
            .init(.fillAndDrain, "operand register", 1),
            .init(.fillAndDrain, "product register", 1),
            .init(.fillAndDrain, "f32 adder tree registers", levels(lanes)),
            .init(.fillAndDrain, "f32 accumulate, tree after tree", rows / lanes),
        ]
        switch sums {
        case .direct, .integer: return parts
        case .converted:
            return parts + [
                .init(.fillAndDrain, "convert register", 1), .init(.fillAndDrain, "integer accumulate", 1),
            ]
        case .scaled:
            return parts + [.init(.fillAndDrain, "scale register", 1), .init(.fillAndDrain, "f32 accumulate", 1)]
        }
    }

    private func latencyParts(scaled: Bool, selects: Bool) -> [UnitTiming.Part] {
        let reads: [UnitTiming.Part] = [.init(.fillAndDrain, "operand register", 1)]
            + (selects ? [.init(.fillAndDrain, "selector register", 1)] : [])
        let sums: [UnitTiming.Part] = reads + [
            .init(.fillAndDrain, "product register", 1),
            .init(.fillAndDrain, "adder tree registers", levels(rows)),
            .init(.fillAndDrain, "integer accumulate", 1),
        ]
        guard scaled else { return sums }
        return sums + [
            .init(.fillAndDrain, "convert register", 1),
            .init(.fillAndDrain, "scale register", 1),
            .init(.fillAndDrain, "f32 accumulate", 1),
        ]
    }
}

/// Sums over all tiles of an instruction, one pass (column block, strip) of each size counted once and multiplied.
struct TileCycles {
    var firstLoad = 0
    /// One cycle per row and tile.
    var issue = 0
    /// Cycles beyond one per row.
    var epilogue = 0
    /// Cycles that a tile of few rows waits for its own trees (float arrays).
    var chain = 0
    /// max(0, L(t+1) - C(t)) over all tiles but the last.
    var loadStall = 0

    init(_ engine: MACArray, _ schedule: MACSchedule, scaled: Bool) {
        let kBlocks = schedule.kBlocks
        guard let first = kBlocks.first, schedule.rows > 0, schedule.columns > 0 else { return }
        firstLoad = first.range.count
        var stallAfterLast = 0
        for block in schedule.blocks {
            for strip in schedule.strips {
                let passes = block.count * strip.count
                for (index, kBlock) in kBlocks.enumerated() {
                    let interval = scaled && kBlock.endsSegment ? ceilDivide(block.size, engine.epilogueLanes) : 1
                    let issued = strip.size * interval
                    let trees = engine.operands.isFloat ? ceilDivide(kBlock.range.count, DotContract.blocked16.lanes) : 0
                    let compute = max(issued, trees)
                    let next = index + 1 < kBlocks.count ? kBlocks[index + 1].range.count : firstLoad
                    let stall = max(0, next - compute)
                    issue += passes * strip.size
                    epilogue += passes * (issued - strip.size)
                    chain += passes * (compute - issued)
                    loadStall += passes * stall
                    if index + 1 == kBlocks.count { stallAfterLast = stall }
                }
            }
        }
        // The last pass is of the last block and strip size: nothing is loaded after it.
        loadStall -= stallAfterLast
    }
}
