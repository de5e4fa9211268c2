import Arch

/// The order in which a weight-stationary array works through one instruction: column blocks, strips of rows, K blocks,
/// rows. A tile of weights is held in registers, double buffered; one K row of it is loaded per cycle, and one row of
/// activations is broadcast per cycle. Where registers of one row hold several narrow weights, as many K rows are.
struct StationarySchedule: Sendable {
    let columns: Int
    let columnLanes: Int
    let rows: Int
    /// Rows of one strip.
    let stripRows: Int
    let kBlocks: [KBlock]
    let cut: KCut
    let structure: Multiply.Structure
    /// Sums that leave per cycle at the end of a segment; `nil` when a whole row does.
    let leavingLanes: Int?
    /// Inputs of a float adder tree, one of which is added to a row's sum per cycle; `nil` for integers.
    let treeLanes: Int?
    /// K rows of weights loaded per cycle.
    let loadedRows: Int
    /// Cycles of loading so many.
    let loadInterval: Int
    /// Where outliers are walked beside the array, turns of all rows of each segment's outliers; 0 of one that has none. The sums of
    /// a segment leave with those of its outliers: a row of its last tile enters not before the same row of its last turn, and
    /// the first turn of the next segment that has one begins behind the last row.
    let turns: [Int]?
    /// Cycles that such a row waits besides.
    var turnDelay = 0

    /// - Parameters:
    ///   - depthLanes: stored weights of each column of one tile.
    ///   - columnLanes: columns of one tile.
    ///   - heldRows: rows of sums that the array holds while a segment takes several tiles; `nil` when the sums of
    ///     every tile go to the accumulators.
    ///   - turns: of the outliers of each segment, where they are walked beside the array.
    init(
        _ multiply: Multiply, depthLanes: Int, columnLanes: Int, heldRows: Int?, leavingLanes: Int?,
        treeLanes: Int? = nil, loadedRows: Int = 1, loadInterval: Int = 1, listed turns: [Int]? = nil
    ) {
        columns = multiply.columns
        self.columnLanes = columnLanes
        rows = multiply.rows
        structure = multiply.structure
        cut = KCut(multiply, granule: structure.granule)
        // The order of a sum of floats is the graph's, so its blocks do not depend on how taps lie in memory.
        let hasFloats = multiply.activationFormat.isFloat || multiply.codes.floatCodec != nil
        kBlocks = cut.blocks(
            of: depthLanes, run: hasFloats ? multiply.run : multiply.contiguousRun, structure: structure)
        // Sums of outliers are held too.
        let holds = turns?.contains { $0 > 0 } ?? false || kBlocks.contains { !$0.endsSegment }
        stripRows = holds ? min(rows, heldRows ?? rows) : rows
        self.leavingLanes = leavingLanes
        self.treeLanes = treeLanes
        self.loadedRows = loadedRows
        self.loadInterval = loadInterval
        self.turns = turns
    }

    /// Row counts of the strips: whole strips and, when there is one, the shorter last.
    var strips: [Parts] { parts(of: rows, by: stripRows) }
    /// Column counts of the column blocks.
    var blocks: [Parts] { parts(of: columns, by: columnLanes) }
    var blockCount: Int { ceilDivide(columns, columnLanes) }
    /// Weights stored of each column.
    var storedDepth: Int { structure.stored(of: cut.depth) }
    var stripCount: Int { rows == 0 ? 0 : ceilDivide(rows, stripRows) }

    /// Cycles between two rows of a tile `columns` wide.
    func interval(_ kBlock: KBlock, columns: Int) -> Int {
        guard kBlock.endsSegment, let leavingLanes else { return 1 }
        return ceilDivide(columns, leavingLanes)
    }

    /// Cycles of loading the weights of a tile.
    func load(_ kBlock: KBlock) -> Int { ceilDivide(kBlock.range.count, loadedRows) * loadInterval }

    /// Trees of floats of a tile.
    func trees(_ kBlock: KBlock) -> Int { treeLanes.map { ceilDivide(kBlock.range.count, $0) } ?? 0 }
}

/// Closed form of the schedule: tile t computes for C(t) cycles while the other weight buffer is loaded for L(t+1) cycles
/// with the next tile, so start(0) = L(0), start(t+1) = start(t) + max(C(t), L(t+1)), occupancy = start(last) + C(last).
/// On a float array C(t) is at least the trees of the tile, the last one excepted: they are added one per cycle, and the sum
/// of a row is there for the next tile when all are. One pass (column block, strip) of each size is counted once and multiplied.
struct StationaryCycles {
    var firstLoad = 0
    /// One cycle per row and tile.
    var issue = 0
    /// Cycles beyond one per row.
    var epilogue = 0
    /// Cycles that a tile of few rows waits for its own trees; `nil` for integers.
    var chain: Int?
    /// max(0, L(t+1) - C(t)) over all tiles but the last.
    var loadStall = 0

    init(_ schedule: StationarySchedule) {
        let kBlocks = schedule.kBlocks
        guard let first = kBlocks.first, schedule.rows > 0, schedule.columns > 0 else { return }
        firstLoad = schedule.load(first)
        var waiting = 0
        var stallAfterLast = 0
        var waitingAfterLast = 0
        for block in schedule.blocks {
            for strip in schedule.strips {
                let passes = block.count * strip.count
                for (index, kBlock) in kBlocks.enumerated() {
                    let issued = strip.size * schedule.interval(kBlock, columns: block.size)
                    let compute = max(issued, schedule.trees(kBlock))
                    let next = index + 1 < kBlocks.count ? schedule.load(kBlocks[index + 1]) : firstLoad
                    let stall = max(0, next - compute)
                    issue += passes * strip.size
                    epilogue += passes * (issued - strip.size)
                    waiting += passes * (compute - issued)
                    loadStall += passes * stall
                    guard index + 1 == kBlocks.count else { continue }
                    stallAfterLast = stall
                    waitingAfterLast = compute - issued
                }
            }
        }
        // The last pass is of the last block and strip size: nothing is loaded after it, and nobody waits for its trees.
        loadStall -= stallAfterLast
        if schedule.treeLanes != nil { chain = waiting - waitingAfterLast }
    }

    /// The occupancy by its parts; `ideal` cycles of work at full rate are among the issued ones.
    func parts(ideal: Int, fullWidth: String, leaving: String) -> [UnitTiming.Part] {
        [
            .init(.fillAndDrain, "first weight tile into the shadow registers", firstLoad),
            .init(.ideal, fullWidth, ideal),
            .init(.raggedEdges, "lanes of K and N not used", issue - ideal),
            .init(.epilogue, leaving, epilogue),
        ] + (chain.map { [.init(.fillAndDrain, "rows held back until their trees are added", $0)] } ?? []) + [
            .init(.fillAndDrain, "next weight tile not loaded in time", loadStall)
        ]
    }
}
