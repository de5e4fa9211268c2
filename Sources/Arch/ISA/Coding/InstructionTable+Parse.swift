import Diagnostics

extension InstructionTable {
    /// A payload being read, and which values the text gave.
    private struct Draft {
        var payload: Payload
        var given: [(field: Field<Payload>, value: Int)] = []
        var terms: [(field: Field<Payload>, term: ParameterTerm)] = []
        /// How often each clause occurred.
        var seen: [Int]

        mutating func set(_ field: Field<Payload>, _ value: Int) throws(FieldProblem) {
            try set(field, TextValue(value: value, term: nil))
        }

        mutating func set(_ field: Field<Payload>, _ word: TextValue) throws(FieldProblem) {
            let description = word.term == nil ? field.description : field.description.asImmediate
            if let violation = description.violation(word.value) {
                throw FieldProblem(field: description.name, message: violation)
            }
            payload[keyPath: field.value] = word.value
            given.append((field, word.value))
            if let term = word.term { terms.append((field, term)) }
        }
    }

    func parse(_ cursor: inout TextCursor, suffix: [Substring]) throws(FieldProblem) -> ReferringBody {
        var draft = Draft(payload: blank, seen: Array(repeating: 0, count: clauses.count))
        try parseSuffix(suffix, &draft)
        var loops: [Int: [[TextValue]]] = [:]
        for (index, clause) in clauses.enumerated() {
            if case .head = clause.form { try parseWords(clause.fields, &cursor, &draft) }
            if clause.keyword == "<-" {
                try cursor.expect("<-", field: "<-")
                draft.seen[index] += 1
                try parseWords(clause.fields, &cursor, &draft)
            }
        }
        while cursor.accept(",") { try parseClause(&cursor, &draft, &loops) }
        for (index, steps) in loops { try setLoops(clauses[index], steps, &draft) }
        for (clause, seen) in zip(clauses, draft.seen) {
            if case .plain = clause.form, seen == 0 { throw FieldProblem(field: clause.keyword, message: "is missing") }
        }
        for (field, value) in draft.given where draft.payload[keyPath: field.value] != value {
            throw FieldProblem(field: field.description.name, message: "has no meaning beside the other fields")
        }
        let references = try references(draft)
        if references.isEmpty, let broken = rule(draft.payload) {
            throw FieldProblem(field: broken.field, message: broken.message)
        }
        return ReferringBody(body: body(draft.payload), references: references)
    }

    private func references(_ draft: Draft) throws(FieldProblem) -> [ParameterReference] {
        var references: [ParameterReference] = []
        for (field, term) in draft.terms {
            let name = field.description.name
            guard let index = fields.firstIndex(where: { $0.description.name == name }) else { continue }
            references.append(
                ParameterReference(field: index, register: term.register, multiplier: term.multiplier))
        }
        references.sort { $0.field < $1.field }
        if let problem = wrongReferences(references, draft.payload).first { throw problem }
        return references
    }

    private func parseClause(
        _ cursor: inout TextCursor, _ draft: inout Draft, _ loops: inout [Int: [[TextValue]]]
    ) throws(FieldProblem) {
        let keyword = cursor.next() ?? ""
        if try parseParameter(keyword, &cursor, &draft) { return }
        guard let index = clauses.firstIndex(where: { $0.isNamed && $0.keyword == keyword }) else {
            let hint = Suggestion.hint(for: String(keyword), in: clauses.filter(\.isNamed).map(\.keyword))
            throw FieldProblem(field: opcode.mnemonic, message: "'\(keyword)' is not known\(hint)")
        }
        let clause = clauses[index]
        draft.seen[index] += 1
        if case .loops(let size) = clause.form {
            loops[index, default: []].append(try parseLoop(clause, size, &cursor))
            return
        }
        guard draft.seen[index] == 1 else { throw FieldProblem(field: clause.keyword, message: "is given twice") }
        try choose(clause, &draft)
        switch clause.form {
        case .flag, .present:
            guard let flag = clause.fields.first else { return }
            try draft.set(flag, 1)
            try parseWords(Array(clause.fields.dropFirst()), &cursor, &draft)
        default: try parseWords(clause.fields, &cursor, &draft)
        }
    }

    /// Sets the tag of an alternative, which no other alternative may have set.
    private func choose(_ clause: Clause<Payload>, _ draft: inout Draft) throws(FieldProblem) {
        guard case .alternative(let name, let value) = clause.form,
            let tag = fields.first(where: { $0.description.name == name })
        else { return }
        let others = zip(clauses, draft.seen).filter { $0.0.alternativeTag == name && $0.1 > 0 && $0.0.keyword != clause.keyword }
        if let other = others.first?.0.keyword {
            throw FieldProblem(field: clause.keyword, message: "excludes '\(other)', an instruction has one of them")
        }
        try draft.set(tag, value)
    }

