extension InstructionTable {
    func text(_ code: ReferringBody) -> String {
        guard let payload = payload(code.body) else { return opcode.mnemonic }
        let given = GivenFields(payload: payload, table: self, references: code.references)
        var line = opcode.mnemonic
        for clause in clauses {
            switch clause.form {
            case .suffix(let letters):
                line += "." + zip(letters, clause.fields).map { $0 + $1.text(payload) }.joined()
            case .suffixWord: line += "." + clause.keyword
            case .head: line += " " + words(clause.fields, given)
            case .plain:
                line += (clause.keyword == "<-" ? " " : ", ") + clause.keyword + " " + words(clause.fields, given)
            case .optional:
                if clause.fields.contains(where: { !given.isBlank($0) }) {
                    line += ", " + clause.keyword + " " + words(clause.fields, given)
                }
            case .present:
                if let flag = clause.fields.first, payload[keyPath: flag.value] != 0 {
                    line += ", " + clause.keyword + " " + words(Array(clause.fields.dropFirst()), given)
                }
            case .tag: break
            case .alternative:
                if isWritten(clause, given) { line += ", " + clause.keyword + " " + words(clause.fields, given) }
            case .flag:
                if let flag = clause.fields.first, payload[keyPath: flag.value] != 0 { line += ", " + clause.keyword }
            case .loops(let size): line += loops(clause, size, given)
            case .parameters:
                for (parameter, field) in zip(parameters(payload), clause.fields) {
                    let value = parameter.text(payload[keyPath: field.value]) + given.term(field)
                    line += ", \(parameter.name) \(value)"
                }
            }
        }
        return line
    }

    /// Whether the payload has this alternative, and it is not what a reader takes when there is none.
    private func isWritten(_ clause: Clause<Payload>, _ given: GivenFields<Payload>) -> Bool {
        guard let field = clause.fields.first, isPresent(field, given.payload) else { return false }
        return !isPresent(field, blank) || clause.fields.contains { !given.isBlank($0) }
    }

    /// A space or memory and its address make one word.
    private func words(_ fields: [Field<Payload>], _ given: GivenFields<Payload>) -> String {
        var line = ""
        for field in fields {
            if !line.isEmpty, !line.hasSuffix(":") { line += " " }
            line += given.text(field)
        }
        return line
    }

    /// `loop 64 (4096, 256)`: count and strides, from the outermost loop that is not blank.
    private func loops(_ clause: Clause<Payload>, _ size: Int, _ given: GivenFields<Payload>) -> String {
        let first = clause.fields.firstIndex { !given.isBlank($0) } ?? clause.fields.count
        var line = ""
        for start in stride(from: first / size * size, to: clause.fields.count, by: size) {
            let values = clause.fields[start..<start + size].map { given.text($0) }
            line += ", \(clause.keyword) \(values[0]) (\(values.dropFirst().joined(separator: ", ")))"
        }
        return line
    }
}

/// The values of an instruction's fields with the parameters that are added to them.
private struct GivenFields<Payload: Sendable> {
    let payload: Payload
    let table: InstructionTable<Payload>
    let references: [ParameterReference]

    /// `+p3*4096`, or nothing.
    func term(_ field: Field<Payload>) -> String {
        let position = field.description.position
        return references.first { reference in
            table.fields.indices.contains(reference.field)
                && table.fields[reference.field].description.position == position
        }?.text ?? ""
    }

    func text(_ field: Field<Payload>) -> String { field.text(payload) + term(field) }

    func isBlank(_ field: Field<Payload>) -> Bool {
        payload[keyPath: field.value] == table.blank[keyPath: field.value] && term(field).isEmpty
    }
}

extension Field {
    func text(_ payload: Payload) -> String { description.text(payload[keyPath: value]) }
}

extension ElementwiseCode.Parameter {
    /// Floats in decimal with the digits that read back the same; a NaN by its bits.
    func text(_ pattern: Int) -> String {
        let bits = UInt32(truncatingIfNeeded: pattern)
        guard isFloat else { return String(Int32(bitPattern: bits)) }
        let float = Float(bitPattern: bits)
        return float.isNaN ? FieldDescription.hexadecimal(Int(bits)) : float.description
    }

    func pattern(_ word: Substring) throws(FieldProblem) -> Int {
        if isFloat, word.hasPrefix("0x"), let bits = UInt32(word.dropFirst(2), radix: 16) { return Int(bits) }
        if isFloat, let float = Float(word), !float.isNaN { return Int(float.bitPattern) }
        if !isFloat, let integer = TextCursor.integer(word).flatMap(Int32.init(exactly:)) {
            return Int(UInt32(bitPattern: integer))
        }
        throw FieldProblem(
            field: name, message: "'\(word)' is not \(isFloat ? "a number" : "a whole number of 32 bits")")
    }
}
