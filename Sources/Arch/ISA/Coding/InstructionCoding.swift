/// A field whose value is wrong, and why.
struct FieldProblem: Error, Hashable {
    var field: String
    var message: String
}

/// What an instruction's table can do, whatever its payload.
protocol InstructionCoding: Sendable {
    var opcode: Opcode { get }
    var action: String { get }
    var descriptions: [FieldDescription] { get }
    /// The form of the text, for the documentation.
    var syntax: String { get }
    func encode(_ code: ReferringBody, into bits: inout BitString) -> [FieldProblem]
    /// - Parameter references: what the reference fields of the same bits say.
    func decode(
        _ bits: BitString, references: [ParameterReference], problems: inout [FieldProblem]
    ) -> Instruction.Body
    /// Everything before the tokens and the node.
    func text(_ code: ReferringBody) -> String
    /// Reads what `text` writes; the cursor stands after the mnemonic, whose dotted parts are `suffix`.
    func parse(_ cursor: inout TextCursor, suffix: [Substring]) throws(FieldProblem) -> ReferringBody
    /// The body with every reference replaced by its value.
    ///
    /// - Parameter registers: value of each register; `nil` for one that the program does not declare.
    func resolve(_ code: ReferringBody, registers: [Int?], problems: inout [FieldProblem]) -> Instruction.Body
}

/// A body and the fields of it that depend on parameter registers.
struct ReferringBody {
    var body: Instruction.Body
    var references: [ParameterReference]
}

extension ISA {
    /// By opcode; kept, because making an existential copies the table.
    private static let tables: [any InstructionCoding] = Opcode.allCases.map(makeTable)

    static func table(_ opcode: Opcode) -> any InstructionCoding { tables[Int(opcode.rawValue) - 1] }

    private static func makeTable(_ opcode: Opcode) -> any InstructionCoding {
        switch opcode {
        case .load: FieldTable.load
        case .gather: FieldTable.gather
        case .fill: FieldTable.fill
        case .store: FieldTable.store
        case .mma: FieldTable.mma
        case .lmma: FieldTable.lmma
        case .buildTables: FieldTable.buildTables
        case .elementwise: FieldTable.elementwise
        case .reduce: FieldTable.reduce
        }
    }

    /// Fields of an instruction after the header, in order of their bits.
    public static func fields(of opcode: Opcode) -> [FieldDescription] { table(opcode).descriptions }
}

extension Instruction.Body {
    public var opcode: Opcode {
        switch self {
        case .load: .load
        case .gather: .gather
        case .fill: .fill
        case .store: .store
        case .mma: .mma
        case .lmma: .lmma
        case .buildTables: .buildTables
        case .elementwise: .elementwise
        case .reduce: .reduce
        }
    }
}
