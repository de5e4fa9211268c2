/// A parsed JSON document. Whole numbers that fit 64 bits stay exact, and `true` is not a number.
public enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    /// Any other number; always finite.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// What kind of value this is, for messages.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a truth value"
        case .integer, .number: "a number"
        case .string: "text"
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// The number of an `f32` parameter, written with the fewest digits that read back to the same `Float`.
    public static func float(_ value: Float) -> JSONValue {
        if let whole = Int(exactly: value), whole.magnitude < 1 << 24, value.sign == .plus || whole != 0 {
            return .integer(whole)
        }
        if let short = Double(value.description), Float(short) == value { return .number(short) }
        return .number(Double(value))
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self = .object(JSONObject(elements)) }
}

/// Keys and values in the order of the file.
public struct JSONObject: Hashable, Sendable {
    public private(set) var keys: [String] = []
    private var values: [KeyText: JSONValue] = [:]

    /// Texts are one key when their bytes are the same; to `String`, letters and their decompositions are equal (RFC 8259, section 8.3).
    private struct KeyText: Hashable {
        let text: String

        static func == (a: KeyText, b: KeyText) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

        func hash(into hasher: inout Hasher) {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }

    public init() {}

    public init(_ pairs: [(String, JSONValue)]) {
        for (key, value) in pairs { self[key] = value }
    }

    /// A new key goes to the end; `nil` removes.
    public subscript(key: String) -> JSONValue? {
        get { values[KeyText(text: key)] }
        set {
            let before = values[KeyText(text: key)]
            values[KeyText(text: key)] = newValue
            if before == nil, newValue != nil { keys.append(key) }
            if before != nil, newValue == nil { keys.removeAll { $0.utf8.elementsEqual(key.utf8) } }
        }
    }

    public var isEmpty: Bool { keys.isEmpty }

    public var entries: [(key: String, value: JSONValue)] {
        keys.compactMap { key in values[KeyText(text: key)].map { (key, $0) } }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) { self.init(elements) }
}
