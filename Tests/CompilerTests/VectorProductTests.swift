import Arch
import Compiler
import Graph
import Testing

/// Products of one row with an operand made at run time.
@Suite struct VectorProductTests {
    static func graph(
        rows: Int = 1, leading: Int = 3, output: String = "f32", zero: Int = 0, codec: String = "int8"
    ) -> String {
        """
        {"schema": "accelsim-graph-1",
         "inputs": {
           "a": {"shape": [3, \(rows), 20], "encoding": {"codec": "int8", "scale": 0.5}},
           "b": {"shape": [\(leading), 37, 20],
                 "encoding": {"codec": "\(codec)", "scale": 0.25, "zero": \(zero)}}},
         "nodes": [
           {"name": "y", "op": "matmul", "inputs": ["a", "b"], "transpose_b": true, "output": "\(output)"}],
         "outputs": ["y"]}
        """
    }

    /// [..., 37, 20] streams as activations, and the row is what is laid out.
    @Test(arguments: ProductTests.machines)
    func theMatrixStreamsAndTheRowIsLaidOut(machine: String) throws {
        let bench = try Bench(Self.graph())
        let compiled = try bench.compile(Bench.target(machine))
        let product = try #require(compiled.legalised.nodes.first)
        #expect(product.name == "y" && product.inputs == ["b", "a"] && product.outputs == ["y.column"])
        #expect(compiled.legalised.types["y.column"]?.shape == [3, 37, 1])
        #expect(compiled.legalised.nodes.last?.outputs == ["y"] && compiled.legalised.outputs == ["y"])
        for instruction in compiled.program.instructions {
            guard case .mma(let multiply) = instruction.body else { continue }
            #expect(multiply.columns == 1)
        }
        #expect(try bench.differences(on: machine) == [])
        // The bits of the graph as it was written.
        #expect(try bench.reference(compiled.legalised)["y"] == bench.reference(bench.graph)["y"])
    }

    /// Two rows, leading axes that broadcast, sums as they are, zero points: operands stay where they are.
    @Test(arguments: [
        graph(rows: 2), graph(leading: 1), graph(output: "int32"), graph(zero: 3, codec: "uint8"),
    ])
    func whatIsNotTheSameEitherWayStays(graph: String) throws {
        let bench = try Bench(graph)
        let legal = try Compiler.legalised(bench.graph, target: Bench.target("mac-int8-tiny"), options: .init())
        #expect(legal.nodes.map(\.inputs) == [["a", "b"]])
    }
}
