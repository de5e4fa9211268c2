import Engines
import Testing

/// The array and its outlier unit, stepped cycle by cycle.
struct SteppedOutliers {
    struct Tile {
        var weights: Int
        var rows: Int
        /// Cycles of a row.
        var interval: Int
        /// Turns that its rows wait for.
        var turns: Int
    }

    let tiles: [Tile]
    /// Cycles from a row of outliers to its sum, less those of a dense row.
    let delay: Int

    // The array.
    private var tile = 0
    private var row = 0
    private var hold = 0
    private var isFull = false
    private var loaded = 0
    private var loads = 0
    // The unit: tiles that it has served, and whether sums of one are still there.
    private var served = 0
    private var turn = 0
    private var turnRow = 0
    private var areHeld = false
    /// Rows of sums that are complete, and those that will be, by the cycles that are left.
    private var complete = 0
    private var coming: [Int] = []

    init(tiles: [Tile], delay: Int) {
        self.tiles = tiles
        self.delay = delay
    }

    /// Cycles until the last row has entered and left room for the next.
    mutating func run() -> Int {
        var cycles = 0
        while tile < tiles.count || hold > 0 {
            step()
            cycles += 1
        }
        return cycles
    }

    private mutating func step() {
        stepUnit()
        complete += coming.count { $0 == 0 }
        coming = coming.filter { $0 > 0 }.map { $0 - 1 }
        stepArray()
        load()
    }

    private mutating func stepUnit() {
        while served < tiles.count, tiles[served].turns == 0 { served += 1 }
        guard served < tiles.count, turn > 0 || turnRow > 0 || !areHeld else { return }
        areHeld = true
        if turn + 1 == tiles[served].turns { coming.append(delay) }
        turnRow += 1
        guard turnRow == tiles[served].rows else { return }
        (turnRow, turn) = (0, turn + 1)
        if turn == tiles[served].turns { (turn, served) = (0, served + 1) }
    }

    private mutating func stepArray() {
        if hold > 0 {
            hold -= 1
            return
        }
        guard tile < tiles.count, row > 0 || isFull, tiles[tile].turns == 0 || complete > 0 else { return }
        if row == 0 { isFull = false }
        if tiles[tile].turns > 0 { complete -= 1 }
        hold = tiles[tile].interval - 1
        row += 1
        guard row == tiles[tile].rows else { return }
        if tiles[tile].turns > 0 { areHeld = false }
        (row, tile) = (0, tile + 1)
    }

    private mutating func load() {
        guard !isFull, loads < tiles.count else { return }
        loaded += 1
        if loaded == tiles[loads].weights { (loaded, loads, isFull) = (0, loads + 1, true) }
    }
}

struct SteppedOutlierTests {
    @Test(arguments: 0..<40)
    func instructionsTakeAsLongAsTheArrayThatIsStepped(_ seed: Int) {
        var random = SeededGenerator(UInt64(seed))
        for _ in 0..<20 {
            let engine = OLAccelArray(
                rows: 2 * .random(in: 1...6, using: &random), columns: .random(in: 1...9, using: &random),
                outlierLanes: .random(in: 1...9, using: &random), epilogueLanes: .random(in: 1...9, using: &random),
                partialRows: .random(in: 1...8, using: &random))
            let (rows, columns) = (Int.random(in: 1...20, using: &random), Int.random(in: 1...engine.columns, using: &random))
            let (run, group) = (Int.random(in: 1...60, using: &random), Int.random(in: 1...40, using: &random))
            let segments = stride(from: 0, to: run, by: group).map { min(group, run - $0) }
            let counts = segments.map { _ in Bool.random(using: &random) ? 0 : Int.random(in: 0...60, using: &random) }
            let bits = Bool.random(using: &random) ? 8 : 4
            let work = OLAccelTests.multiply(
                rows: rows, columns: columns, run: run, outliers: counts.reduce(0, +), activationBits: bits, group: group, counts: counts)
            let lanes = bits > 4 ? engine.rows / 2 : engine.rows
            let isStripped = counts.contains { $0 > 0 } || segments.contains { $0 > lanes }
            var tiles: [SteppedOutliers.Tile] = []
            let size = isStripped ? engine.partialRows : rows
            for first in stride(from: 0, to: rows, by: size) {
                for (length, count) in zip(segments, counts) {
                    for k in stride(from: 0, to: length, by: lanes) {
                        let isLast = k + lanes >= length
                        tiles.append(SteppedOutliers.Tile(
                            weights: min(lanes, length - k), rows: min(size, rows - first),
                            interval: isLast ? (columns + engine.epilogueLanes - 1) / engine.epilogueLanes : 1,
                            turns: isLast ? (count + engine.outlierLanes - 1) / engine.outlierLanes : 0))
                    }
                }
            }
            func depth(_ inputs: Int) -> Int { (0...).first { 1 << $0 >= inputs } ?? 0 }
            var machine = SteppedOutliers(tiles: tiles, delay: max(0, depth(engine.outlierLanes) + 1 - depth(engine.rows)))
            #expect(engine.timing(work, shape: nil).occupancy == machine.run(), "\(engine.summary) \(rows)x\(columns)x\(run) \(counts)")
        }
    }
}
