import Diagnostics
import Graph
import Testing

@Suite struct LengthBucketTests {
    /// Attention over a cache of codes, with these nodes between scores `s` and probabilities `p`.
    static func attention(
        rows: Int = 1, between: String, symbol: String = #""past": {"default": 5}"#, position: String = "past"
    ) -> String {
        """
        {"schema": "accelsim-graph-1", "symbols": {\(symbol), "other": {"default": 3}},
         "inputs": {"q": {"shape": [2, \(rows), 16], "encoding": {"codec": "int8", "scale": 0.05}},
                    "k": {"shape": [2, \(rows), 16], "encoding": {"codec": "int8", "scale": 0.05}}},
         "states": {"kc": {"shape": [2, 64, 16], "encoding": {"codec": "int8", "scale": 0.05}}},
         "nodes": [
           {"name": "ka", "op": "append", "inputs": ["kc", "k"], "axis": 1, "position": "\(position)"},
           {"name": "s", "op": "matmul", "inputs": ["q", "ka"], "transpose_b": true, "output": "f32"},
           \(between)
           {"name": "pq", "op": "quantise", "inputs": ["p"], "encoding": {"codec": "int8", "scale": 0.0079}},
           {"name": "o", "op": "matmul", "inputs": ["pq", "ka"], "output": "f32"}],
         "outputs": ["o"]}
        """
    }
    static let causal = """
        {"name": "m", "op": "mask", "inputs": ["s"], "kind": "causal", "position": "past"},
        {"name": "p", "op": "softmax", "inputs": ["m"]},
        """
    static let bare = #"{"name": "p", "op": "softmax", "inputs": ["s"]},"#

    static func read(_ text: String, past: Int = 5, multiple: Int = 8, symbol: String = "past") throws -> Graph {
        try GraphReader.read(
            JSONValue.parse(Array(text.utf8)), bindings: symbol == "past" ? ["past": past] : [:],
            bucket: LengthBucket(symbol: symbol, multiple: multiple)
        ).graph
    }

    static func problems(_ text: String, symbol: String = "past") -> [Diagnostic] {
        do {
            _ = try read(text, symbol: symbol)
            return []
        } catch { return (error as? Diagnostics)?.all ?? [] }
    }

    @Test func shapesArePaddedAndPositionsGrow() throws {
        let graph = try Self.read(Self.attention(between: Self.causal))
        let length = try #require(graph.length)
        #expect(length.range == 1...8 && length.value == 5 && length.name == "past")
        #expect(length.growth == ["ka": 1, "m": 1])
        #expect(graph.types["s"]?.shape == [2, 1, 9])
        #expect(length.origin(of: "m", position: 8) == 0)
        // The causal mask covers the padding: no node is added.
        #expect(graph.nodes.map(\.name) == ["ka", "s", "m", "p", "pq", "o"])
    }

    /// A table of all positions of which the first are taken (slopes of heads): more of them for longer lengths.
    @Test func theFirstElementsOfATableGrow() throws {
        let graph = try Self.read(Self.biased(start: "0"))
        #expect(graph.types["b"]?.shape == [2, 1, 9] && graph.types["sb"]?.shape == [2, 1, 9])
        #expect(graph.nodes.map(\.name) == ["ka", "s", "b", "sb", "m", "p", "pq", "o"])
        let moving = Self.problems(Self.biased(start: "\"past\""))
        #expect(moving.contains { $0.node == "b" && $0.field == "starts" }, "\(moving)")
    }

    private static func biased(start: String) -> String {
        let between = """
            {"name": "b", "op": "slice", "inputs": ["t"], "axes": [2], "starts": [\(start)], "ends": ["past+1"]},
            {"name": "sb", "op": "add", "inputs": ["s", "b"]},
            {"name": "m", "op": "mask", "inputs": ["sb"], "kind": "causal", "position": "past"},
            {"name": "p", "op": "softmax", "inputs": ["m"]},
            """
        let table = #""constants": {"t": {"shape": [2, 1, 64], "encoding": "f32"}}, "nodes":"#
        return attention(between: between).replacing("\"nodes\":", with: table)
    }

