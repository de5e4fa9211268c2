/// A group of fields that the text form writes together. The clauses of an instruction, in order, are its field table.
struct Clause<Payload: Sendable>: Sendable {
    enum Form: Sendable {
        /// Part of the mnemonic after a dot: fields and letters strung together (`m2n64k4`).
        case suffix(letters: [String])
        /// A fixed mnemonic part without fields (`int32`).
        case suffixWord
        /// First operand, without a keyword before it.
        case head
        /// Always written.
        case plain
        /// Left out when its fields have the values of the blank payload.
        case optional
        /// A flag and what it makes present.
        case present
        /// One field that says which of its alternatives the instruction has. Not written: the alternative is.
        case tag
        /// Fields of one value of the tag, which share their bits with those of its other values. Left out when the blank
        /// payload has this value and these fields.
        case alternative(tag: String, value: Int)
        /// One flag, written as its keyword.
        case flag
        /// Loops of this many fields each, outermost first, written from the first that does anything.
        case loops(fields: Int)
        /// Parameters of an elementwise function.
        case parameters
    }
    var keyword: String
    var form: Form
    var fields: [Field<Payload>]

    init(_ form: Form, _ keyword: String = "", _ fields: [Field<Payload>] = []) {
        self.keyword = keyword
        self.form = form
        self.fields = fields
    }
}

/// One instruction of the ISA as a table.
struct InstructionTable<Payload: Sendable>: InstructionCoding {
    var opcode: Opcode
    /// What the text form starts from; every field at its smallest.
    var blank: Payload
    let clauses: [Clause<Payload>]
    /// All fields of all clauses, in the order of their bits; alternatives follow one another.
    let fields: [Field<Payload>]
    let sharedBits: [SharedBits]
    let descriptions: [FieldDescription]
    /// Pseudo-code of what it does.
    var action: String
    var body: @Sendable (Payload) -> Instruction.Body
    /// `nil` for a body of another instruction.
    var payload: @Sendable (Instruction.Body) -> Payload?
    /// Names of the values of a `parameters` clause.
    var parameters: @Sendable (Payload) -> [ElementwiseCode.Parameter]
    /// Rules between fields: what is wrong, with the name of the field.
    var rule: @Sendable (Payload) -> (field: String, message: String)?

    init(
        _ opcode: Opcode, blank: Payload, action: String, body: @escaping @Sendable (Payload) -> Instruction.Body,
        payload: @escaping @Sendable (Instruction.Body) -> Payload?,
        rule: @escaping @Sendable (Payload) -> (field: String, message: String)? = { _ in nil },
        parameters: @escaping @Sendable (Payload) -> [ElementwiseCode.Parameter] = { _ in [] },
        clauses: [Clause<Payload>]
    ) {
        self.opcode = opcode
        self.blank = blank
        self.action = action
        self.body = body
        self.payload = payload
        self.rule = rule
        self.parameters = parameters
        var placement = FieldPlacement(clauses)
        placement.place(last: false)
        placement.place(last: true)
        self.clauses = placement.clauses
        let all = placement.clauses.flatMap(\.fields)
        fields = all.filter { !$0.isPlacedLast } + all.filter(\.isPlacedLast)
        sharedBits = placement.sharedBits
        descriptions = fields.map(\.description)
    }
}
