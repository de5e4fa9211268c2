import Diagnostics

extension ISA {
    /// One line of assembly text: `load act:0x1000 <- dram:0x40000, row 256, kind weights ; waits engine0 @12`.
    public static func text(_ instruction: Instruction) -> String {
        let code = ReferringBody(body: instruction.body, references: Array(instruction.references))
        var line = table(instruction.body.opcode).text(code)
        let sets = [("waits", instruction.waits), ("signals", instruction.signals)].filter { $0.1.rawValue != 0 }
        if !sets.isEmpty { line += " ;" }
        for (name, units) in sets { line += " \(name) " + units.units.map(\.name).joined(separator: " ") }
        return line + " @\(instruction.node)"
    }

    /// Reads what `text` writes; `place` names the line or instruction in the diagnostic.
    public static func parse(_ line: some StringProtocol, place: String = "instruction 0") throws(Diagnostic)
        -> Instruction
    {
        var cursor = TextCursor(line)
        do { return try parse(&cursor) } catch { throw Diagnostic(node: place, field: error.field, error.message) }
    }

    private static func parse(_ cursor: inout TextCursor) throws(FieldProblem) -> Instruction {
        let parts = (cursor.next() ?? "").split(separator: ".", omittingEmptySubsequences: false)
        guard let mnemonic = parts.first, let opcode = Opcode(mnemonic: mnemonic) else {
            let hint = Suggestion.hint(for: String(parts.first ?? ""), in: Opcode.allCases.map(\.mnemonic))
            throw FieldProblem(field: "mnemonic", message: "'\(parts.first ?? "")' is not known\(hint)")
        }
        let code = try table(opcode).parse(&cursor, suffix: Array(parts.dropFirst()))
        var waits: UnitSet = []
        var signals: UnitSet = []
        if cursor.accept(";") {
            if cursor.accept("waits") { waits = try units(&cursor, field: "waits") }
            if cursor.accept("signals") { signals = try units(&cursor, field: "signals") }
        }
        guard let word = cursor.next(), word.first == "@", let node = TextCursor.integer(word.dropFirst()) else {
            throw FieldProblem(field: "node", message: "the line should end with @ and the number of a node")
        }
        if let violation = header[3].violation(node) { throw FieldProblem(field: "node", message: violation) }
        if let extra = cursor.peek { throw FieldProblem(field: "node", message: "'\(extra)' is left over") }
        return Instruction(node: node, waits: waits, signals: signals, body: code.body, references: ParameterReferences(code.references))
    }

    private static func units(_ cursor: inout TextCursor, field: String) throws(FieldProblem) -> UnitSet {
        var set: UnitSet = []
        while let word = cursor.peek, word != "signals", word.first != "@" {
            guard let unit = Unit.allCases.first(where: { $0.name == word }), !set.contains(unit) else {
                throw FieldProblem(field: field, message: "'\(word)' is not a unit, or is given twice")
            }
            set.insert(unit)
            _ = cursor.next()
        }
        if set.rawValue == 0 { throw FieldProblem(field: field, message: "a unit was expected") }
        return set
    }
}
