import Diagnostics
import Foundation
import Graph
import Testing

@Suite struct SchemaTests {
    static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../../schemas/graph-1.schema.json").standardized.path

    @Test func theCommittedSchemaIsThePrintedOne() throws {
        let committed = try String(contentsOfFile: Self.path, encoding: .utf8)
        guard committed != GraphSchema.text else { return }
        let fresh = FileManager.default.temporaryDirectory.appendingPathComponent("graph-1.schema.json").path
        try OutputFile.write(GraphSchema.text, path: fresh)
        Issue.record("schemas/graph-1.schema.json is stale; the fresh text is in \(fresh)")
    }

    func nodes() throws -> [JSONObject] {
        guard case .object(let root) = try JSONValue.parse(GraphSchema.text),
            case .object(let definitions) = root["$defs"],
            case .object(let node) = definitions["node"], case .array(let forms) = node["oneOf"]
        else { return [] }
        return forms.compactMap { if case .object(let object) = $0 { object } else { nil } }
    }

    func properties(_ form: JSONObject) -> JSONObject {
        if case .object(let properties) = form["properties"] { properties } else { [:] }
    }

    func operationName(_ form: JSONObject) -> String? {
        if case .object(let op) = properties(form)["op"], case .string(let name) = op["const"] { name } else { nil }
    }

    @Test func theSchemaNamesEveryOperationThatTheReaderKnows() throws {
        let documented: Set = [
            "linear", "matmul", "conv2d", "add", "sub", "mul", "div", "relu", "gelu", "silu", "sigmoid", "tanh",
            "hard_swish", "hard_sigmoid", "exp", "log", "rsqrt", "erf", "sin", "cos", "clip", "softmax", "layer_norm", "rms_norm", "rope", "max_pool",
            "average_pool", "global_max_pool", "global_average_pool", "reshape", "transpose", "concat", "slice",
            "split", "gather", "pad", "resize", "quantise", "dequantise", "requantise", "mask", "append",
        ]
        #expect(try Set(nodes().compactMap(operationName)) == documented)
    }

    /// A null is wrong for every key, so a known key gives a type error and an unknown one says so.
    @Test func theReaderKnowsExactlyTheKeysOfTheSchema() throws {
        let every = try Set(nodes().flatMap { properties($0).keys })
        for form in try nodes() {
            let name = try #require(operationName(form))
            let known = Set(properties(form).keys)
            for key in every.subtracting(["name", "op", "inputs"]) {
                let problems = SampleGraph.problems(
                    SampleGraph.text(#"{"name": "n", "op": "\#(name)", "inputs": ["x"], "\#(key)": null}"#))
                let isUnknown = problems.contains { $0.field == key && $0.message.hasPrefix("unknown key") }
                #expect(isUnknown != known.contains(key), "\(name) \(key)")
            }
        }
    }

    @Test func requiredKeysOfTheSchemaAreRequiredByTheReader() throws {
        for form in try nodes() {
            let name = try #require(operationName(form))
            guard case .array(let required) = form["required"], case .object(let inputs) = properties(form)["inputs"],
                case .integer(let count) = inputs["minItems"]
            else { continue }
            let names = Array(repeating: "\"x\"", count: count).joined(separator: ", ")
            let problems = SampleGraph.problems(
                SampleGraph.text(#"{"name": "n", "op": "\#(name)", "inputs": [\#(names)]}"#))
            let missing = Set(problems.filter { $0.message == "is missing" }.compactMap(\.field))
            let expected = Set(required.compactMap { if case .string(let key) = $0 { key } else { nil } })
            #expect(missing == expected.subtracting(["name", "op", "inputs"]), "\(name)")
        }
    }
}

@Suite struct DocumentationTests {
    /// The example of `docs/graph.md` is a graph.
    @Test func theDocumentedExampleIsRead() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../../docs/graph.md")
        let text = try String(contentsOf: path.standardized, encoding: .utf8)
        let example = try #require(text.split(separator: "```json\n").dropFirst().first?.split(separator: "```").first)
        let graph = try SampleGraph.read(String(example)).graph
        #expect(graph.types["pool1"]?.shape == [1, 14, 14, 16])
    }
}
