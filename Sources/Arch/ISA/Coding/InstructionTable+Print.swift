extension InstructionTable {
    func text(_ body: Instruction.Body) -> String {
        guard let payload = payload(body) else { return opcode.mnemonic }
        var line = opcode.mnemonic
        for clause in clauses {
            switch clause.form {
            case .suffix(let letters):
                line += "." + zip(letters, clause.fields).map { $0 + $1.text(payload) }.joined()
            case .suffixWord: line += "." + clause.keyword
            case .head: line += " " + words(clause.fields, payload)
            case .plain:
                line += (clause.keyword == "<-" ? " " : ", ") + clause.keyword + " " + words(clause.fields, payload)
            case .optional:
                if clause.fields.contains(where: { payload[keyPath: $0.value] != blank[keyPath: $0.value] }) {
                    line += ", " + clause.keyword + " " + words(clause.fields, payload)
                }
            case .present:
                if let flag = clause.fields.first, payload[keyPath: flag.value] != 0 {
                    line += ", " + clause.keyword + " " + words(Array(clause.fields.dropFirst()), payload)
                }
            case .flag:
                if let flag = clause.fields.first, payload[keyPath: flag.value] != 0 { line += ", " + clause.keyword }
            case .loops(let size): line += loops(clause, size, payload)
            case .parameters:
                for (parameter, field) in zip(parameters(payload), clause.fields) {
                    line += ", \(parameter.name) \(parameter.text(payload[keyPath: field.value]))"
                }
            }
        }
        return line
    }

    /// A space and its offset make one word.
    private func words(_ fields: [Field<Payload>], _ payload: Payload) -> String {
        var line = ""
        for field in fields {
            if !line.isEmpty, !line.hasSuffix(":") { line += " " }
            line += field.text(payload)
        }
        return line
    }

    /// `loop 64 (4096, 256)`: count and strides, from the outermost loop that is not blank.
    private func loops(_ clause: Clause<Payload>, _ size: Int, _ payload: Payload) -> String {
        let isBlank = { (field: Field<Payload>) in payload[keyPath: field.value] == blank[keyPath: field.value] }
        let first = clause.fields.firstIndex { !isBlank($0) } ?? clause.fields.count
        var line = ""
        for start in stride(from: first / size * size, to: clause.fields.count, by: size) {
            let values = clause.fields[start..<start + size].map { $0.text(payload) }
            line += ", \(clause.keyword) \(values[0]) (\(values.dropFirst().joined(separator: ", ")))"
        }
        return line
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
