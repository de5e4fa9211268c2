import Diagnostics
import Foundation

/// A GGUF file (version 2 or 3, little-endian): metadata, and tensors that stay in the mapped file; or a model in several
/// files, of which the first is named.
/// (Format: ggml-org/llama.cpp, `ggml/include/gguf.h`.)
public struct GGUFFile: Sendable {
    public struct Tensor: Hashable, Sendable {
        public let name: String
        public let type: GGMLType
        /// Outermost axis first; the file has it the other way round.
        public let shape: [Int]
        /// Which of the model's files has it.
        public var part = 0
        /// Bytes of the tensor inside that file.
        public let range: Range<Int>

        /// Length of the last axis.
        public var columns: Int { shape.last ?? 1 }
        public var rows: Int { shape.dropLast().reduce(1, *) }
        public var rowBytes: Int { columns / type.block.elements * type.block.bytes }
    }

    /// Name of the file, for messages.
    public let path: String
    /// Of each of the model's files.
    private(set) var parts: [Data]
    public let version: Int
    public let metadata: [String: GGUFValue]
    /// In the order of the file.
    public private(set) var tensors: [Tensor]

    public init(path: String) throws(Diagnostic) {
        try self.init(data: try InputFile.mapped(path: path), path: path)
        for path in try GGUFParts.others(of: self) { try append(GGUFFile(data: try InputFile.mapped(path: path), path: path)) }
        try GGUFParts.checkCount(of: self)
    }

    public init(data: Data, path: String) throws(Diagnostic) {
        self.path = path
        parts = [data]
        do throws(Diagnostic) {
            var reader = GGUFReader(data)
            version = try reader.version()
            (metadata, tensors) = try reader.contents()
        } catch { throw error.inFile(path) }
    }

    private mutating func append(_ other: GGUFFile) throws(Diagnostic) {
        try GGUFParts.check(other, isNumber: parts.count, of: self)
        tensors += other.tensors.map { tensor in
            var tensor = tensor
            tensor.part = parts.count
            return tensor
        }
        parts += other.parts
    }

    /// The bytes of a row; not copied.
    public func bytes(of tensor: Tensor, row: Int) -> Data {
        let data = parts[tensor.part]
        let start = data.startIndex + tensor.range.lowerBound + row * tensor.rowBytes
        return data[start..<start + tensor.rowBytes]
    }
}
