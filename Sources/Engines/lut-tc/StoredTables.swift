import Arch

/// The operands of an instruction as they lie in the scratchpads: tables of rows, groups of weight bits of columns.
struct StoredTables: Sendable {
    let multiply: Multiply
    let memory: CoreMemory
    private let format: TableFormat?
    private let field: PlaneField

    /// - Parameter tables: of one row.
    init(_ engine: LUTTensorCore, _ multiply: Multiply, memory: CoreMemory, tables: Int) {
        self.multiply = multiply
        self.memory = memory
        format = engine.tableFormat
        field = PlaneField(engine: engine, tables: tables, weightBits: multiply.weightBits)
    }

    /// Entries of table `group` of a row.
    func table(row: Int, group: Int) -> [Int] {
        guard let format else { return [] }
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

    /// A plane's bits of the weights that meet table `group`, as stored.
    func index(column: Int, group: Int, plane: Int) -> Int {
        field.stored(
            UnsafeRawBufferPointer(memory.weights), base: multiply.weights, column: column, table: group, plane: plane)
    }

    /// z' of a segment's weights; `nil` for bipolar ones, which have none.
    func zero(column: Int, segment: KCut.Segment, _ parameters: GroupParameters) -> Int? {
        guard multiply.codes != .bipolar else { return nil }
        return Reinterpretation.zero(
            parameters.zero(column: column, group: segment.weightGroup), bits: multiply.weightBits)
    }
}