    /// Lengths that round up to the same multiple, inside the symbol's limits.
    @Test(arguments: [
        (0, 16, "", 0...0), (1, 16, "", 1...16), (16, 16, "", 1...16), (17, 16, "", 17...32), (37, 16, "", 33...48),
        (37, 1, "", 37...37), (37, 16, #", "max": 40"#, 33...40), (37, 16, #", "min": 36"#, 36...48),
    ])
    func bucketsAreMultiples(past: Int, multiple: Int, limits: String, lengths: ClosedRange<Int>) throws {
        let text = Self.attention(between: Self.causal, symbol: #""past": {"default": 36\#(limits)}"#)
        #expect(try Self.read(text, past: past, multiple: multiple).length?.range == lengths)
    }

    /// One row: column 8 of 9 is the last valid one at length 8.
    @Test func aSoftmaxWithoutMaskGetsOne() throws {
        let graph = try Self.read(Self.attention(between: Self.bare))
        #expect(graph.nodes.map(\.name) == ["ka", "s", "p.valid", "p", "pq", "o"])
        #expect(graph.nodes[2].operation == .mask(position: 8, window: nil))
        #expect(graph.nodes[3].inputs == ["p.valid"])
        #expect(graph.length?.growth == ["ka": 1, "p.valid": 1])
    }

    /// Several rows see the same columns, so every row becomes a matrix of one row.
    @Test func rowsWithoutMaskSeeTheSameColumns() throws {
        let graph = try Self.read(Self.attention(rows: 3, between: Self.bare))
        #expect(graph.nodes.map(\.name) == ["ka", "s", "p.rows", "p.valid", "p.columns", "p", "pq", "o"])
        #expect(graph.types["p.valid"]?.shape == [6, 1, 11])
        #expect(graph.nodes[3].operation == .mask(position: 10, window: nil))
        #expect(graph.types["p.columns"]?.shape == [2, 3, 11])
    }

    /// A mask that lets one row look past the valid columns does not cover them.
    @Test func aMaskTooFarRightDoesNotCount() throws {
        let far = Self.causal.replacing(#""position": "past""#, with: #""position": "past+1""#)
        #expect(try Self.read(Self.attention(between: far)).nodes.map(\.name).contains("p.valid"))
        let near = Self.causal.replacing(#""position": "past""#, with: #""position": "past-1""#)
        #expect(try !Self.read(Self.attention(between: near), past: 16).nodes.map(\.name).contains("p.valid"))
    }

    /// What stands between scores and probabilities, and what is wrong with it.
    struct Unpaddable: Sendable {
        var node: String
        var field: String
        var between: String

        /// - Parameter more: nodes beside the softmax.
        init(_ node: String, _ field: String, beside more: String) {
            self.init(node, field, more + "," + LengthBucketTests.bare)
        }

        init(_ node: String, _ field: String, _ between: String) {
            (self.node, self.field, self.between) = (node, field, between)
        }

        /// A mask with these attributes.
        init(_ field: String, mask attributes: String) {
            self.init(
                "m", field,
                #"{"name": "m", "op": "mask", "inputs": ["s"], "kind": "causal", \#(attributes)},"#
                    + #"{"name": "p", "op": "softmax", "inputs": ["m"]},"#)
        }
    }

    @Test(arguments: [
        // What is summed over the padding is not zero there.
        Unpaddable("o", "inputs[0]", #"{"name": "p", "op": "sigmoid", "inputs": ["s"]},"#),
        Unpaddable(
            "o", "inputs[0]",
            #"{"name": "r", "op": "softmax", "inputs": ["s"]}, {"name": "p", "op": "sigmoid", "inputs": ["r"]},"#),
        Unpaddable(
            "g", "inputs[0]",
            beside: #"""
                {"name": "s4", "op": "reshape", "inputs": ["s"], "shape": [1, 2, "past+1", 1]},
                {"name": "g", "op": "global_average_pool", "inputs": ["s4"]}
                """#),
        Unpaddable(
            "u", "inputs[0]",
            beside: #"{"name": "u", "op": "quantise", "inputs": ["s"], "codec": "int8", "dynamic": "token"}"#),
        Unpaddable(
            "u", "dynamic",
            beside: #"{"name": "u", "op": "quantise", "inputs": ["p"], "codec": "int8", "dynamic": {"group": 4}}"#),
        // The axis is cut, merged or joined.
        Unpaddable(
            "t", "starts",
            beside: #"{"name": "t", "op": "slice", "inputs": ["s"], "axes": [2], "starts": [1], "ends": [100]}"#),
        Unpaddable("t", "shape", beside: #"{"name": "t", "op": "reshape", "inputs": ["s"], "shape": [-1]}"#),
        Unpaddable("t", "axis", beside: #"{"name": "t", "op": "concat", "inputs": ["s", "s"], "axis": 2}"#),
        // Something else than a growing position follows the length.
        Unpaddable(
            "t", "amounts",
            beside: #"{"name": "t", "op": "pad", "inputs": ["q"], "amounts": [[0, 0], ["past", 0], [0, 0]]}"#),
        Unpaddable("window", mask: #""position": "past", "window": "past+1""#),
        Unpaddable("position", mask: #""position": "100-past""#),
        Unpaddable("position", mask: #""position": "past*past""#),
    ])
    func whatCannotBePaddedIsNamed(wrong: Unpaddable) {
        let problems = Self.problems(Self.attention(between: wrong.between))
        #expect(problems.map(\.node) == [wrong.node], "\(problems)")
        #expect(problems.map(\.field) == [wrong.field], "\(problems)")
    }

    @Test func declarationsAndOutputsMustNotDependOnTheLength() {
        let input = #"""
            {"schema": "accelsim-graph-1", "symbols": {"past": {"default": 5}}, "inputs": {"x": {"shape": ["past", 4]}},
             "nodes": [{"name": "y", "op": "relu", "inputs": ["x"]}], "outputs": ["y"]}
            """#
        #expect(Self.problems(input).contains { $0.node == "x" && $0.field == "shape" })
        let output = Self.attention(between: Self.bare).replacing(#""outputs": ["o"]"#, with: #""outputs": ["o", "p"]"#)
        #expect(Self.problems(output).map(\.node) == ["p"])
    }

    @Test func unknownSymbolsAndFullStatesAreReported() {
        let text = Self.attention(between: Self.causal)
        #expect(Self.problems(text, symbol: "pest").map(\.field) == ["bucket"])
        // Position 64 of a state of 64.
        #expect(throws: Diagnostics.self) { try Self.read(text, past: 60, multiple: 16) }
        #expect(throws: Never.self) { try Self.read(text, past: 60, multiple: 3) }
    }

    /// A symbol that nothing uses leaves the graph as it is.
    @Test func anUnusedSymbolGrowsNothing() throws {
        let graph = try Self.read(Self.attention(between: Self.causal), multiple: 4, symbol: "other")
        #expect(graph.length?.growth == [:] && graph.length?.range == 1...4)
    }
}
