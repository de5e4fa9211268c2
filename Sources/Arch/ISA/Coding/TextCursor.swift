/// Words of one line of assembly text. Commas, parentheses and semicolons stand alone; `#` starts a comment.
struct TextCursor {
    private let words: [Substring]
    private var position = 0

    init(_ line: some StringProtocol) {
        var words: [Substring] = []
        let text = Substring(line)
        var start: Substring.Index?
        func flush(_ end: Substring.Index) {
            if let begin = start { words.append(text[begin..<end]) }
            start = nil
        }
        // All separators are ASCII, so cutting at their bytes never cuts a character.
        let bytes = text.utf8
        for index in bytes.indices {
            switch bytes[index] {
            case UInt8(ascii: "#"):
                flush(index)
                self.words = words
                return
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): flush(index)
            case UInt8(ascii: ","), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ";"):
                flush(index)
                words.append(text[index..<bytes.index(after: index)])
            default: start = start ?? index
            }
        }
        flush(text.endIndex)
        self.words = words
    }

    var isAtEnd: Bool { position == words.count }
    var peek: Substring? { isAtEnd ? nil : words[position] }

    mutating func next() -> Substring? {
        guard !isAtEnd else { return nil }
        defer { position += 1 }
        return words[position]
    }

    mutating func accept(_ word: String) -> Bool {
        guard let next = peek, next == word else { return false }
        position += 1
        return true
    }

    mutating func expect(_ word: String, field: String) throws(FieldProblem) {
        if !accept(word) {
            throw FieldProblem(
                field: field, message: "'\(word)' was expected, found \(peek.map { "'\($0)'" } ?? "the end")")
        }
    }

    /// Decimal with an optional minus, or hexadecimal with 0x.
    static func integer(_ word: some StringProtocol) -> Int? {
        if word.hasPrefix("0x") { return word.dropFirst(2).first == "-" ? nil : Int(word.dropFirst(2), radix: 16) }
        return word.first == "+" ? nil : Int(word)
    }
}
