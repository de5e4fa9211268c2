import Arch
import Compiler
import Diagnostics
import Engines
import Formats
import Golden
import Graph
import Testing

/// Outlier-victim pairs on whole programs.
@Suite struct PairTests {
    static let formats = ["ovpi4", "ovpf4", "ovpi8"]
    static let machines = ["olive", "olive-tiny"]

    /// A linear of given pairs, int32 or f32, with one scale per column or per group along K.
    static func linear(
        _ x: String, _ w: String, m: Int = 5, n: Int = 37, k: Int = 71, group: Int? = nil, output: String = "f32"
    ) -> String {
        let scales = group.map { "[\(n), \((k + $0 - 1) / $0)]" } ?? "[\(n)]"
        let shared = group.map { #""group": \#($0)"# } ?? #""axis": 0"#
        return """
            {"schema": "accelsim-graph-1",
             "inputs": {"x": {"shape": [\(m), \(k)], "encoding": {"codec": "\(x)", "scale": 0.1}}},
             "constants": {"w": {"shape": [\(n), \(k)], "encoding": {"codec": "\(w)", "scale": "s", \(shared)}}, "s": {"shape": \(scales)}},
             "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"], "output": "\(output)"}], "outputs": ["y"]}
            """
    }

    @Test(arguments: machines, formats)
    func productsOfGivenPairsEqualTheReference(machine: String, x: String) throws {
        for w in Self.formats {
            #expect(try Bench(Self.linear(x, w, output: "int32")).differences(on: machine) == [])
            #expect(try Bench(Self.linear(x, w, m: 40, n: 9, k: 130)).differences(on: machine) == [])
            #expect(try Bench(Self.linear(x, w, group: 12)).differences(on: machine) == [])
        }
    }

    /// K is cut between pairs, whatever the tile.
    @Test(arguments: [3, 10, 100])
    func tilesOfKAreWholePairs(_ depth: Int) throws {
        let options = CompilerOptions(tileLimit: .init(rows: 3, columns: 8, depth: depth))
        let bench = try Bench(Self.linear("ovpi8", "ovpi4", k: 201))
        #expect(try bench.differences(on: "olive-tiny", options) == [])
    }

    /// Channels in pairs from the first on, in every tap; the last of an odd number is alone.
    @Test(arguments: [1, 3, 8], formats)
    func convolutionsPairChannels(_ channels: Int, _ codec: String) throws {
        let json = """
            {"schema": "accelsim-graph-1",
             "inputs": {"x": {"shape": [2, 6, 5, \(channels)], "encoding": {"codec": "\(codec)", "scale": 0.1}}},
             "constants": {"w": {"shape": [7, 3, 2, \(channels)], "encoding": {"codec": "ovpi4", "scale": "s", "axis": 0}}, "s": {"shape": [7]}},
             "nodes": [{"name": "y", "op": "conv2d", "inputs": ["x", "w"], "padding": [1, 0, 2, 1], "stride": [2, 1]}], "outputs": ["y"]}
            """
        for machine in Self.machines { #expect(try Bench(json).differences(on: machine) == []) }
    }

    /// f32 to pairs, pairs to sums, sums to pairs, with rules of their own.
    @Test(arguments: formats, [1, 6, 33])
    func pairsAreMadeAtRunTime(_ codec: String, _ width: Int) throws {
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [4, 3, \(width)]}},
             "constants": {"w": {"shape": [\(width), \(width)], "encoding": {"codec": "ovpi4", "scale": "s", "axis": 0}}, "s": {"shape": [\(width)]},
                           "b": {"shape": [\(width)], "encoding": "int32"}, "v": {"shape": [9, \(width)], "encoding": {"codec": "\(codec)", "scale": 0.5}}},
             "nodes": [{"name": "q", "op": "quantise", "inputs": ["x"], "encoding": {"codec": "\(codec)", "scale": 0.04, "pairs": {"survivor": "left", "boundary": "nearest"}}},
                       {"name": "h", "op": "linear", "inputs": ["q", "w", "b"]},
                       {"name": "r", "op": "requantise", "inputs": ["h"], "kind": "float", "encoding": {"codec": "ovpi4", "scale": 0.07, "pairs": {"ties": "toward_positive"}}},
                       {"name": "y", "op": "linear", "inputs": ["r", "v"], "output": "f32"}], "outputs": ["y"]}
            """
        for machine in Self.machines {
            for fuses in [true, false] {
                #expect(try Bench(json).differences(on: machine, CompilerOptions(fuses: fuses)) == [])
            }
        }
    }

    /// Queries, keys, scores and values made pairs at run time, each along the K of its product; values turned before.
    static func attention(_ codec: String, keys: String, queries: Int = 6, length: Int = 10, width: Int = 12) -> String {
        """
        {"schema": "accelsim-graph-1",
         "inputs": {"q": {"shape": [4, \(queries), \(width)]}, "k": {"shape": [2, \(length), \(width)]}, "v": {"shape": [2, \(length), \(width)]}},
         "nodes": [{"name": "qp", "op": "quantise", "inputs": ["q"], "encoding": {"codec": "\(codec)", "scale": 0.1}},
                   {"name": "kp", "op": "quantise", "inputs": ["k"], "encoding": {"codec": "\(keys)", "scale": 0.05}},
                   {"name": "s", "op": "matmul", "inputs": ["qp", "kp"], "transpose_b": true, "output": "f32"},
                   {"name": "p", "op": "softmax", "inputs": ["s"]},
                   {"name": "pp", "op": "quantise", "inputs": ["p"], "encoding": {"codec": "\(codec)", "scale": 0.02}},
                   {"name": "vt", "op": "transpose", "inputs": ["v"], "permutation": [0, 2, 1]},
                   {"name": "vp", "op": "quantise", "inputs": ["vt"], "encoding": {"codec": "\(keys)", "scale": 0.05}},
                   {"name": "y", "op": "matmul", "inputs": ["pp", "vp"], "transpose_b": true, "output": "f32"}], "outputs": ["y"]}
        """
    }

    @Test(arguments: machines, ["ovpi4", "ovpf4"])
    func pairsMadeAtRunTimeAreWeights(machine: String, keys: String) throws {
        for codec in Self.formats {
            for options in [CompilerOptions(), CompilerOptions(fuses: false, tileLimit: .init(rows: 2, columns: 8, depth: 4))] {
                #expect(try Bench(Self.attention(codec, keys: keys)).differences(on: machine, options) == [], "\(codec)")
            }
        }
        #expect(try Bench(Self.attention("ovpi4", keys: keys, queries: 1, length: 40, width: 64)).differences(on: machine) == [])
    }

    /// The pairs of one row lie across those of the next when K is odd.
    @Test func pairsMadeAtRunTimeAreWhole() throws {
        let bench = try Bench(Self.attention("ovpi4", keys: "ovpi4", width: 7))
        let message = StructuredWeightTests.problems { _ = try bench.compile(Bench.target("olive")) }
        #expect(message.contains("7 slots along K; whole pairs expected"))
    }

    static func converting(_ codec: String, zero: Int, w: String = "int4", output: String = "") -> String {
        """
        {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [6, 20], "encoding": {"codec": "\(codec)", "scale": 0.1, "zero": \(zero)}}},
         "constants": {"w": {"shape": [10, 20], "encoding": {"codec": "\(w)", "scale": "s", "axis": 0}}, "s": {"shape": [10]}, "b": {"shape": [10], "encoding": "int32"}},
         "nodes": [{"name": "h", "op": "linear", "inputs": ["x", "w", "b"]},
                   {"name": "y", "op": "requantise", "inputs": ["h"], "encoding": {"codec": "int8", "scale": 0.2}}], "outputs": ["y"]}
        """
    }

    /// Asymmetric codes are scaled down to the normal values, and so is the bias that counts in their units.
    @Test(arguments: [("int8", 0), ("int8", -128), ("uint8", 0), ("uint8", 100), ("int4", 0), ("uint4", 15), ("int6", 3)])
    func codesBecomePairs(_ codec: String, _ zero: Int) throws {
        let options = CompilerOptions(allowsLossyConversions: true)
        for w in ["int8", "int4", "int2", "ternary", "uint4", "bipolar2"] {
            let bench = try Bench(Self.converting(codec, zero: zero, w: w))
            for machine in Self.machines { #expect(try bench.differences(on: machine, options) == [], "\(w)") }
        }
    }

    @Test func conversionsAreNodesOfTheLegalisedGraph() throws {
        let bench = try Bench(Self.converting("uint8", zero: 0))
        let target = try Bench.target("olive")
        let legal = try Compiler.legalised(bench.graph, target: target, options: CompilerOptions(allowsLossyConversions: true))
        #expect(legal.nodes.map(\.name) == ["x.ovpi8", "w.ovpi4", "b.int32", "h", "y"])
        #expect(legal.nodes.map(\.operation.name) == ["encode", "encode", "rescale", "linear", "requantise"])
        // 255 becomes 127, and the unit of the activations 255 / 127 of what it was.
        let factor = Float(127) / 255
        #expect(legal.nodes[0].operation == .encode(factor: factor) && legal.nodes[2].operation == .rescale(factor: factor))
        #expect(legal.types["x.ovpi8"]?.encoding.scale == .uniform(0.1 / factor))
        #expect(legal.types["h"]?.encoding.scale == .product(.uniform(0.1 / factor), .tensor("s", .axis(0))))
        #expect(legal.types["w.ovpi4"]?.encoding.pairRules.boundary == .nearest)
    }

    /// Codes less a zero point of run time: their product, less it times the columns' sums.
    static let corrected = """
        {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [6, 20], "encoding": {"codec": "int8", "scale": 1}}, "z": {"shape": [1], "encoding": "int32"}},
         "constants": {"w": {"shape": [10, 20], "encoding": {"codec": "uint8", "zero": 90}}, "c": {"shape": [10], "encoding": "int32"}},
         "nodes": [{"name": "h", "op": "linear", "inputs": ["x", "w"], "output": "int32"},
                   {"name": "t", "op": "mul", "inputs": ["z", "c"]},
                   {"name": "wide", "op": "reshape", "inputs": ["t"], "shape": [1, 10]},
                   {"name": "d", "op": "sub", "inputs": ["h", "wide"]},
                   {"name": "y", "op": "dequantise", "inputs": ["d"]}], "outputs": ["y"]}
        """

    /// What is taken off are the sums of the weights that are multiplied, outliers and victims as they became, so that codes
    /// equal to their zero point give nothing.
    @Test func sumsOfColumnsFollowTheWeights() throws {
        var bench = try Bench(Self.corrected)
        let codes = try bench.constants()("w").bytes
        let sums = (0..<10).map { column in codes[column * 20..<column * 20 + 20].reduce(Int32(0)) { $0 + Int32($1) - 90 } }
        bench.inputs["x"] = Tensor(shape: [6, 20], storage: .int8(Array(repeating: -70, count: 120)))
        bench.inputs["z"] = Tensor(shape: [1], storage: .int32([-70]))
        let options = CompilerOptions(allowsLossyConversions: true)
        for (constant, follows) in [(sums, true), (sums.map { $0 + 1 }, false)] {
            bench.bundle.set("c", Tensor(shape: [10], storage: .int32(constant)))
            #expect(try bench.differences(on: "olive", options) == [])
            let legal = try bench.compile(Bench.target("olive"), options).legalised
            #expect(legal.nodes.contains { $0.operation == .columnSums } == follows)
            let results = try #require(bench.reference(legal)["y"])
            #expect(results.allSatisfy { $0 == 0 } == follows)
        }
    }

    @Test func weightsBeyondTheNormalValuesAreScaledWhereThatLosesLess() throws {
        let json = Self.converting("int8", zero: 0, w: "uint8")
        let bench = try Bench(json.replacing(#""codec": "uint8""#, with: #""codec": "uint8", "zero": 90"#))
        let legal = try Compiler.legalised(
            bench.graph, target: Bench.target("olive"), options: CompilerOptions(allowsLossyConversions: true), constant: bench.constants())
        let operation = try #require(legal.nodes.first { $0.inputs == ["w"] }?.operation)
        guard case .encode(let factor) = operation else { throw Diagnostic("\(operation.name), encode expected") }
        #expect(factor < 1 && factor >= 127.0 / 165)
        #expect(try bench.differences(on: "olive", CompilerOptions(allowsLossyConversions: true)) == [])
    }

    @Test func conversionsMustBeAllowed() throws {
        let bench = try Bench(Self.converting("int8", zero: 0))
        let message = StructuredWeightTests.problems { _ = try bench.compile(Bench.target("olive")) }
        #expect(message.contains("'h': inputs: engine 'olive' needs a conversion that loses bits"))
    }

    /// 40,000 weights of 7 in pairs: 20,000 * 7 * 32,768 leaves int32. Column 1 has zeros.
    @Test func sumsThatMayNotFitAreRefusedByColumn() throws {
        var bench = try Bench(Self.linear("ovpi8", "ovpi4", m: 1, n: 2, k: 40_000))
        let codes = [UInt8](repeating: 0, count: 40_000) + [UInt8](repeating: 7, count: 40_000)
        bench.bundle.set("w", Tensor(shape: [2, 40_000], storage: .uint8(codes)))
        let message = StructuredWeightTests.problems { _ = try bench.compile(Bench.target("olive")) }
        #expect(message.contains("'y': inputs[1]: output column 1 can sum to \(20_000 * 7 * 32_768)"))
        // Outliers of 4 bits are at most 96.
        var narrow = try Bench(Self.linear("ovpi4", "ovpi4", m: 1, n: 2, k: 40_000))
        narrow.bundle = bench.bundle
        #expect(try narrow.differences(on: "olive") == [])
    }

    @Test(arguments: [
        (#"{"name": "y", "op": "relu", "inputs": ["x"]}"#, "which only linear, conv2d, matmul and dequantise take"),
        (#"{"name": "y", "op": "reshape", "inputs": ["x"], "shape": [24]}"#, "which only linear"),
        (#"{"name": "y", "op": "matmul", "inputs": ["x", "x"]}"#, "whose pairs lie along N"),
        (#"{"name": "y", "op": "requantise", "inputs": ["i"], "encoding": {"codec": "ovpi4", "scale": 1}}"#, "pairs are made of floats"),
        (#"{"name": "y", "op": "quantise", "inputs": ["f"], "encoding": {"codec": "ovpi4", "scale": 1, "zero": 1}}"#, "ovpi4 has no zero point"),
        (#"{"name": "y", "op": "quantise", "inputs": ["f"], "encoding": {"codec": "ovpi4", "scale": "s", "group": 3}}"#, "which cuts pairs"),
        (#"{"name": "y", "op": "quantise", "inputs": ["f"], "encoding": {"codec": "ovpi4", "scale": "t", "axis": 1}}"#, "share a scale"),
        (#"{"name": "y", "op": "quantise", "inputs": ["f"], "encoding": {"codec": "int8", "scale": 1, "pairs": {}}}"#, "is for outlier-victim pairs"),
        (#"{"name": "y", "op": "quantise", "inputs": ["f"], "encoding": {"codec": "ovpi4", "scale": 1, "pairs": {"ties": "up"}}}"#, "larger_magnitude"),
    ])
    func graphsWithoutMeaningAreRefused(node: String, reason: String) {
        let json = """
            {"schema": "accelsim-graph-1",
             "inputs": {"x": {"shape": [4, 4], "encoding": {"codec": "ovpi4", "scale": 1}}, "f": {"shape": [4, 6]}, "i": {"shape": [4, 4], "encoding": "int32"}},
             "constants": {"s": {"shape": [4, 2]}, "t": {"shape": [6]}}, "nodes": [\(node)], "outputs": ["y"]}
            """
        let message = StructuredWeightTests.problems { _ = try Bench(json) }
        #expect(message.contains(reason), "\(message)")
    }
}
