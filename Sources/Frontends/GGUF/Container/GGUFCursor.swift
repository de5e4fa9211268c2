import Diagnostics
import Foundation

/// Reads little-endian values one after another, and never past the end.
struct GGUFCursor {
    private let data: Data
    private(set) var position = 0

    init(_ data: Data) { self.data = data.startIndex == 0 ? data : data.subdata(in: data.startIndex..<data.endIndex) }

    var left: Int { data.count - position }

    mutating func take<T: FixedWidthInteger>(_ type: T.Type) throws(Diagnostic) -> T {
        let start = position
        try skip(T.bitWidth / 8)
        return data.withUnsafeBytes { T(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: T.self)) }
    }

    /// A text of UTF-8 behind its length in bytes.
    mutating func string() throws(Diagnostic) -> String {
        let start = position
        let bytes = try stringBytes()
        guard let text = String(bytes: bytes, encoding: .utf8) else {
            throw Diagnostic(field: "byte \(start)", "a text is not UTF-8")
        }
        return text
    }

    private mutating func stringBytes() throws(Diagnostic) -> Data {
        let start = position
        let length = try take(UInt64.self)
        guard length <= UInt64(left) else {
            throw Diagnostic(field: "byte \(start)", "a text of \(length) bytes is longer than the \(left) that are left")
        }
        let begin = position
        try skip(Int(length))
        return data[begin..<position]
    }

    mutating func kind() throws(Diagnostic) -> GGUFValue.Kind {
        let start = position
        let number = try take(UInt32.self)
        if let kind = GGUFValue.Kind(rawValue: number) { return kind }
        throw Diagnostic(field: "byte \(start)", "\(number) is no type of a value (0 to 12)")
    }

    mutating func value(_ kind: GGUFValue.Kind) throws(Diagnostic) -> GGUFValue {
        switch kind {
        case .uint8: .unsigned(UInt64(try take(UInt8.self)))
        case .uint16: .unsigned(UInt64(try take(UInt16.self)))
        case .uint32: .unsigned(UInt64(try take(UInt32.self)))
        case .uint64: .unsigned(try take(UInt64.self))
        case .int8: .signed(Int64(try take(Int8.self)))
        case .int16: .signed(Int64(try take(Int16.self)))
        case .int32: .signed(Int64(try take(Int32.self)))
        case .int64: .signed(try take(Int64.self))
        case .float32: .float(Double(Float(bitPattern: try take(UInt32.self))))
        case .float64: .float(Double(bitPattern: try take(UInt64.self)))
        case .bool: .bool(try truth())
        case .string: .string(try string())
        case .array: .array(try array())
        }
    }

    private mutating func truth() throws(Diagnostic) -> Bool {
        let start = position
        let byte = try take(UInt8.self)
        guard byte <= 1 else { throw Diagnostic(field: "byte \(start)", "\(byte) is no truth value (0 or 1)") }
        return byte == 1
    }

    /// Walks over the elements without keeping them.
    private mutating func array() throws(Diagnostic) -> GGUFArray {
        let start = position
        let kind = try kind()
        guard kind != .array else { throw Diagnostic(field: "byte \(start)", "a list of lists is not part of the format") }
        let count = try take(UInt64.self)
        guard count <= UInt64(left / kind.bytes) else {
            throw Diagnostic(field: "byte \(start)", "a list of \(count) elements is longer than the \(left) bytes that are left")
        }
        let begin = position
        switch kind {
        case .string: for _ in 0..<count { _ = try string() }
        case .bool: for _ in 0..<count { _ = try truth() }
        default: try skip(Int(count) * kind.bytes)
        }
        return GGUFArray(kind: kind, count: Int(count), data: data[begin..<position])
    }

    mutating func skip(_ count: Int) throws(Diagnostic) {
        guard count <= left else {
            throw Diagnostic(field: "byte \(position)", "the file ends here, \(count) more bytes expected")
        }
        position += count
    }
}
