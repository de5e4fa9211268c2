import Diagnostics
import Foundation
import Frontends
import Graph
import SwiftProtobuf
import Testing

/// A model in the making.
struct ONNXModel {
    var proto = Onnx_ModelProto()

    init(version: Int64 = 17) {
        proto.irVersion = 8
        proto.opsetImport = [.with { $0.version = version }]
        proto.graph.name = "model"
    }

    private static func info(_ name: String, _ shape: [Any], _ type: Int32) -> Onnx_ValueInfoProto {
        .with { info in
            info.name = name
            info.type.tensorType.elemType = type
            info.type.tensorType.shape.dim = shape.map { size in
                .with { dimension in
                    if let number = size as? Int { dimension.dimValue = Int64(number) }
                    if let symbol = size as? String { dimension.dimParam = symbol }
                }
            }
        }
    }

    /// - Parameter type: 1 is f32, 2 uint8, 3 int8, 7 int64.
    mutating func input(_ name: String, _ shape: [Any], type: Int32 = 1) {
        proto.graph.input.append(Self.info(name, shape, type))
    }
    mutating func output(_ name: String, type: Int32 = 1) { proto.graph.output.append(Self.info(name, [], type)) }

    mutating func floats(_ name: String, _ shape: [Int], _ numbers: [Float]) {
        tensor(name, shape, type: 1) { $0.floatData = numbers }
    }

    mutating func integers(_ name: String, _ shape: [Int], _ numbers: [Int]) {
        tensor(name, shape, type: 7) { $0.int64Data = numbers.map { Int64($0) } }
    }

    /// Codes of int8 or uint8, as raw bytes.
    mutating func codes(_ name: String, _ shape: [Int], _ numbers: [Int], type: Int32) {
        tensor(name, shape, type: type) { $0.rawData = Data(numbers.map { UInt8(truncatingIfNeeded: $0) }) }
    }

    mutating func tensor(_ name: String, _ shape: [Int], type: Int32, _ fill: (inout Onnx_TensorProto) -> Void) {
        var tensor = Onnx_TensorProto()
        tensor.name = name
        tensor.dims = shape.map { Int64($0) }
        tensor.dataType = type
        fill(&tensor)
        proto.graph.initializer.append(tensor)
    }

    mutating func node(
        _ operation: String, _ inputs: [String], _ output: String, integers: [String: Int] = [:],
        floats: [String: Float] = [:],
        lists: [String: [Int]] = [:], texts: [String: String] = [:], domain: String = ""
    ) {
        proto.graph.node.append(
            .with { node in
                (node.opType, node.name, node.input, node.output, node.domain) = (
                    operation, "node of \(output)", inputs, [output], domain
                )
                for (name, value) in integers {
                    node.attribute.append(.with { ($0.name, $0.i) = (name, Int64(value)) })
                }
                for (name, value) in floats { node.attribute.append(.with { ($0.name, $0.f) = (name, value) }) }
                for (name, value) in texts {
                    node.attribute.append(.with { ($0.name, $0.s) = (name, Data(value.utf8)) })
                }
                for (name, value) in lists {
                    node.attribute.append(.with { ($0.name, $0.ints) = (name, value.map { Int64($0) }) })
                }
            })
    }

    func bytes() throws -> Data { try proto.serializedData() }
}

extension ONNXModel {
    struct Imported {
        let operations: [String]
        let outputs: [String: Tensor]

        func floats(_ name: String) throws -> [Float] {
            let tensor = try #require(outputs[name])
            return (0..<tensor.shape.reduce(1, *)).map { tensor.float(at: $0) }
        }
    }

    /// The graph's operations in order, and what they compute.
    func run(_ inputs: [String: Tensor], bindings: [String: Int] = [:], formats: ImportFormats = ImportFormats()) throws
        -> Imported
    {
        try Fixtures.inFolder { folder in
            try bytes().write(to: URL(fileURLWithPath: "\(folder)/m.onnx"))
            let path = "\(folder)/g.json"
            _ = try ONNXImport(path: "\(folder)/m.onnx", formats: formats).write(try ImportedFiles(graph: path))
            let (graph, bundle) = try GraphFile.load(path: path, bindings: bindings)
            let weights = try #require(bundle)
            let evaluator = ReferenceEvaluator(graph: graph) { name in
                try weights.tensor(named: name, type: try #require(graph.types[name]))
            }
            var states: [String: Tensor] = [:]
            let outputs = try evaluator.run(inputs: inputs, states: &states)
            guard case .object(let document) = try InputFile.json(path: path),
                case .array(let nodes)? = document["nodes"]
            else {
                throw Diagnostic("no graph")
            }
            let operations = nodes.compactMap { node -> String? in
                guard case .object(let node) = node, case .string(let name)? = node["op"] else { return nil }
                return name
            }
            return Imported(operations: operations, outputs: outputs)
        }
    }

    /// Everything that an import has against it.
    func problems() throws -> [Diagnostic] {
        try Fixtures.inFolder { folder in
            try bytes().write(to: URL(fileURLWithPath: "\(folder)/m.onnx"))
            do throws(Diagnostics) { _ = try ONNXImport(path: "\(folder)/m.onnx", formats: ImportFormats()) } catch {
                return error.all
            }
            return []
        }
    }
}

func tensor(_ shape: [Int], _ numbers: [Float]) -> Tensor { Tensor(shape: shape, storage: .float32(numbers)) }

/// Whole numbers from -4 to 4, so that sums of products are exact in any order.
func small(_ count: Int, seed: Int) -> [Float] { (0..<count).map { Float(($0 * 7 + seed * 5 + $0 * $0 % 11) % 9 - 4) } }
