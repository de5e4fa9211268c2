import Diagnostics
import Foundation
import SwiftProtobuf

/// A model file as its messages, with the checks that hold for every model.
struct ONNXFile {
    let path: String
    let model: Onnx_ModelProto
    /// Version of each operator set by its domain; `ai.onnx` is "".
    let versions: [String: Int]

    static let oldestVersion = 7

    init(path: String) throws(Diagnostic) {
        let data = try InputFile.mapped(path: path)
        do throws(Diagnostic) { try self.init(data: data, path: path) } catch { throw error.inFile(path) }
    }

    init(data: Data, path: String) throws(Diagnostic) {
        self.path = path
        var options = BinaryDecodingOptions()
        options.discardUnknownFields = true
        do { model = try Onnx_ModelProto(serializedBytes: data, options: options) } catch {
            throw WirePlace.diagnostic(data)
        }
        versions = Dictionary(
            model.opsetImport.map { ($0.domain == "ai.onnx" ? "" : $0.domain, Int($0.version)) }, uniquingKeysWith: max)
        guard model.hasGraph, !model.graph.node.isEmpty || !model.graph.output.isEmpty else {
            throw Diagnostic(field: "graph", "there is none in it: this is no ONNX model")
        }
        let version = versions[""] ?? Self.oldestVersion
        guard version >= Self.oldestVersion || version >= (Self.sinceVersion(of: model.graph.node.map(\.opType)) ?? .max) else {
            throw Diagnostic(
                field: "opset_import", "is \(version), operators of version \(Self.oldestVersion) or newer expected")
        }
    }

    /// Operators that are older than the oldest version and still the same in it, and the version that made them so.
    private static let unchanged: [String: Int] = [
        "Constant": 1, "GlobalAveragePool": 1, "GlobalMaxPool": 1, "Identity": 1, "Not": 1, "Shape": 1, "Size": 1, "Softplus": 1, "Softsign": 1,
        "Transpose": 1, "Concat": 4, "Abs": 6, "Ceil": 6, "Exp": 6, "Floor": 6, "LeakyRelu": 6, "Log": 6, "Neg": 6, "Reciprocal": 6, "Relu": 6,
        "Sigmoid": 6, "Sqrt": 6, "Tanh": 6, "Reshape": 5, "Cast": 6, "Tile": 6,
    ]

    /// The version from which on all of these are as they are now; `nil` when one of them has changed since.
    private static func sinceVersion(of operators: [String]) -> Int? {
        let versions = operators.map { unchanged[$0] }
        return versions.contains(nil) ? nil : versions.compactMap(\.self).max() ?? 1
    }

    var folder: URL { URL(fileURLWithPath: path).deletingLastPathComponent() }
}

/// Finds where a protocol buffer that cannot be decoded goes wrong, walking over its fields without a schema.
enum WirePlace {
    static func diagnostic(_ data: Data) -> Diagnostic {
        let bytes = [UInt8](data.prefix(1 << 28))
        let place = fault(bytes, 0..<bytes.count, path: graphPath) ?? 0
        return Diagnostic(field: "byte \(place)", "the file is broken here: a field of an ONNX model expected")
    }

    /// Numbers of the fields that hold the messages: graph, its nodes, initialisers, inputs and outputs, and their attributes.
    private static let graphPath: [Set<UInt64>] = [[7, 8], [1, 5, 11, 12], [5, 2], [5]]

    /// The first byte that no field begins with, or whose field is longer than what is left.
    private static func fault(_ bytes: [UInt8], _ range: Range<Int>, path: [Set<UInt64>]) -> Int? {
        var position = range.lowerBound
        while position < range.upperBound {
            let start = position
            guard let tag = varint(bytes, &position, range.upperBound), tag >> 3 > 0 else { return start }
            switch tag & 7 {
            case 0: guard varint(bytes, &position, range.upperBound) != nil else { return start }
            case 1: position += 8
            case 5: position += 4
            case 2:
                guard let length = varint(bytes, &position, range.upperBound),
                    length <= UInt64(range.upperBound - position)
                else { return start }
                let end = position + Int(length)
                if let inner = path.first, inner.contains(tag >> 3),
                    let place = fault(bytes, position..<end, path: Array(path.dropFirst()))
                {
                    return place
                }
                position = end
            default: return start
            }
            guard position <= range.upperBound else { return start }
        }
        return nil
    }

    private static func varint(_ bytes: [UInt8], _ position: inout Int, _ end: Int) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < end else { return nil }
            let byte = bytes[position]
            position += 1
            if shift < 64 { value |= UInt64(byte & 0x7F) << shift }
            if byte < 0x80 { return value }
        }
        return nil
    }
}
