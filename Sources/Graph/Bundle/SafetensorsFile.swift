import Diagnostics
import Foundation

/// Element types of a safetensors file, as its header spells them.
public enum SafetensorsType: String, Hashable, Sendable, CaseIterable {
    case bool = "BOOL"
    case u8 = "U8"
    case i8 = "I8"
    case f8e5m2 = "F8_E5M2"
    case f8e4m3 = "F8_E4M3"
    case u16 = "U16"
    case i16 = "I16"
    case f16 = "F16"
    case bf16 = "BF16"
    case u32 = "U32"
    case i32 = "I32"
    case f32 = "F32"
    case u64 = "U64"
    case i64 = "I64"
    case f64 = "F64"

    public var bytes: Int {
        switch self {
        case .bool, .u8, .i8, .f8e5m2, .f8e4m3: 1
        case .u16, .i16, .f16, .bf16: 2
        case .u32, .i32, .f32: 4
        case .u64, .i64, .f64: 8
        }
    }
}

/// A safetensors file: eight bytes of header length, a JSON header, then the tensors' bytes, little-endian.
/// (Format of the `safetensors` project: offsets count from the end of the header, and tensors do not overlap.)
public struct SafetensorsFile: Sendable {
    public struct Entry: Hashable, Sendable {
        public var type: SafetensorsType
        public var shape: [Int]
        /// Bytes of the tensor inside the file.
        public var range: Range<Int>
    }
    /// The whole file, memory mapped.
    public let data: Data
    public let entries: [String: Entry]
    /// Names in the order of the header.
    public let names: [String]

    /// The reference implementation's limit on headers.
    static let maximumHeader = 100_000_000

    public init(path: String) throws(Diagnostics) {
        let data: Data
        do { data = try InputFile.mapped(path: path) } catch { throw Diagnostics(error) }
        do throws(Diagnostics) { try self.init(data: data) } catch { throw error.inFile(path) }
    }

    public init(data: Data) throws(Diagnostics) {
        let data = data.startIndex == 0 ? data : Data(data)
        guard data.count >= 8 else {
            throw Diagnostics(Diagnostic("has \(data.count) bytes, a header length of 8 expected"))
        }
        let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(Self.maximumHeader), Int(length) <= data.count - 8 else {
            throw Diagnostics(
                Diagnostic("the header length is \(length), more than the file has (or \(Self.maximumHeader))"))
        }
        let start = 8 + Int(length)
        let limits = JSONLimits(bytes: Self.maximumHeader, depth: 8)
        let header: JSONValue
        do { header = try JSONValue.parse(Array(data[8..<start]), limits: limits) } catch { throw Diagnostics(error) }
        var problems = Diagnostics()
        let entries = SafetensorsHeader.read(header, dataStart: start, dataEnd: data.count, into: &problems)
        guard problems.isEmpty else { throw problems }
        self.data = data
        self.entries = Dictionary(entries) { first, _ in first }
        names = entries.map(\.0)
    }

    /// The bytes of one tensor; not copied.
    public func bytes(of entry: Entry) -> Data { data[entry.range] }
}

enum SafetensorsHeader {
    static func read(
        _ header: JSONValue, dataStart: Int, dataEnd: Int, into problems: inout Diagnostics
    ) -> [(String, SafetensorsFile.Entry)] {
        guard case .object(let object) = header else {
            problems.report(Diagnostic("the header is \(header.kind), an object expected"))
            return []
        }
        var entries: [(String, SafetensorsFile.Entry)] = []
        for (name, value) in object.entries where name != "__metadata__" {
            let place = FieldPlace(node: name)
            let entry = ObjectReader.read(value, at: place, into: &problems) { reader in
                readEntry(&reader, dataStart: dataStart, dataEnd: dataEnd)
            }
            if let entry = entry ?? nil { entries.append((name, entry)) }
        }
        checkOverlaps(entries, dataStart: dataStart, into: &problems)
        return entries
    }

    private static func readEntry(
        _ reader: inout ObjectReader, dataStart: Int, dataEnd: Int
    ) -> SafetensorsFile.Entry? {
        let type = reader.requiredChoice("dtype", SafetensorsType.self)
        let shape = reader.required("shape", [Int].self)
        let offsets = reader.required("data_offsets", [Int].self)
        guard let type, let shape, let offsets else { return nil }
        // Empty tensors exist in real files; they just hold nothing.
        guard let count = shape.contains(0) && shape.allSatisfy({ $0 >= 0 }) ? 0 : Sizes.count(shape),
            count <= Sizes.maximumBytes
        else {
            reader.report("shape", "\(shape) is not a shape")
            return nil
        }
        guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= dataEnd - dataStart else {
            reader.report("data_offsets", "\(offsets) is not a range of the \(dataEnd - dataStart) bytes of data")
            return nil
        }
        guard offsets[1] - offsets[0] == count * type.bytes else {
            reader.report(
                "data_offsets",
                "spans \(offsets[1] - offsets[0]) bytes, \(count * type.bytes) for \(shape) \(type.rawValue) expected")
            return nil
        }
        return SafetensorsFile.Entry(type: type, shape: shape, range: dataStart + offsets[0]..<dataStart + offsets[1])
    }

    private static func checkOverlaps(
        _ entries: [(name: String, entry: SafetensorsFile.Entry)], dataStart: Int, into problems: inout Diagnostics
    ) {
        let sorted = entries.filter { !$0.entry.range.isEmpty }.sorted {
            $0.entry.range.lowerBound < $1.entry.range.lowerBound
        }
        for (first, second) in zip(sorted, sorted.dropFirst())
        where second.entry.range.lowerBound < first.entry.range.upperBound {
            problems.report(Diagnostic(node: second.name, field: "data_offsets", "overlaps '\(first.name)'"))
        }
    }
}

/// Writes the bytes of a safetensors file: names sorted, data in that order, the header padded to 8 bytes with spaces.
public enum SafetensorsWriter {
    public static func data(_ tensors: [String: (type: SafetensorsType, shape: [Int], bytes: Data)]) -> Data {
        var header = JSONObject()
        var body = Data()
        for (name, tensor) in tensors.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            let range: [JSONValue] = [.integer(body.count), .integer(body.count + tensor.bytes.count)]
            header[name] = .object([
                "dtype": .string(tensor.type.rawValue), "shape": .array(tensor.shape.map { .integer($0) }),
                "data_offsets": .array(range),
            ])
            body.append(tensor.bytes)
        }
        var text = Data(JSONValue.object(header).compact.utf8)
        text.append(contentsOf: [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8))
        var result = Data((0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) })
        result.append(text)
        result.append(body)
        return result
    }
}
