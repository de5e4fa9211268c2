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
    let memory: CoreMemory
    let parameters: GroupParameters
    let rows: Range<Int>
    let columns: Range<Int>
    /// Sums of signed, shifted entries since the segment began: [row][column]. In hardware 33 bits, which wrap.
    private var sums: [Int]
    /// Sums of the activations, read off the tables' entries 0: [row].
    private var groupSums: [Int]
    private let isFull: Bool
    private let isExact: Bool
    private let field: PlaneField
    private let accumulators: AccumulatorFile

    init(
        engine: LUTTensorCore, multiply: Multiply, memory: CoreMemory, parameters: GroupParameters, tablesPerRow: Int,
        rows: Range<Int>, columns: Range<Int>
    ) {
        self.engine = engine
        self.multiply = multiply
        self.memory = memory
        self.parameters = parameters
        self.rows = rows
        self.columns = columns
        sums = Array(repeating: 0, count: rows.count * columns.count)
        groupSums = Array(repeating: 0, count: rows.count)
        isFull = multiply.activationFormat.entries?.isFull == true
        isExact = multiply.activationFormat.entries?.isExact == true
        field = PlaneField(engine: engine, tables: tablesPerRow, weightBits: multiply.weightBits)
        accumulators = AccumulatorFile(multiply: multiply, memory: memory)
    }

    mutating func run(_ segment: KCut.Segment) {
        for group in segment.range.lowerBound / engine.k..<segment.range.upperBound / engine.k {
            let tables = rows.map { table(row: $0, group: group) }
            for row in tables.indices { groupSums[row] -= tables[row][0] }
            for plane in 0..<multiply.weightBits { lookUp(tables, group: group, plane: plane) }
        }
        leave(segment)
    }

    /// One cycle: every lane looks up the k bits of its column in the table of its row.
    private mutating func lookUp(_ tables: [[Int]], group: Int, plane: Int) {
        for (lane, column) in columns.enumerated() {
            let stored = field.stored(
                UnsafeRawBufferPointer(memory.weights), base: multiply.weights, column: column, table: group,
                plane: plane)
            for row in tables.indices {
                sums[row * columns.count + lane] += LookupTable.lookUp(stored, in: tables[row], isFull: isFull) << plane
            }
        }
    }

    /// Zero correction, halving and the way out; the registers restart at zero.
    private mutating func leave(_ segment: KCut.Segment) {
        for (i, row) in rows.enumerated() {
            for (lane, column) in columns.enumerated() {
                let sum = corrected(sums[i * columns.count + lane], groupSum: groupSums[i], column, segment)
                write(sum, row: row, column: column, segment)
                sums[i * columns.count + lane] = 0
            }
            groupSums[i] = 0
        }
    }

    private func corrected(_ sum: Int, groupSum: Int, _ column: Int, _ segment: KCut.Segment) -> Int32 {
        if multiply.codes == .bipolar { return Int32(truncatingIfNeeded: sum) }
        let zero = Reinterpretation.zero(
            parameters.zero(column: column, group: segment.weightGroup), bits: multiply.weightBits)
        let doubled = sum - zero * groupSum
        // Exact tables: q' - z' is even, so the halving loses nothing.
        return Int32(truncatingIfNeeded: isExact ? doubled >> 1 : doubled)
    }

    private func write(_ sum: Int32, row: Int, column: Int, _ segment: KCut.Segment) {
        let isFresh = segment.range.lowerBound == 0 && !multiply.accumulate
        guard multiply.isScaled else {
            accumulators.add(sum, row: row, column: column, fresh: isFresh)
            return
        }
        let old = isFresh ? 0 : accumulators.float(row: row, column: column)
        let scale = parameters.scale(row: row, column: column, segment: segment)
        let inHalves = multiply.codes != .bipolar && !isExact
        accumulators.store(old + scaledTerm(sum, scale: scale, inHalves: inHalves), row: row, column: column)
    }

    private func table(row: Int, group: Int) -> [Int] {
        guard let format = engine.tableFormat else { return [] }
        let nest = ActivationNest(multiply: multiply)
        let address = nest.row(row)
            + nest.offset(step: group, perRun: format.tables(activations: multiply.run), stepBytes: format.tableBytes)
        let space = memory[multiply.activations.space]
        return (0..<format.count).map { entry in
            format.entries.isExact
                ? Int(Int16(littleEndian: space.loadUnaligned(fromByteOffset: address + 2 * entry, as: Int16.self)))
                : Int(space.load(fromByteOffset: address + entry, as: Int8.self))
        }
    }
}
