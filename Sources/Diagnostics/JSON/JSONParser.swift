/// What a parser accepts before it gives up, so that no document exhausts the stack or the memory.
public struct JSONLimits: Hashable, Sendable {
    public var bytes: Int
    public var depth: Int
    public var values: Int

    public init(bytes: Int = 64 << 20, depth: Int = 64, values: Int = 4_000_000) {
        self.bytes = bytes
        self.depth = depth
        self.values = values
    }
}

extension JSONValue {
    /// Parses UTF-8 text by RFC 8259, strictly. A key that occurs twice in one object is an error, because readers
    /// disagree on which of the two counts (RFC 8259 section 4).
    ///
    /// - Throws: one `Diagnostic` with line and column in `field`.
    public static func parse(_ bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(Diagnostic) -> JSONValue {
        guard bytes.count <= limits.bytes else {
            throw Diagnostic("the file has \(bytes.count) bytes, at most \(limits.bytes) are read")
        }
        var parser = JSONParser(bytes: bytes, limits: limits)
        return try parser.document()
    }

    public static func parse(_ text: String, limits: JSONLimits = JSONLimits()) throws(Diagnostic) -> JSONValue {
        try parse(Array(text.utf8), limits: limits)
    }
}

/// Recursive descent; Foundation's parser forgets the order of keys and which of them came twice.
struct JSONParser {
    let bytes: [UInt8]
    let limits: JSONLimits
    var position = 0
    private var valuesSeen = 0

    init(bytes: [UInt8], limits: JSONLimits) {
        self.bytes = bytes
        self.limits = limits
    }

    mutating func document() throws(Diagnostic) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw error("the document should end here") }
        return value
    }

    private mutating func value(depth: Int) throws(Diagnostic) -> JSONValue {
        guard depth <= limits.depth else { throw error("nested deeper than \(limits.depth) levels") }
        valuesSeen += 1
        guard valuesSeen <= limits.values else { throw error("more than \(limits.values) values") }
        skipSpace()
        switch peek {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case let byte? where byte == UInt8(ascii: "-") || Self.isDigit(byte): return try number()
        case nil: throw error("the document ends where a value should be")
        case _?: throw error("a value should be here")
        }
    }

    private mutating func object(depth: Int) throws(Diagnostic) -> JSONObject {
        var result = JSONObject()
        position += 1
        if accept("}") { return result }
        repeat {
            skipSpace()
            guard peek == UInt8(ascii: "\"") else { throw error("a key in quotes should be here") }
            let keyPosition = position
            let key = try string()
            guard result[key] == nil else { throw error("the key '\(key)' occurs twice", at: keyPosition) }
            guard accept(":") else { throw error("':' should be here") }
            result[key] = try value(depth: depth + 1)
        } while accept(",")
        guard accept("}") else { throw error("',' or '}' should be here") }
        return result
    }

    private mutating func array(depth: Int) throws(Diagnostic) -> [JSONValue] {
        var result: [JSONValue] = []
        position += 1
        if accept("]") { return result }
        repeat { result.append(try value(depth: depth + 1)) } while accept(",")
        guard accept("]") else { throw error("',' or ']' should be here") }
        return result
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Diagnostic) -> JSONValue {
        let text = String(describing: word)
        guard bytes[position...].starts(with: text.utf8) else { throw error("a value should be here") }
        position += text.utf8.count
        return value
    }

    static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func accept(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard peek == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    func error(_ message: String, at place: Int? = nil) -> Diagnostic {
        let before = bytes[..<(place ?? position)]
        let line = before.count { $0 == 0x0A } + 1
        let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
        return Diagnostic(field: "line \(line), column \(column)", message)
    }
}
