extension FieldDescription {
    /// One word, or the first half of one when a space or memory is followed by its address.
    func text(_ value: Int) -> String {
        switch kind {
        case .unsigned, .signed, .flag: String(value)
        case .pattern: Self.hexadecimal(value)
        case .choice(let names): names.indices.contains(value) ? names[value] : String(value)
        case .space: (Space.allCases.indices.contains(value) ? Space.allCases[value].name : String(value)) + ":"
        case .offset(let space): (space.map { $0.name + ":" } ?? "") + Self.hexadecimal(value)
        case .memory: (GlobalMemory.allCases.indices.contains(value) ? GlobalMemory.allCases[value].name : String(value)) + ":"
        case .global: Self.hexadecimal(value)
        }
    }

    static func hexadecimal(_ value: Int) -> String { value < 0 ? String(value) : "0x" + String(value, radix: 16) }

    /// Reads one word, which may end in a parameter. A space or memory takes the part up to its colon and
    /// leaves the rest.
    func word(_ word: Substring, rest: inout Substring?) throws(FieldProblem) -> TextValue {
        switch kind {
        case .choice, .space, .memory: return TextValue(value: try value(word, rest: &rest), term: nil)
        case .unsigned, .signed, .pattern, .flag, .offset, .global:
            let (head, term) = try ParameterTerm.split(word, field: name)
            return TextValue(value: try value(head, rest: &rest), term: term)
        }
    }

    private func value(_ word: Substring, rest: inout Substring?) throws(FieldProblem) -> Int {
        rest = nil
        var number = word
        switch kind {
        case .unsigned, .signed, .pattern, .flag: break
        case .choice(let names):
            if !word.isEmpty, let code = names.firstIndex(of: String(word)) { return code }
            throw FieldProblem(field: name, message: "'\(word)' is not one of \(Self.listed(names))")
        case .space:
            let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let space = Space.allCases.first(where: { $0.name == parts[0] }) else {
                throw FieldProblem(field: name, message: "'\(word)' should be a scratchpad and an address (act:0x0)")
            }
            rest = parts[1]
            return space.code
        case .memory:
            let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let memory = GlobalMemory.allCases.first(where: { $0.name == parts[0] }) else {
                throw FieldProblem(
                    field: name, message: "'\(word)' should be a memory and an address (dram:0x0, shared:0x0)")
            }
            rest = parts[1]
            return memory.code
        case .offset(.none), .global: break
        case .offset(.some(let space)): number = try word.dropping(space.name + ":", field: name)
        }
        guard let value = TextCursor.integer(number) else {
            throw FieldProblem(field: name, message: "'\(word)' is not a number")
        }
        return value
    }
}

/// A number that the text gives, and the parameter that is added to it.
struct TextValue {
    var value: Int
    var term: ParameterTerm?
}

extension Substring {
    fileprivate func dropping(_ prefix: String, field: String) throws(FieldProblem) -> Substring {
        guard hasPrefix(prefix) else {
            throw FieldProblem(field: field, message: "'\(self)' should start with '\(prefix)'")
        }
        return dropFirst(prefix.count)
    }
}
