import Diagnostics
import Graph
import Testing

/// Mistakes outside the nodes.
struct MalformedGraph: CustomStringConvertible, Sendable {
    var text: String
    var node: String?
    var field: String?
    var message: String

    init(_ text: String, _ node: String?, _ field: String?, _ message: String) {
        self.text = text
        self.node = node
        self.field = field
        self.message = message
    }

    var description: String { message }

    /// `sections` come before an identity of the input x.
    static func with(_ sections: String, inputs: String = #""x": {"shape": [2]}"#) -> String {
        """
        {"schema": "accelsim-graph-1", \(sections) "inputs": {\(inputs)},
         "nodes": [{"name": "r", "op": "relu", "inputs": ["x"]}], "outputs": ["r"]}
        """
    }

    static func input(_ declaration: String) -> String {
        with("", inputs: #""x": {"shape": [2]}, "t": \#(declaration)"#)
    }

    static func constants(_ declarations: String) -> String { with(#""constants": {\#(declarations)},"#) }

    static let all: [MalformedGraph] = [
        MalformedGraph("[]", nil, nil, "an object was expected"),
        MalformedGraph("{", nil, "line 1, column 2", "a key"),
        MalformedGraph("{\"a\": 1,\n \"a\": 2}", nil, "line 2, column 2", "occurs twice"),
        MalformedGraph(with(#""wieghts": "f","#), nil, "wieghts", "did you mean 'weights'?"),
        MalformedGraph(with(#""weights": 1,"#), nil, "weights", "text was expected"),
        MalformedGraph(with("").replacing("graph-1", with: "graph-2"), nil, "schema", "\"accelsim-graph-1\" expected"),
        MalformedGraph(with("").replacing(#""schema": "accelsim-graph-1", "#, with: ""), nil, "schema", "is missing"),
        MalformedGraph(with("").replacing(#""outputs": ["r"]"#, with: #""outputs": []"#), nil, "outputs", "is empty"),
        MalformedGraph(with("").replacing(#"["r"]"#, with: #"["r", "r"]"#), nil, "outputs[1]", "named twice"),
        MalformedGraph(with("").replacing(#"["r"]"#, with: #"["rr"]"#), nil, "outputs[0]", "no tensor 'rr'"),
        MalformedGraph(with("", inputs: #""x": {"shape": [2], "shap": 1}"#), "x", "shap", "did you mean 'shape'?"),
        MalformedGraph(input("{}"), "t", "shape", "is missing"),
        MalformedGraph(input("5"), "t", nil, "an object was expected"),
        MalformedGraph(input(#"{"shape": [2, 0]}"#), "t", "shape[1]", "must be positive"),
        MalformedGraph(input(#"{"shape": [2, 1.5]}"#), "t", "shape[1]", "whole number"),
        MalformedGraph(input(#"{"shape": [true]}"#), "t", "shape[0]", "whole number"),
        MalformedGraph(input(#"{"shape": ["n"]}"#), "t", "shape[0]", "no symbol 'n'"),
        MalformedGraph(input(#"{"shape": ["2*"]}"#), "t", "shape[0]", "a number or a symbol"),
        MalformedGraph(input(#"{"shape": ["2 2"]}"#), "t", "shape[0]", "not a size"),
        MalformedGraph(input(#"{"shape": ["2a"]}"#), "t", "shape[0]", "in place of '2a'"),
        MalformedGraph(input(#"{"shape": ["9999999999*9999999999"]}"#), "t", "shape[0]", "beyond 2^40"),
        MalformedGraph(input(#"{"shape": [9223372036854775807]}"#), "t", "shape[0]", "beyond 2^40"),
        MalformedGraph(input(#"{"shape": [9223372036854775808]}"#), "t", "shape[0]", "64 bits"),
        MalformedGraph(input(#"{"shape": [1000000, 1000000, 1000000, 1000000]}"#), "t", "shape", "too large"),
        MalformedGraph(input(#"{"shape": [262144, 1048576]}"#), "t", "shape", "too large"),
        MalformedGraph(input(#"{"shape": [1, 1, 1, 1, 1, 1, 1, 1, 1]}"#), "t", "shape", "at most 8"),
        MalformedGraph(input(#"{"shape": [2], "encoding": "f8"}"#), "t", "encoding", "no codec 'f8'"),
        MalformedGraph(input(#"{"shape": [2], "encoding": 8}"#), "t", "encoding", "a codec name or an object"),
        MalformedGraph(
            input(#"{"shape": [2], "encoding": {"codec": "f32", "scale": 1}}"#), "t", "encoding.scale", "no scale"),
        MalformedGraph(
            input(#"{"shape": [2], "encoding": {"codec": "f32", "zero": 1}}"#), "t", "encoding.zero", "no zero"),
        MalformedGraph(
            input(#"{"shape": [2], "encoding": {"codec": "int32", "zero": 1}}"#), "t", "encoding.zero", "no zero"),
        MalformedGraph(
            input(#"{"shape": [2], "encoding": {"codec": "int4", "scale": -1}}"#), "t", "encoding.scale", "positive"),
        MalformedGraph(
            input(#"{"shape": [2], "encoding": {"codec": "int4", "zero": -9}}"#), "t", "encoding.zero", "-8 to 7"),
        MalformedGraph(
            input(#"{"shape": [2], "encoding": {"codec": "int4", "zero": 0.5}}"#), "t", "encoding.zero", "whole"),
        MalformedGraph(
            input(#"{"shape": [2], "encoding": {"codec": "int4", "sclae": 1}}"#), "t", "encoding.sclae", "'scale'"),
        MalformedGraph(
            input(#"{"shape": [2], "encoding": {"codec": "int4", "scale": "s"}}"#), "t", "encoding.scale", "no tensor"),
        MalformedGraph(
            input(#"{"shape": [2], "encoding": {"codec": "int4", "scale": 1, "axis": 0}}"#), "t", "encoding.axis",
            "name"),
        MalformedGraph(
            input(#"{"shape": [2], "encoding": {"codec": "int4", "scale": "s", "axis": 0, "group": 2}}"#), "t",
            "encoding.group", "excludes axis"),
        MalformedGraph(
            input(#"{"shape": [2], "encoding": {"codec": "int4", "scale": "s", "group": 0}}"#), "t", "encoding.group",
            "positive"),
        MalformedGraph(
            input(#"{"shape": [2], "encoding": {"codec": "int4", "structure": "2:4"}}"#), "t", "encoding.structure",
            "dense"),
        MalformedGraph(
            constants(
                #""c": {"shape": [2], "encoding": {"codec": "int4", "scale": "s", "axis": 1}}, "s": {"shape": [2]}"#),
            "c", "encoding.scale", "axis 1 does not fit"),
        MalformedGraph(
            constants(
                #""c": {"shape": [2, 5], "encoding": {"codec": "int4", "scale": "s", "group": 2}}, "s": {"shape": [2, 2]}"#
            ),
            "c", "encoding.scale", "[2, 3] expected"),
        MalformedGraph(
            constants(
                #""c": {"shape": [2], "encoding": {"codec": "int4", "scale": "s"}}, "s": {"shape": [1], "encoding": "int32"}"#
            ),
            "c", "encoding.scale", "f32 or f16"),
        MalformedGraph(
            constants(#""c": {"shape": [2], "encoding": {"codec": "int4", "zero": "z"}}, "z": {"shape": [1]}"#), "c",
            "encoding.zero", "whole numbers"),
        MalformedGraph(constants(#""x": {"shape": [2]}"#), "x", nil, "taken by one of the inputs"),
        MalformedGraph(constants(#""": {"shape": [2]}"#), "", nil, "1 to 1024 bytes"),
        MalformedGraph(constants(#""c": {"shape": [2], "storage": "pack"}"#), "c", "storage", "bytes, packed"),
        MalformedGraph(constants(#""c": {"shape": [2], "storage": "packed"}"#), "c", "storage", "less than 16 bits"),
        MalformedGraph(with(#""symbols": {"n": {}},"#), nil, "symbols.n", "--bind n=VALUE"),
        MalformedGraph(with(#""symbols": {"n": 3},"#), nil, "symbols.n", "an object was expected"),
        MalformedGraph(with(#""symbols": {"n": {"default": "3"}},"#), nil, "symbols.n.default", "whole number"),
        MalformedGraph(
            with(#""symbols": {"n": {"default": 3, "max": 2}},"#), nil, "symbols.n.default", "outside 0 to 2"),
        MalformedGraph(
            with(#""symbols": {"n": {"default": 3, "max": 2, "min": 4}},"#), nil, "symbols.n.max", "below min"),
        MalformedGraph(with(#""symbols": {"2n": {"default": 3}},"#), nil, "symbols.2n", "a letter first"),
    ]
}

@Suite struct MalformedGraphTests {
    @Test(arguments: MalformedGraph.all)
    func aMistakeIsReportedOnceInItsPlace(_ wrong: MalformedGraph) {
        let problems = SampleGraph.problems(wrong.text)
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.node == wrong.node)
        #expect(problems.first?.field == wrong.field)
        #expect(problems.first?.message.contains(wrong.message) == true, "\(problems)")
    }

    @Test func aCycleNamesTheNodesOnIt() {
        let problems = SampleGraph.problems(
            SampleGraph.text(
                """
                {"name": "a", "op": "relu", "inputs": ["c"]}, {"name": "b", "op": "relu", "inputs": ["a"]},
                {"name": "c", "op": "relu", "inputs": ["b"]}, {"name": "d", "op": "relu", "inputs": ["c"]}
                """))
        #expect(problems.map(\.field) == ["inputs"])
        #expect(problems.first?.message == "the nodes form a cycle: b -> c -> a -> b")
    }

    @Test func twoNodesOfOneNameAndOneOutputAreReported() {
        let node = #"{"name": "a", "op": "relu", "inputs": ["x"], "output": "p"}"#
        let problems = SampleGraph.problems(SampleGraph.text(node + ", " + node))
        #expect(problems.prefix(2).map(\.field) == ["name", "outputs[0]"])
    }

    @Test func aStateIsAppendedToOnce() {
        let nodes = ["p", "q"].map {
            #"{"name": "\#($0)", "op": "append", "inputs": ["cache", "x"], "axis": 1, "position": 0}"#
        }
        let problems = SampleGraph.problems(SampleGraph.text(nodes.joined(separator: ", ")))
        #expect(problems.map { "\($0.node ?? "") \($0.field ?? "")" } == ["q inputs[0]"])
    }

    /// Whether such a read sees the old or the new rows would depend on the order of the two nodes.
    @Test func aStateIsReadThroughItsAppend() {
        let append = #"{"name": "p", "op": "append", "inputs": ["cache", "x"], "axis": 1, "position": 0}"#
        let read = #"{"name": "r", "op": "relu", "inputs": ["cache"]}"#
        for nodes in ["\(append), \(read)", "\(read), \(append)"] {
            let problems = SampleGraph.problems(SampleGraph.text(nodes))
            #expect(problems.map { "\($0.node ?? "") \($0.field ?? "")" } == ["r inputs[0]"])
        }
        #expect(SampleGraph.problems(SampleGraph.text(read)).isEmpty)
    }

    @Test func aMultiplierCannotComeFromAScaleOfTheRun() {
        let problems = SampleGraph.problems(
            SampleGraph.text(
                """
                {"name": "d", "op": "quantise", "inputs": ["x"], "codec": "int8", "dynamic": "token"},
                {"name": "l", "op": "linear", "inputs": ["d", "w.q"], "output": "int32"},
                {"name": "r", "op": "requantise", "inputs": ["l"], "encoding": {"codec": "int8", "scale": 1}}
                """))
        #expect(problems.map { "\($0.node ?? "") \($0.field ?? "")" } == ["r inputs[0]"])
    }
}
