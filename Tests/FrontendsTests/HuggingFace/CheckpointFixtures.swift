import Foundation
import Frontends
import Graph
import Testing

/// Checkpoints beside the tests (`tools/huggingface_models.py`).
enum CheckpointFixtures {
    static func path(_ name: String) -> String { Fixtures.url("checkpoints/\(name)").path }

    static let all = try? FileManager.default.contentsOfDirectory(atPath: path("")).sorted()

    /// Lines of numbers behind `dropped` lines.
    static func lines(_ name: String, _ file: String, dropped: Int = 0) throws -> [[Float]] {
        let text = try String(contentsOf: Fixtures.url("checkpoints/\(name)/\(file)"), encoding: .utf8)
        return text.split(separator: "\n").dropFirst(dropped).map { $0.split(separator: " ").compactMap { Float($0) } }
    }

    @discardableResult
    static func importModel(
        _ path: String, to graph: String, _ weights: ImportedWeights = .format(NumberFormat(codec: .float32)),
        _ activations: NumberFormat = NumberFormat(codec: .float32)
    ) throws -> ImportSummary {
        try HuggingFaceImport(path: path, weights: weights, activations: activations).write(try ImportedFiles(graph: graph))
    }

    /// A copy of a checkpoint in a folder of its own, which is taken away afterwards.
    static func withCopy<Result>(_ name: String, _ body: (_ folder: String) throws -> Result) throws -> Result {
        try Fixtures.inFolder { folder in
            try FileManager.default.copyItem(atPath: path(name), toPath: "\(folder)/model")
            return try body("\(folder)/model")
        }
    }

    /// The first output of an imported graph.
    static func run(_ graph: String, _ entered: [Float], rows: Int) throws -> [[Float]] {
        let symbols = ["seq": rows, "past": 0, "capacity": 8]
        let known = try GraphFile.load(path: graph).graph.states.isEmpty ? ["seq": rows] : symbols
        let (graph, bundle) = try GraphFile.load(path: graph, bindings: known)
        let weights = try #require(bundle)
        let evaluator = ReferenceEvaluator(graph: graph) { name in
            try weights.tensor(named: name, type: try #require(graph.types[name]))
        }
        let numbers: [String: [Int32]] = [
            "tokens": entered.map { Int32($0) }, "positions": (0..<rows).map { Int32($0) }, "segments": [Int32](repeating: 0, count: rows),
        ]
        var inputs: [String: Tensor] = [:]
        for name in graph.inputs {
            let shape = try #require(graph.types[name]).shape
            inputs[name] = Tensor(shape: shape, storage: numbers[name].map { .int32($0) } ?? .float32(entered))
        }
        var states: [String: Tensor] = [:]
        let output = try #require(try evaluator.run(inputs: inputs, states: &states)[graph.outputs[0]])
        let width = output.shape[1]
        return (0..<output.shape[0]).map { row in (0..<width).map { output.float(at: row * width + $0) } }
    }
}
