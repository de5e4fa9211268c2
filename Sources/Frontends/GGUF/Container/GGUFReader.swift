import Diagnostics
import Foundation

/// The header of a GGUF file: counts, metadata, descriptions of tensors; where their bytes lie.
struct GGUFReader {
    private var cursor: GGUFCursor
    private let size: Int

    /// More than any model has; so that no count makes tables that dwarf the file.
    private static let maximumCount = 1 << 16
    /// As in llama.cpp (`GGML_MAX_NAME`, `GGML_MAX_DIMS`).
    private static let maximumName = 63
    private static let maximumRank = 4
    private static let maximumKey = 65535

    init(_ data: Data) {
        cursor = GGUFCursor(data)
        size = data.count
    }

    mutating func version() throws(Diagnostic) -> Int {
        guard size >= 4, try cursor.take(UInt32.self) == 0x4655_4747 else {
            throw Diagnostic(field: "byte 0", "this is no GGUF file, which begins with the letters GGUF")
        }
        let version = try cursor.take(UInt32.self)
        if version != 0, version & 0xFFFF == 0 {
            throw Diagnostic(field: "version", "the file is big-endian, only little-endian ones are read")
        }
        guard (2...3).contains(version) else {
            throw Diagnostic(field: "version", "is \(version), 2 or 3 expected")
        }
        return Int(version)
    }

    mutating func contents() throws(Diagnostic) -> ([String: GGUFValue], [GGUFFile.Tensor]) {
        let tensorCount = try count("tensor count")
        let pairCount = try count("metadata count")
        let metadata = try metadata(pairCount)
        let alignment = try Self.alignment(metadata)
        let descriptions = try descriptions(tensorCount)
        let dataStart = (cursor.position + alignment - 1) / alignment * alignment
        return (metadata, try place(descriptions, from: dataStart, alignment: alignment))
    }

    private mutating func count(_ what: String) throws(Diagnostic) -> Int {
        let number = try cursor.take(UInt64.self)
        guard number <= UInt64(Self.maximumCount) else {
            throw Diagnostic(field: what, "is \(number), at most \(Self.maximumCount) are read")
        }
        return Int(number)
    }

    private mutating func metadata(_ count: Int) throws(Diagnostic) -> [String: GGUFValue] {
        var metadata: [String: GGUFValue] = [:]
        for index in 0..<count {
            var key = "metadata[\(index)]"
            do throws(Diagnostic) {
                let text = try cursor.string()
                guard !text.isEmpty, text.utf8.count <= Self.maximumKey else { throw Diagnostic("the key is empty or too long") }
                key = text
                let kind = try cursor.kind()
                let value = try cursor.value(kind)
                guard metadata.updateValue(value, forKey: key) == nil else { throw Diagnostic("the key occurs twice") }
            } catch { throw Diagnostic(node: key, field: error.field, error.message) }
        }
        return metadata
    }

    private static func alignment(_ metadata: [String: GGUFValue]) throws(Diagnostic) -> Int {
        guard let value = metadata["general.alignment"] else { return 32 }
        guard let alignment = value.integer, alignment > 0, alignment <= 1 << 20, alignment & (alignment - 1) == 0 else {
            throw Diagnostic(field: "general.alignment", "a power of two up to \(1 << 20) expected")
        }
        return alignment
    }

    private struct Description {
        var name: String
        var type: GGMLType
        var shape: [Int]
        var bytes: Int
        var offset: UInt64
    }

    private mutating func descriptions(_ count: Int) throws(Diagnostic) -> [Description] {
        var names: Set<String> = []
        var descriptions: [Description] = []
        for index in 0..<count {
            var name = "tensor[\(index)]"
            do throws(Diagnostic) {
                let text = try cursor.string()
                guard !text.isEmpty, text.utf8.count <= Self.maximumName else {
                    throw Diagnostic("its name has \(text.utf8.count) bytes, 1 to \(Self.maximumName) expected")
                }
                name = text
                guard names.insert(name).inserted else { throw Diagnostic("the name occurs twice") }
                descriptions.append(try description(name))
            } catch { throw Diagnostic(node: name, field: error.field, error.message) }
        }
        return descriptions
    }

    private mutating func description(_ name: String) throws(Diagnostic) -> Description {
        let rank = try cursor.take(UInt32.self)
        guard (1...UInt32(Self.maximumRank)).contains(rank) else {
            throw Diagnostic(field: "dimensions", "are \(rank), 1 to \(Self.maximumRank) expected")
        }
        var shape: [Int] = []
        // Nothing is larger than the file, so no product overflows; the densest blocks have 256 elements in 50 bytes.
        var elements = 1
        for _ in 0..<rank {
            let length = try cursor.take(UInt64.self)
            guard length >= 1, length <= UInt64(max(1, 8 * size)), elements <= 8 * size / Int(length) else {
                throw Diagnostic(field: "shape", "has \(length) elements along an axis, which the file cannot hold")
            }
            elements *= Int(length)
            shape.insert(Int(length), at: 0)
        }
        let number = try cursor.take(UInt32.self)
        guard let type = GGMLType(rawValue: number) else { throw Diagnostic(field: "type", GGMLType.reason(unknown: number)) }
        let block = type.block
        guard let columns = shape.last, columns.isMultiple(of: block.elements) else {
            throw Diagnostic(field: "shape", "rows of \(shape.last ?? 0) elements are no multiple of \(type.name)'s \(block.elements)")
        }
        return Description(
            name: name, type: type, shape: shape, bytes: elements / block.elements * block.bytes,
            offset: try cursor.take(UInt64.self))
    }

    /// Tensors lie one behind another, each at the next multiple of the alignment.
    private func place(
        _ descriptions: [Description], from dataStart: Int, alignment: Int
    ) throws(Diagnostic) -> [GGUFFile.Tensor] {
        var offset = 0
        var tensors: [GGUFFile.Tensor] = []
        for tensor in descriptions {
            guard tensor.offset == UInt64(offset) else {
                throw Diagnostic(node: tensor.name, field: "offset", "is \(tensor.offset), \(offset) expected behind the tensor before")
            }
            let start = dataStart + offset
            guard tensor.bytes <= size, start <= size - tensor.bytes else {
                throw Diagnostic(
                    node: tensor.name, field: "data", "ends at byte \(start + tensor.bytes), the file has \(size)")
            }
            tensors.append(
                GGUFFile.Tensor(
                    name: tensor.name, type: tensor.type, shape: tensor.shape, range: start..<start + tensor.bytes))
            offset += (tensor.bytes + alignment - 1) / alignment * alignment
        }
        return tensors
    }
}
