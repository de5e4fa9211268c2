import Foundation

/// A value of a GGUF file's metadata.
public enum GGUFValue: Hashable, Sendable {
    case unsigned(UInt64)
    case signed(Int64)
    case float(Double)
    case bool(Bool)
    case string(String)
    case array(GGUFArray)

    /// Numbers of value types, as the file has them.
    enum Kind: UInt32, Hashable, Sendable {
        case uint8 = 0
        case int8 = 1
        case uint16 = 2
        case int16 = 3
        case uint32 = 4
        case int32 = 5
        case float32 = 6
        case bool = 7
        case string = 8
        case array = 9
        case uint64 = 10
        case int64 = 11
        case float64 = 12

        /// Bytes of a value; the fewest that one takes where that depends on it.
        var bytes: Int {
            switch self {
            case .uint8, .int8, .bool: 1
            case .uint16, .int16: 2
            case .uint32, .int32, .float32: 4
            case .string, .uint64, .int64, .float64: 8
            case .array: 12
            }
        }
    }

    /// What kind of value this is, for messages.
    var kind: String {
        switch self {
        case .unsigned, .signed: "a whole number"
        case .float: "a number"
        case .bool: "a truth value"
        case .string: "text"
        case .array: "a list"
        }
    }

    /// A whole number that an `Int` holds.
    var integer: Int? {
        switch self {
        case .unsigned(let value): Int(exactly: value)
        case .signed(let value): Int(exactly: value)
        default: nil
        }
    }
}

/// A list of a GGUF file's metadata. It stays in the mapped file, because vocabularies are long, until its elements are asked
/// for; lengths inside it are checked when the file is opened.
public struct GGUFArray: Hashable, Sendable {
    let kind: GGUFValue.Kind
    public let count: Int
    let data: Data

    /// All of the elements.
    public var elements: [GGUFValue] {
        var cursor = GGUFCursor(data)
        var values: [GGUFValue] = []
        values.reserveCapacity(count)
        while values.count < count, let value = try? cursor.value(kind) { values.append(value) }
        return values
    }

    /// `nil` when it is no list of texts.
    public var strings: [String]? {
        guard kind == .string else { return nil }
        return elements.compactMap { if case .string(let text) = $0 { text } else { nil } }
    }

    /// `nil` when it is no list of whole numbers.
    public var integers: [Int]? {
        let values = elements.compactMap(\.integer)
        return values.count == count ? values : nil
    }
}
