extension InstructionTable {
    /// The form of the text, with field names in capitals.
    var syntax: String {
        var line = opcode.mnemonic
        for (index, clause) in clauses.enumerated() {
            let operands = Self.words(clause.fields)
            switch clause.form {
            case .suffix(let letters):
                line += "." + zip(letters, clause.fields).map { $0 + $1.description.name.uppercased() }.joined()
            case .suffixWord: line += "." + clause.keyword
            case .head: line += " " + operands
            case .plain: line += (clause.keyword == "<-" ? " " : ", ") + clause.keyword + " " + operands
            case .optional: line += " [, \(clause.keyword) \(operands)]"
            case .present: line += " [, \(clause.keyword) \(Self.words(Array(clause.fields.dropFirst())))]"
            case .tag: break
            case .alternative(let tag, _):
                let follows = index > 0 && clauses[index - 1].alternativeTag == tag
                let isFollowed = index + 1 < clauses.count && clauses[index + 1].alternativeTag == tag
                line += (follows ? " | " : " [, ") + "\(clause.keyword) \(operands)" + (isFollowed ? "" : "]")
            case .flag: line += " [, \(clause.keyword)]"
            case .loops(let size):
                let strides = (1..<size).map { Self.loopWord(clause.fields[$0].description.name) }.joined(
                    separator: ", ")
                line += " [, \(clause.keyword) COUNT (\(strides))]*\(clause.fields.count / size)"
            case .parameters: line += " [, PARAMETER VALUE]*\(clause.fields.count)"
            }
        }
        return line
    }

    /// `global_stride_0` without its number.
    private static func loopWord(_ name: String) -> String {
        name.split(separator: "_").filter { Int($0) == nil }.joined(separator: "_").uppercased()
    }

    private static func words(_ fields: [Field<Payload>]) -> String {
        var line = ""
        for field in fields {
            let name = field.description.name.uppercased()
            if !line.isEmpty, !line.hasSuffix(":") { line += " " }
            switch field.description.kind {
            case .space: line += "SPACE:"
            case .offset(let space): line += (space.map { $0.name + ":" } ?? "") + name
            case .memory: line += "MEMORY:"
            case .global, .unsigned, .signed, .pattern, .flag, .choice: line += name
            }
        }
        return line
    }
}
