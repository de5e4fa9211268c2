import Arch

/// What the arrays do: tile by tile, table by table, plane by plane, one lookup per lane and cycle.
extension LUTTensorCore {
    public func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        let walk = LUTWalk(self, multiply, shape: shape)
        let parameters = GroupParameters(multiply, memory: memory, columnBlock: n, weightGroups: walk.cut.weightGroups)
        for columnPass in 0..<walk.columnPasses {
            for rowPass in 0..<walk.rowPasses {
                for array in 0..<walk.arraysAlongRows * walk.arraysAlongColumns {
                    let (down, across) = array.quotientAndRemainder(dividingBy: walk.arraysAlongColumns)
                    let firstRow = (rowPass * walk.arraysAlongRows + down) * m
                    let firstColumn = (columnPass * walk.arraysAlongColumns + across) * n
                    guard firstRow < multiply.rows, firstColumn < multiply.columns else { continue }
                    var lookup = LookupArray(
                        engine: self, multiply: multiply, memory: memory, parameters: parameters,
                        tablesPerRow: walk.tables,
                        rows: firstRow..<min(multiply.rows, firstRow + m),
                        columns: firstColumn..<min(multiply.columns, firstColumn + n))
                    for segment in walk.cut.segments { lookup.run(segment) }
                }
            }
        }
    }
}

/// One array at work on one output tile.
struct LookupArray {
    let engine: LUTTensorCore
    let multiply: Multiply
    let parameters: GroupParameters
    let rows: Range<Int>
    let columns: Range<Int>
    /// Sums of signed, shifted entries since the segment began: [row][column].
    private var sums: [LookupSum]
    /// Sums of the activations, read off the tables' entries 0: [row].
    private var groupSums: [LookupSum]
    private let isFull: Bool
    private let isExact: Bool
    private let stored: StoredTables
    private let accumulators: AccumulatorFile

    init(
        engine: LUTTensorCore, multiply: Multiply, memory: CoreMemory, parameters: GroupParameters, tablesPerRow: Int,
        rows: Range<Int>, columns: Range<Int>
    ) {
        self.engine = engine
        self.multiply = multiply
        self.parameters = parameters
        self.rows = rows
        self.columns = columns
        sums = Array(repeating: LookupSum(), count: rows.count * columns.count)
        groupSums = Array(repeating: LookupSum(), count: rows.count)
        isFull = multiply.activationFormat.entries?.isFull == true
        isExact = multiply.activationFormat.entries?.isExact == true
        stored = StoredTables(engine, multiply, memory: memory, tables: tablesPerRow)
        accumulators = AccumulatorFile(multiply: multiply, memory: memory)
    }

    mutating func run(_ segment: KCut.Segment) {
        for group in segment.range.lowerBound / engine.k..<segment.range.upperBound / engine.k {
            let tables = rows.map { stored.table(row: $0, group: group) }
            for row in tables.indices { groupSums[row].add(-tables[row][0], plane: 0) }
            for plane in 0..<multiply.weightBits { lookUp(tables, group: group, plane: plane) }
        }
        leave(segment)
    }

    /// One cycle: every lane looks up the k bits of its column in the table of its row.
    private mutating func lookUp(_ tables: [[Int]], group: Int, plane: Int) {
        for (lane, column) in columns.enumerated() {
            let index = stored.index(column: column, group: group, plane: plane)
            for row in tables.indices {
                let entry = LookupTable.lookUp(index, in: tables[row], isFull: isFull)
                sums[row * columns.count + lane].add(entry, plane: plane)
            }
        }
    }

    /// Zero correction, halving and the way out; the registers restart at zero.
    private mutating func leave(_ segment: KCut.Segment) {
        let inHalves = multiply.codes != .bipolar && !isExact
        for (i, row) in rows.enumerated() {
            let groupSum = groupSums[i].move()
            for (lane, column) in columns.enumerated() {
                let sum = LookupSum.corrected(
                    sums[i * columns.count + lane].move(), groupSum: groupSum,
                    zero: stored.zero(column: column, segment: segment, parameters), isExact: isExact)
                accumulators.leave(
                    sum, row: row, column: column, segment: segment, parameters: parameters, inHalves: inHalves)
            }
        }
    }
}