    /// Words of `fields`; a space or memory and its address are one word.
    private func parseWords(
        _ fields: [Field<Payload>], _ cursor: inout TextCursor, _ draft: inout Draft
    ) throws(FieldProblem) {
        var rest: Substring?
        for field in fields {
            guard let word = rest ?? cursor.next() else {
                throw FieldProblem(field: field.description.name, message: "is missing at the end of the line")
            }
            try draft.set(field, try field.description.word(word, rest: &rest))
        }
    }

    private func parseLoop(_ clause: Clause<Payload>, _ size: Int, _ cursor: inout TextCursor) throws(FieldProblem)
        -> [TextValue]
    {
        var values: [TextValue] = []
        for position in 0..<size {
            if position > 0 { try cursor.expect(position == 1 ? "(" : ",", field: clause.keyword) }
            let word = try ParameterTerm.split(cursor.next() ?? "", field: clause.keyword)
            guard let value = TextCursor.integer(word.head) else {
                throw FieldProblem(field: clause.keyword, message: "a count and \(size - 1) strides were expected")
            }
            values.append(TextValue(value: value, term: word.term))
        }
        try cursor.expect(")", field: clause.keyword)
        return values
    }

    /// Loops that are given are the innermost ones.
    private func setLoops(_ clause: Clause<Payload>, _ steps: [[TextValue]], _ draft: inout Draft) throws(FieldProblem) {
        let values = steps.flatMap { $0 }
        guard values.count <= clause.fields.count else {
            throw FieldProblem(field: clause.keyword, message: "\(steps.count) loops are given, there are fewer")
        }
        for (field, value) in zip(clause.fields.suffix(values.count), values) { try draft.set(field, value) }
    }

    private func parseParameter(
        _ keyword: Substring, _ cursor: inout TextCursor, _ draft: inout Draft
    ) throws(FieldProblem) -> Bool {
        let names = parameters(draft.payload)
        guard let position = names.firstIndex(where: { $0.name == keyword }) else { return false }
        for clause in clauses {
            guard case .parameters = clause.form else { continue }
            let field = clause.fields[position]
            let word = cursor.next() ?? ""
            if draft.given.contains(where: { $0.field.description.name == field.description.name }) {
                throw FieldProblem(field: names[position].name, message: "is given twice")
            }
            let (head, term) = try ParameterTerm.split(word, field: names[position].name)
            try draft.set(field, TextValue(value: try names[position].pattern(head), term: term))
        }
        return true
    }

    private func parseSuffix(_ parts: [Substring], _ draft: inout Draft) throws(FieldProblem) {
        var parts = parts[...]
        for clause in clauses {
            switch clause.form {
            case .suffix(let letters):
                guard var part = parts.popFirst() else { throw mnemonicProblem("is incomplete") }
                for (letter, field) in zip(letters, clause.fields) {
                    try draft.set(field, try suffixValue(field.description, letter, &part))
                }
                if !part.isEmpty { throw mnemonicProblem("'\(part)' is left over") }
            case .suffixWord:
                guard parts.popFirst() ?? "" == clause.keyword else {
                    throw mnemonicProblem("'\(clause.keyword)' was expected")
                }
            default: break
            }
        }
        if let extra = parts.first { throw mnemonicProblem("'\(extra)' is left over") }
    }

    private func suffixValue(
        _ field: FieldDescription, _ letter: String, _ part: inout Substring
    ) throws(FieldProblem) -> Int {
        guard part.hasPrefix(letter) else { throw mnemonicProblem("'\(letter)' was expected at '\(part)'") }
        part = part.dropFirst(letter.count)
        if case .choice(let names) = field.kind {
            let fitting = names.enumerated().filter { !$0.element.isEmpty && part.hasPrefix($0.element) }
            guard let best = fitting.max(by: { $0.element.count < $1.element.count }) else {
                throw mnemonicProblem("'\(part)' is not one of \(FieldDescription.listed(names))")
            }
            part = part.dropFirst(best.element.count)
            return best.offset
        }
        let digits = part.prefix { $0.isASCII && $0.isNumber }
        guard let value = Int(digits) else { throw mnemonicProblem("a number was expected at '\(part)'") }
        part = part.dropFirst(digits.count)
        return value
    }

    private func mnemonicProblem(_ message: String) -> FieldProblem {
        FieldProblem(field: "mnemonic", message: message)
    }
}

extension Clause {
    /// Written after a comma, with its keyword.
    var isNamed: Bool {
        switch form {
        case .plain: keyword != "<-"
        case .optional, .present, .alternative, .flag, .loops: true
        case .suffix, .suffixWord, .head, .tag, .parameters: false
        }
    }

    /// Name of the tag of an alternative.
    var alternativeTag: String? { if case .alternative(let tag, _) = form { tag } else { nil } }
}
