import Diagnostics
import Formats
import Graph
import Testing

@Suite struct ReadingTests {
    static let symbolic = """
        {"schema": "accelsim-graph-1", "symbols": {"seq": {"default": 4, "min": 1, "max": 8}, "past": {"default": 0}},
         "inputs": {"x": {"shape": ["seq", "past+2*seq", "3 * seq - past"]}}, "nodes": [], "outputs": ["x"]}
        """

    @Test func dimensionsAreComputedFromSymbols() throws {
        #expect(try SampleGraph.read(Self.symbolic).graph.types["x"]?.shape == [4, 8, 12])
        let bound = try SampleGraph.read(Self.symbolic, bindings: ["seq": 3, "past": 5])
        #expect(bound.graph.types["x"]?.shape == [3, 11, 4])
    }

    @Test func aBindingOutsideTheSymbolsRangeIsAnError() {
        #expect(SampleGraph.problems(Self.symbolic, bindings: ["seq": 9]).map(\.field) == ["symbols.seq"])
        let unknown = SampleGraph.problems(Self.symbolic, bindings: ["sec": 3])
        #expect(unknown.map(\.field) == ["symbols"])
        #expect(unknown.first?.message.contains("did you mean 'seq'?") == true)
    }

    @Test func nodesInAnyOrderAreSorted() throws {
        let graph = try SampleGraph.read(
            SampleGraph.text(
                """
                {"name": "c", "op": "add", "inputs": ["a", "b"]}, {"name": "b", "op": "tanh", "inputs": ["a"]},
                {"name": "z", "op": "tanh", "inputs": ["y"]}, {"name": "a", "op": "relu", "inputs": ["x"]}
                """)
        ).graph
        #expect(graph.nodes.map(\.name) == ["a", "b", "c", "z"])
    }

    @Test func aLongChainWrittenBackwardsDoesNotExhaustTheStack() throws {
        let count = 50_000
        let nodes = (0..<count).reversed().map { index in
            #"{"name": "n\#(index)", "op": "relu", "inputs": ["\#(index == 0 ? "x" : "n\(index - 1)")"]}"#
        }
        let graph = try SampleGraph.read(SampleGraph.text(nodes.joined(separator: ","))).graph
        #expect(graph.nodes.first?.name == "n0")
        #expect(graph.nodes.last?.name == "n\(count - 1)")
    }

    func output(_ node: String) throws -> ProductOutput? {
        let graph = try SampleGraph.read(
            SampleGraph.text(
                #"{"name": "d", "op": "quantise", "inputs": ["x"], "codec": "int8", "dynamic": {"group": 4}}, {"name": "n", \#(node)}"#
            )
        ).graph
        switch graph.nodes.last?.operation {
        case .linear(let output), .matmul(_, let output), .conv2d(_, let output): return output
        default: return nil
        }
    }

    @Test func theOutputOfAProductDefaultsByItsOperands() throws {
        #expect(try output(#""op": "linear", "inputs": ["x", "w"]"#) == .float32)
        #expect(try output(#""op": "linear", "inputs": ["codes", "w.q"]"#) == .accumulator)
        #expect(try output(#""op": "linear", "inputs": ["codes", "w.q", "b.i"]"#) == .accumulator)
        #expect(try output(#""op": "linear", "inputs": ["codes", "w.q", "b.f"]"#) == .float32)
        #expect(try output(#""op": "linear", "inputs": ["codes", "w.g"]"#) == .float32)
        #expect(try output(#""op": "linear", "inputs": ["d", "w.q"]"#) == .float32)
        #expect(try output(#""op": "linear", "inputs": ["x", "w.q"]"#) == .float32)
        #expect(try output(#""op": "conv2d", "inputs": ["pixels", "k"]"#) == .accumulator)
        #expect(try output(#""op": "linear", "inputs": ["codes", "w.q"], "output": "f32""#) == .float32)
    }

    @Test func aDynamicQuantiseNamesItsScales() throws {
        let graph = try SampleGraph.read(
            SampleGraph.text(
                """
                {"name": "t", "op": "quantise", "inputs": ["x"], "codec": "int8", "dynamic": "token"},
                {"name": "g", "op": "quantise", "inputs": ["x"], "codec": "int4", "dynamic": {"group": 3}, "outputs": ["p", "q"]}
                """)
        ).graph
        #expect(graph.types["t.scale"] == TensorType(shape: [2, 4, 1], encoding: .float32))
        #expect(graph.types["t"]?.encoding.scale == .tensor("t.scale", .group(size: 8)))
        #expect(graph.types["q"] == TensorType(shape: [2, 4, 3], encoding: .float32))
        #expect(
            graph.types["p"]?.encoding == TensorEncoding(codec: .signed(bits: 4), scale: .tensor("q", .group(size: 3))))
    }

    func operation(_ fields: String) throws -> Operation? {
        try SampleGraph.read(SampleGraph.text(#"{"name": "n", \#(fields)}"#)).graph.nodes.first?.operation
    }

    @Test func sizesLeftOutAreResolvedAgainstTheInput() throws {
        #expect(try operation(#""op": "reshape", "inputs": ["x"], "shape": [4, -1]"#) == .reshape([4, 16]))
        #expect(try operation(#""op": "concat", "inputs": ["x", "y"], "axis": -1"#) == .concat(axis: 2))
        let rope = Rope(pairs: .halves, base: 10000, rotaryDimension: 8, position: 0)
        #expect(try operation(#""op": "rope", "inputs": ["x"], "pairs": "halves""#) == .rope(rope))
        let slice = try operation(
            #""op": "slice", "inputs": ["x"], "axes": [-1, 1], "starts": [-5, 1], "ends": [99, -1], "steps": [2, 1]"#)
        #expect(
            slice
                == .slice([
                    SliceRange(start: 0, end: 2), SliceRange(start: 1, end: 3), SliceRange(start: 3, end: 8, step: 2),
                ]))
    }

    @Test func aPadValueOfCodesIsQuantised() throws {
        let amounts = #""amounts": [[0, 0], [0, 0], [1, 2]]"#
        let pads = [PadAmount(before: 0, after: 0), PadAmount(before: 0, after: 0), PadAmount(before: 1, after: 2)]
        // codes: scale 0.5, zero 3, int8
        #expect(try operation(#""op": "pad", "inputs": ["codes"], \#(amounts)"#) == .pad(pads, value: 3))
        #expect(try operation(#""op": "pad", "inputs": ["codes"], \#(amounts), "value": 1.25"#) == .pad(pads, value: 5))
        #expect(
            try operation(#""op": "pad", "inputs": ["codes"], \#(amounts), "value": 1e9"#) == .pad(pads, value: 127))
        #expect(try operation(#""op": "pad", "inputs": ["x"], \#(amounts), "value": -2"#) == .pad(pads, value: -2))
    }
}
