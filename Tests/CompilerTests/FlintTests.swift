import Arch
import Compiler
import Engines
import Formats
import Graph
import Testing

/// Flint on whole programs, and the conversion of wider codes to four bits.
@Suite struct FlintTests {
    static let codecs = ["flint4", "uflint4", "int4", "int8"]

    @Test(arguments: codecs)
    func productsOfGivenCodesEqualTheReference(_ x: String) throws {
        for w in Self.codecs {
            #expect(try Bench(PairTests.linear(x, w, output: "int32")).differences(on: "ant-tiny") == [])
            #expect(try Bench(PairTests.linear(x, w, m: 20, n: 9, k: 130)).differences(on: "ant-tiny") == [])
            #expect(try Bench(PairTests.linear(x, w, group: 12)).differences(on: "ant") == [])
        }
    }

    /// Spatial padding is code 0, which is 0.
    @Test(arguments: [1, 5])
    func convolutionsPadWithZeros(_ channels: Int) throws {
        let json = """
            {"schema": "accelsim-graph-1",
             "inputs": {"x": {"shape": [2, 6, 5, \(channels)], "encoding": {"codec": "uflint4", "scale": 0.1}}},
             "constants": {"w": {"shape": [7, 3, 2, \(channels)], "encoding": {"codec": "flint4", "scale": "s", "axis": 0}}, "s": {"shape": [7]}},
             "nodes": [{"name": "y", "op": "conv2d", "inputs": ["x", "w"], "padding": [1, 0, 2, 1], "stride": [2, 1]}], "outputs": ["y"]}
            """
        #expect(try Bench(json).differences(on: "ant-tiny") == [])
    }

    /// f32 to flint, flint to sums, sums to flint and to f32.
    @Test(arguments: ["flint4", "uflint4"], [1, 33])
    func flintIsMadeAndReadAtRunTime(_ codec: String, _ width: Int) throws {
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [4, 3, \(width)]}},
             "constants": {"w": {"shape": [\(width), \(width)], "encoding": {"codec": "flint4", "scale": "s", "axis": 0}}, "s": {"shape": [\(width)]},
                           "b": {"shape": [\(width)], "encoding": "int32"}, "v": {"shape": [9, \(width)], "encoding": {"codec": "\(codec)", "scale": 0.5}}},
             "nodes": [{"name": "q", "op": "quantise", "inputs": ["x"], "encoding": {"codec": "\(codec)", "scale": 0.04}},
                       {"name": "d", "op": "dequantise", "inputs": ["q"]},
                       {"name": "h", "op": "linear", "inputs": ["q", "w", "b"]},
                       {"name": "r", "op": "requantise", "inputs": ["h"], "kind": "float", "encoding": {"codec": "\(codec)", "scale": 0.07}},
                       {"name": "p", "op": "pad", "inputs": ["r"], "amounts": [[0, 0], [1, 0], [0, 0]], "value": 2},
                       {"name": "y", "op": "linear", "inputs": ["p", "v"], "output": "f32"}], "outputs": ["y", "d"]}
            """
        for fuses in [true, false] {
            #expect(try Bench(json).differences(on: "ant-tiny", CompilerOptions(fuses: fuses)) == [])
        }
    }

    static func target(_ parameters: [String: EngineSpecification.Value]) throws -> Target {
        var machine = try Presets.named("ant-tiny")
        machine.engines[0].parameters.merge(parameters.merging(["wideCodes": .text("converted")]) { $1 }) { $1 }
        return Target(machine: machine, engines: try machine.engines.map { try Catalog.engine($0) })
    }

    /// The int8 bias counts in units of both operands; scales per column are rescaled beside their weights.
    @Test func conversionsAreNodesOfTheLegalisedGraph() throws {
        var bench = try Bench(PairTests.converting("uint8", zero: 0, w: "int8"))
        let weights = (0..<200).map { (index: Int) -> Int8 in index % 40 == 0 ? 120 : Int8(index % 16) - 8 }
        bench.bundle.set("w", Tensor(shape: [10, 20], storage: .int8(weights)))
        let options = CompilerOptions(allowsLossyConversions: true)
        let legal = try Compiler.legalised(
            bench.graph, target: try Self.target([:]), options: options, constant: bench.constants())
        #expect(legal.nodes.map(\.name) == ["x.uflint4", "s.f32", "w.flint4", "b.int32", "h", "y"])
        #expect(legal.nodes.map(\.operation.name) == ["encode", "rescale", "encode", "rescale", "linear", "requantise"])
        let (activations, weight) = (Float(64) / 255, FourBitSearch(weights.map { Int($0) }).run().factor)
        #expect(legal.nodes[0].operation == .encode(factor: activations) && legal.nodes[2].operation == .encode(factor: weight))
        #expect(legal.nodes[1].operation == .rescale(factor: 1 / weight))
        #expect(legal.nodes[3].operation == .rescale(factor: activations * weight))
        #expect(legal.types["h"]?.encoding.scale == .product(.uniform(0.1 / activations), .tensor("s.f32", .axis(0))))
    }

    /// Without values flint4 is taken, 16 for the greatest magnitude 128.
    @Test func graphsWithoutWeightsTakeFlint() throws {
        let bench = try Bench(PairTests.converting("int8", zero: 0, w: "int8"))
        let legal = try Compiler.legalised(
            bench.graph, target: try Self.target([:]), options: CompilerOptions(allowsLossyConversions: true))
        #expect(legal.types["w.flint4"]?.encoding.codec == .flint(.signed))
        #expect(legal.nodes.first { $0.name == "w.flint4" }?.operation == .encode(factor: 0.125))
    }

    @Test(arguments: [
        (#"{"name": "y", "op": "relu", "inputs": ["x"]}"#, "flint4"),
        (#"{"name": "y", "op": "requantise", "inputs": ["i"], "encoding": {"codec": "flint4", "scale": 1}}"#, "flint codes are made of floats"),
        (#"{"name": "y", "op": "quantise", "inputs": ["f"], "encoding": {"codec": "flint4", "scale": 1, "zero": 1}}"#, "flint4 has no zero point"),
        (#"{"name": "y", "op": "quantise", "inputs": ["f"], "encoding": {"codec": "flint4"}}"#, "a scale expected"),
    ])
    func graphsWithoutMeaningAreRefused(node: String, reason: String) {
        let json = """
            {"schema": "accelsim-graph-1",
             "inputs": {"x": {"shape": [4, 4], "encoding": {"codec": "flint4", "scale": 1}}, "f": {"shape": [4, 6]}, "i": {"shape": [4, 4], "encoding": "int32"}},
             "nodes": [\(node)], "outputs": ["y"]}
            """
        let message = StructuredWeightTests.problems { _ = try Bench(json) }
        #expect(message.contains(reason), "\(message)")
    }
}
