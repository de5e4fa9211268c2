/// The part of a word of assembly text that refers to a parameter register: `+p3*4096` of `dram:0x1000+p3*4096`.
struct ParameterTerm: Hashable {
    var register: Int
    var multiplier: Int

    /// Cuts the term off `word`; `nil` when there is none.
    static func split(_ word: Substring, field: String) throws(FieldProblem) -> (head: Substring, term: ParameterTerm?)
    {
        guard let start = start(in: word) else { return (word, nil) }
        let parts = word[start...].dropFirst(2).split(separator: "*", omittingEmptySubsequences: false)
        let digits = parts[0]
        var magnitude: Int? = 1
        if parts.count == 2 { magnitude = parts[1].first == "-" ? nil : TextCursor.integer(parts[1]) }
        guard parts.count <= 2, digits.allSatisfy({ $0.isASCII && $0.isNumber }), let register = Int(digits),
            let magnitude
        else {
            throw FieldProblem(field: field, message: "'\(word[start...])' should be a register (+p3, -p3*64)")
        }
        let multiplier = word[start] == "-" ? -magnitude : magnitude
        return (word[..<start], ParameterTerm(register: register, multiplier: multiplier))
    }

    /// Where a sign is followed by `p`, which no number contains.
    private static func start(in word: Substring) -> Substring.Index? {
        word.indices.dropLast().first { index in
            (word[index] == "+" || word[index] == "-") && word[word.index(after: index)] == "p"
        }
    }
}
