import Diagnostics

/// Words and quoted texts of one directive of an assembly file.
struct DirectiveCursor {
    private let bytes: [UInt8]
    private var position = 0
    private(set) var directive = ""

    init(_ line: some Sequence<UInt8>) {
        bytes = Array(line)
        directive = word()
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

    private mutating func skipSpace() {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
    }

    /// The rest is empty or a comment.
    var isAtEnd: Bool {
        mutating get {
            skipSpace()
            return position == bytes.count || bytes[position] == UInt8(ascii: "#")
        }
    }

    /// The next word, empty at the end.
    mutating func word() -> String {
        if isAtEnd { return "" }
        let start = position
        while position < bytes.count, !Self.isSpace(bytes[position]) { position += 1 }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }

    /// A text in quotes, with the escapes of JSON.
    mutating func text(_ field: String) throws(Diagnostic) -> String {
        skipSpace()
        let start = position
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            throw Diagnostic(field: field, "a text in quotes was expected")
        }
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
            position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
        }
        position = min(position + 1, bytes.count)
        do {
            if case .string(let text) = try JSONValue.parse(Array(bytes[start..<position])) { return text }
        } catch { throw Diagnostic(field: field, error.message) }
        throw Diagnostic(field: field, "a text in quotes was expected")
    }

    mutating func integer(_ field: String) throws(Diagnostic) -> Int {
        let word = word()
        guard let value = TextCursor.integer(word) else {
            throw Diagnostic(field: field, "'\(word)' is not a whole number")
        }
        return value
    }

    mutating func size(_ field: String) throws(Diagnostic) -> Int {
        let value = try integer(field)
        guard value >= 0 else { throw Diagnostic(field: field, "\(value) should not be negative") }
        return value
    }

    mutating func expect(_ word: String) throws(Diagnostic) {
        let found = self.word()
        guard found == word else { throw Diagnostic(field: word, "'\(word)' was expected, found '\(found)'") }
    }

    /// Numbers in brackets: `[1 28 28]`.
    mutating func list(_ field: String) throws(Diagnostic) -> [Int] {
        var values: [Int] = []
        try expect("[")
        while true {
            let word = word()
            if word == "]" { return values }
            guard let value = TextCursor.integer(word) else {
                throw Diagnostic(field: field, "'\(word)' is not a whole number")
            }
            values.append(value)
        }
    }

    mutating func expectEnd() throws(Diagnostic) {
        if !isAtEnd { throw Diagnostic(field: directive, "'\(word())' is left over") }
    }
}
