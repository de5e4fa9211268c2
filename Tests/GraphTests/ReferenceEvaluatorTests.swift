import Diagnostics
import Formats
import Graph
import Testing

@Suite struct ReferenceEvaluatorTests {
    @Test func appendLeavesTheStateToTheNextRun() throws {
        var node = OneNode(.append(axis: 1, position: 0))
        let encoding = TensorEncoding.codes(.int8)
        node.add("cache", [2, 3, 1], encoding, Array(repeating: 0, count: 6), as: .state)
        node.add("new", [2, 1, 1], encoding, [5, 6])
        var states: [String: Tensor] = [:]
        let first = try node.run([TensorType(shape: [2, 1, 1], encoding: encoding)], &states)
        #expect(first[0].storage == .int8([5, 6]))
        #expect(states["cache"]?.storage == .int8([5, 0, 0, 6, 0, 0]))
        node.operation = .append(axis: 1, position: 1)
        let second = try node.run([TensorType(shape: [2, 2, 1], encoding: encoding)], &states)
        #expect(second[0].storage == .int8([5, 5, 6, 6]))
        node.operation = .append(axis: 1, position: 3)
        let message = diagnostics { _ = try node.run([TensorType(shape: [2, 4, 1], encoding: encoding)], &states) }
        #expect(message.contains("'node'") && message.contains("position"))
        #expect(states["cache"]?.storage == .int8([5, 5, 0, 6, 6, 0]))
    }

    private func chain() -> Graph {
        let type = TensorType(shape: [2], encoding: .float32)
        return Graph(
            name: "chain", inputs: ["x"],
            nodes: [
                Node(name: "double", operation: .binary(.add), inputs: ["x", "x"], outputs: ["a"]),
                Node(name: "square", operation: .binary(.mul), inputs: ["a", "a"], outputs: ["b"]),
                Node(name: "back", operation: .binary(.sub), inputs: ["b", "x"], outputs: ["c"]),
            ], outputs: ["c", "a"], types: ["x": type, "a": type, "b": type, "c": type])
    }

    @Test func everyEdgeIsObservedInOrder() throws {
        let evaluator = ReferenceEvaluator(graph: chain()) { throw Diagnostic(node: $0, "none") }
        var names: [String] = []
        var values: [Tensor.Storage] = []
        var states: [String: Tensor] = [:]
        let results = try evaluator.run(
            inputs: ["x": Tensor(shape: [2], storage: .float32([1, 3]))], states: &states,
            observe: { node, tensors in
                names.append(node.name)
                values += tensors.map(\.storage)
            })
        #expect(results.mapValues(\.storage) == ["a": .float32([2, 6]), "c": .float32([3, 33])])
        #expect(names == ["double", "square", "back"])
        #expect(values == [.float32([2, 6]), .float32([4, 36]), .float32([3, 33])])
    }

    @Test func missingAndMisshapenInputsAreNamed() {
        let evaluator = ReferenceEvaluator(graph: chain()) { throw Diagnostic(node: $0, "none") }
        var states: [String: Tensor] = [:]
        #expect(diagnostics { _ = try evaluator.run(inputs: [:], states: &states) }.contains("'x'"))
        let wrong = ["x": Tensor(shape: [3], storage: .float32([1, 2, 3]))]
        #expect(diagnostics { _ = try evaluator.run(inputs: wrong, states: &states) }.contains("shape"))
    }

    @Test func dynamicScalesAreEdges() throws {
        // quantise per token, multiply by codes, f32 out: row scales come from the run.
        let codes = TensorEncoding(codec: .int8, scale: .tensor("q.scale", .group(size: 2)))
        let weights = TensorEncoding(codec: .signed(bits: 4), scale: .uniform(0.5))
        let graph = Graph(
            name: "dynamic", inputs: ["x", "w"],
            nodes: [
                Node(
                    name: "q", operation: .quantiseDynamic(.group(size: 2)), inputs: ["x"], outputs: ["q", "q.scale"]),
                Node(name: "y", operation: .linear(output: .float32), inputs: ["q", "w"], outputs: ["y"]),
            ], outputs: ["y"],
            types: [
                "x": TensorType(shape: [2, 2], encoding: .float32), "q": TensorType(shape: [2, 2], encoding: codes),
                "q.scale": TensorType(shape: [2, 1], encoding: .float32),
                "w": TensorType(shape: [1, 2], encoding: weights), "y": TensorType(shape: [2, 1], encoding: .float32),
            ])
        let evaluator = ReferenceEvaluator(graph: graph) { throw Diagnostic(node: $0, "none") }
        var states: [String: Tensor] = [:]
        let results = try evaluator.run(
            inputs: [
                "x": Tensor(shape: [2, 2], storage: .float32([127, -1, 25.4, 12.7])),
                "w": Tensor(shape: [1, 2], storage: .int8([3, 2])),
            ], states: &states)
        // Rows: scale 1, codes 127 -1; scale f32(25.4 / 127), codes 127 and about 63.5: the exact quotient tells.
        let scale = OneRounding.divide(25.4, 127)
        let second = Fraction(OneRounding.divide(12.7, scale)).rounded()
        let expected = [
            OneRounding.multiply(Float(127 * 3 - 2), OneRounding.multiply(1, 0.5)),
            OneRounding.multiply(Float(127 * 3 + 2 * Int(second)), OneRounding.multiply(scale, 0.5)),
        ]
        #expect(results["y"]?.storage == .float32(expected))
    }
}
