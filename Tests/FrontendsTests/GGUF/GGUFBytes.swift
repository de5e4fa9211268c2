import Foundation
import Frontends

/// Writes small GGUF files, independently of what reads them.
struct GGUFBytes {
    enum Value: Sendable {
        case uint32(UInt32)
        case float32(Float)
        case bool(Bool)
        case string(String)
        case strings([String])
        case int32s([Int32])
        case raw(kind: UInt32, [UInt8])
    }

    var version: UInt32 = 3
    var pairs: [(String, Value)] = []
    /// Dimensions with the longest-lived first: outermost axis first.
    var tensors: [(name: String, type: GGMLType, shape: [Int], bytes: [UInt8])] = []
    var alignment = 32

    static func bytes<T: FixedWidthInteger>(_ value: T) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    static func text(_ text: String) -> [UInt8] { bytes(UInt64(text.utf8.count)) + Array(text.utf8) }

    private static func value(_ value: Value) -> [UInt8] {
        switch value {
        case .uint32(let number): bytes(UInt32(4)) + bytes(number)
        case .float32(let number): bytes(UInt32(6)) + bytes(number.bitPattern)
        case .bool(let truth): bytes(UInt32(7)) + [truth ? 1 : 0]
        case .string(let text): bytes(UInt32(8)) + self.text(text)
        case .strings(let texts):
            bytes(UInt32(9)) + bytes(UInt32(8)) + bytes(UInt64(texts.count)) + texts.flatMap { text($0) }
        case .int32s(let numbers):
            bytes(UInt32(9)) + bytes(UInt32(5)) + bytes(UInt64(numbers.count)) + numbers.flatMap { bytes($0) }
        case .raw(let kind, let content): bytes(kind) + content
        }
    }

    var data: Data {
        var head = Array("GGUF".utf8) + Self.bytes(version) + Self.bytes(UInt64(tensors.count)) + Self.bytes(UInt64(pairs.count))
        for (key, value) in pairs { head += Self.text(key) + Self.value(value) }
        var body: [UInt8] = []
        for tensor in tensors {
            head += Self.text(tensor.name) + Self.bytes(UInt32(tensor.shape.count))
            for length in tensor.shape.reversed() { head += Self.bytes(UInt64(length)) }
            head += Self.bytes(tensor.type.rawValue) + Self.bytes(UInt64(body.count))
            body += tensor.bytes
            while !body.count.isMultiple(of: alignment) { body.append(0) }
        }
        while !head.count.isMultiple(of: alignment) { head.append(0) }
        return Data(head + body)
    }

    static func floats(_ values: [Float]) -> [UInt8] { values.flatMap { bytes($0.bitPattern) } }
}
