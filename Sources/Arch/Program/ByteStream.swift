import Diagnostics

/// Little-endian bytes being written.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    mutating func integer<T: FixedWidthInteger>(_ value: T) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func int(_ value: Int) { integer(Int64(value)) }

    mutating func text(_ text: String) {
        integer(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }
}

/// Little-endian bytes being read; every length is checked against what is left before anything is allocated.
struct ByteReader {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    var left: Int { bytes.endIndex - position }
    var offset: Int { position - bytes.startIndex }

    mutating func take(_ count: Int, _ field: String) throws(Diagnostic) -> ArraySlice<UInt8> {
        guard count >= 0, count <= left else {
            throw Diagnostic(field: field, "\(count) bytes are needed at byte \(offset), the file has \(left) more")
        }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func integer<T: FixedWidthInteger>(_ type: T.Type, _ field: String) throws(Diagnostic) -> T {
        let bytes = try take(MemoryLayout<T>.size, field)
        return bytes.reversed().reduce(0) { $0 << 8 | T(truncatingIfNeeded: $1) }
    }

    mutating func int(_ field: String) throws(Diagnostic) -> Int { Int(try integer(Int64.self, field)) }

    /// A whole number that is not negative.
    mutating func size(_ field: String) throws(Diagnostic) -> Int {
        let value = try int(field)
        guard value >= 0 else { throw Diagnostic(field: field, "\(value) should not be negative") }
        return value
    }

    /// How many entries of at least `minimum` bytes follow.
    mutating func count(minimum: Int, _ field: String) throws(Diagnostic) -> Int {
        let count = Int(try integer(UInt32.self, field))
        guard count <= left / minimum else {
            throw Diagnostic(field: field, "\(count) entries do not fit the \(left) bytes that are left")
        }
        return count
    }

    mutating func text(_ field: String) throws(Diagnostic) -> String {
        let bytes = try take(Int(try integer(UInt32.self, field)), field)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Diagnostic(field: field, "the text is not valid UTF-8")
        }
        return text
    }
}
