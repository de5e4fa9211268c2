import Arch

/// The sums of a tile of outputs since their group began, and beside them the sums of its rows' activations, which one
/// correction per sum and group needs.
struct GroupSums: Sendable {
    let rows: Range<Int>
    let columns: Range<Int>
    private let correction: GroupCorrection
    private let parameters: GroupParameters
    private let accumulators: AccumulatorFile
    /// [row][column]
    private var sums: [Int32]
    /// [row]
    private var activationSums: [Int32]

    init(
        _ multiply: Multiply, memory: CoreMemory, columnBlock: Int, weightGroups: Int, correction: GroupCorrection,
        rows: Range<Int>, columns: Range<Int>
    ) {
        self.rows = rows
        self.columns = columns
        self.correction = correction
        parameters = GroupParameters(multiply, memory: memory, columnBlock: columnBlock, weightGroups: weightGroups)
        accumulators = AccumulatorFile(multiply: multiply, memory: memory)
        sums = Array(repeating: 0, count: rows.count * columns.count)
        activationSums = Array(repeating: 0, count: rows.count)
    }

    /// Adds modulo 2^32, as the registers do. `line` and `lane` count from the first row and column of the tile.
    mutating func add(_ sum: Int, line: Int, lane: Int) {
        sums[line * columns.count + lane] &+= Int32(truncatingIfNeeded: sum)
    }

    mutating func addActivations(_ sum: Int, line: Int) { activationSums[line] &+= Int32(truncatingIfNeeded: sum) }

    /// The group is complete: every sum is corrected once, scaled once and gone.
    mutating func leave(_ segment: KCut.Segment) {
        for (line, row) in rows.enumerated() {
            for (lane, column) in columns.enumerated() {
                let place = line * columns.count + lane
                let zero = parameters.zero(column: column, group: segment.weightGroup)
                let sum = correction.corrected(sums[place], activationSum: activationSums[line], zero: zero)
                accumulators.leave(sum, row: row, column: column, segment: segment, parameters: parameters)
                sums[place] = 0
            }
            activationSums[line] = 0
        }
    }
}
