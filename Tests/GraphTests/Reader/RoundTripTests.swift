import Diagnostics
import Formats
import Graph
import Testing

@Suite struct RoundTripTests {
    /// Every operation once, with attributes that differ from their defaults.
    static let nodes = """
        {"name": "p1", "op": "linear", "inputs": ["codes", "w.q", "b.i"], "outputs": ["p1.out"]},
        {"name": "p2", "op": "matmul", "inputs": ["x", "y"], "transpose_b": true},
        {"name": "p3", "op": "conv2d", "inputs": ["pixels", "k"], "stride": [2, 1], "padding": [1, 1, 1, 0], "dilation": [1, 2]},
        {"name": "p4", "op": "linear", "inputs": ["codes", "w.g", "b.f"]},
        {"name": "p5", "op": "quantise", "inputs": ["x"], "encoding": "f16"},
        {"name": "p6", "op": "linear", "inputs": ["p5", "w.q"], "contract": "blocked-16-f16-terms"},
        {"name": "e1", "op": "gelu", "inputs": ["x"], "approximation": "tanh"}, {"name": "e2", "op": "gelu", "inputs": ["x"]},
        {"name": "e3", "op": "hard_swish", "inputs": ["x"]}, {"name": "e4", "op": "sub", "inputs": ["x", "y"]},
        {"name": "e5", "op": "clip", "inputs": ["x"], "min": -0.1, "max": 0.3},
        {"name": "r1", "op": "softmax", "inputs": ["x"]},
        {"name": "r2", "op": "layer_norm", "inputs": ["x", "gamma"], "epsilon": 1e-6},
        {"name": "r3", "op": "rms_norm", "inputs": ["x", "gamma"]},
        {"name": "r4", "op": "rope", "inputs": ["x"], "pairs": "interleaved", "base": 5e5, "rotary_dimension": 4, "position": 3},
        {"name": "r5", "op": "mask", "inputs": ["p2"], "kind": "causal", "position": 2, "window": 3},
        {"name": "i1", "op": "max_pool", "inputs": ["pixels"], "window": [3, 2], "stride": [1, 2], "padding": [1, 0, 0, 1]},
        {"name": "i2", "op": "average_pool", "inputs": ["image"], "window": [2, 2], "count_include_padding": true},
        {"name": "i3", "op": "global_max_pool", "inputs": ["image"]},
        {"name": "i4", "op": "resize", "inputs": ["image"], "size": [4, 9], "mode": "bilinear", "coordinates": "align_corners"},
        {"name": "m1", "op": "reshape", "inputs": ["x"], "shape": [8, -1]},
        {"name": "m2", "op": "transpose", "inputs": ["x"], "permutation": [2, 0, 1]},
        {"name": "m3", "op": "concat", "inputs": ["x", "y"], "axis": 1},
        {"name": "m4", "op": "slice", "inputs": ["x"], "axes": [2, 1], "starts": [1, 0], "ends": [-1, 3], "steps": [3, 1]},
        {"name": "m5", "op": "split", "inputs": ["x"], "axis": -1, "sizes": [3, 5], "outputs": ["m5.a", "m5.b"]},
        {"name": "m6", "op": "gather", "inputs": ["w", "ids"]},
        {"name": "m7", "op": "pad", "inputs": ["codes"], "amounts": [[0, 0], [1, 0], [0, 2]], "value": -7.5},
        {"name": "m8", "op": "pad", "inputs": ["x"], "amounts": [[0, 0], [1, 0], [0, 2]], "value": 0.1},
        {"name": "m9", "op": "append", "inputs": ["cache", "x"], "axis": 1, "position": 5},
        {"name": "q1", "op": "quantise", "inputs": ["x"], "encoding": {"codec": "uint4", "scale": 0.3, "zero": 8}},
        {"name": "q2", "op": "quantise", "inputs": ["x"], "codec": "int8", "dynamic": "token"},
        {"name": "q3", "op": "quantise", "inputs": ["x"], "codec": "int5", "dynamic": {"group": 3}, "outputs": ["q3.c", "q3.s"]},
        {"name": "q4", "op": "dequantise", "inputs": ["q3.c"]},
        {"name": "q5", "op": "requantise", "inputs": ["p1.out"], "encoding": {"codec": "int8", "scale": 0.7}, "rounding": "half_up"},
        {"name": "q6", "op": "requantise", "inputs": ["p1.out"], "encoding": "int8", "multiplier": "m", "shift": "sh"},
        {"name": "q7", "op": "requantise", "inputs": ["p3"], "encoding": {"codec": "uint8", "scale": 0.1}, "kind": "float"}
        """

    static func document() throws -> GraphDocument {
        try SampleGraph.read(
            SampleGraph.text(nodes, outputs: #"["q5", "p4", "q4"]"#, rest: #", "weights": "w.safetensors""#))
    }

    @Test func readingWhatWasWrittenGivesTheSameGraph() throws {
        let document = try Self.document()
        #expect(document.graph.nodes.count == 36)
        let text = GraphWriter.json(document).text()
        #expect(try SampleGraph.read(text) == document)
        #expect(try GraphWriter.json(SampleGraph.read(text)).text() == text)
    }

    @Test func madeUpWeightsSurviveTheFile() throws {
        let document = try Self.document()
        let bundle = Bundle.random(for: document.graph, seed: 7)
        try bundle.validate(for: document.graph)
        let file = try SafetensorsFile(data: bundle.safetensors(for: document.graph))
        let read = try Bundle(file: file, document: document)
        for name in document.graph.constants {
            let type = try #require(document.graph.types[name])
            #expect(try read.tensor(named: name, type: type) == bundle.tensor(named: name, type: type))
        }
    }

    @Test func madeUpWeightsDependOnTheSeedAndTheNameOnly() throws {
        let graph = try Self.document().graph
        var fewer = graph
        fewer.constants.removeFirst()
        let (one, two) = (Bundle.random(for: graph, seed: 7), Bundle.random(for: graph, seed: 8))
        let type = try #require(graph.types["w.q"])
        let values = try one.tensor(named: "w.q", type: type)
        #expect(try two.tensor(named: "w.q", type: type) != values)
        #expect(try Bundle.random(for: fewer, seed: 7).tensor(named: "w.q", type: type) == values)
    }

    /// SplitMix64's published first outputs for seed 1234567.
    @Test func theGeneratorIsSplitMix64() {
        var generator = SplitMix64(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in generator.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }

    @Test func weightScalesKeepActivationsOfOrderOne() throws {
        let graph = try Self.document().graph
        let bundle = Bundle.random(for: graph, seed: 1)
        // k: int8 [2, 3, 3, 4], K = 36: sqrt(3 / 36) / 128 within a quarter.
        let scales = try bundle.tensor(named: "s.k", type: #require(graph.types["s.k"]))
        let centre: Float = 0.288675 / 128
        for index in 0..<2 { #expect(abs(scales.float(at: index) / centre - 1) <= 0.2501) }
        let gamma = try bundle.tensor(named: "gamma", type: #require(graph.types["gamma"]))
        for index in 0..<8 { #expect(abs(gamma.float(at: index) - 1) <= 0.1001) }
    }
}
