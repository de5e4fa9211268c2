import Diagnostics
import Foundation

/// A GGUF file (version 2 or 3, little-endian): metadata, and tensors that stay in the mapped file.
/// (Format: ggml-org/llama.cpp, `ggml/include/gguf.h`.)
public struct GGUFFile: Sendable {
    public struct Tensor: Hashable, Sendable {
        public let name: String
        public let type: GGMLType
        /// Outermost axis first; the file has it the other way round.
        public let shape: [Int]
        /// Bytes of the tensor inside the file.
        public let range: Range<Int>

        /// Length of the last axis.
        public var columns: Int { shape.last ?? 1 }
        public var rows: Int { shape.dropLast().reduce(1, *) }
        public var rowBytes: Int { columns / type.block.elements * type.block.bytes }
    }

    /// Name of the file, for messages.
    public let path: String
    let data: Data
    public let version: Int
    public let metadata: [String: GGUFValue]
    /// In the order of the file.
    public let tensors: [Tensor]

    public init(path: String) throws(Diagnostic) {
        try self.init(data: try InputFile.mapped(path: path), path: path)
    }

    public init(data: Data, path: String) throws(Diagnostic) {
        self.path = path
        self.data = data
        do throws(Diagnostic) {
            var reader = GGUFReader(data)
            version = try reader.version()
            (metadata, tensors) = try reader.contents()
        } catch { throw error.inFile(path) }
    }

    /// The bytes of a row; not copied.
    public func bytes(of tensor: Tensor, row: Int) -> Data {
        let start = data.startIndex + tensor.range.lowerBound + row * tensor.rowBytes
        return data[start..<start + tensor.rowBytes]
    }
}
