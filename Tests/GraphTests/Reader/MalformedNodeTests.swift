import Diagnostics
import Testing

/// One wrong node each, in `SampleGraph`: fields of the node after its name, and where the mistake must be found.
struct MalformedNode: CustomStringConvertible, Sendable {
    var fields: String
    var field: String
    var message: String

    init(_ fields: String, _ field: String, _ message: String) {
        self.fields = fields
        self.field = field
        self.message = message
    }

    var description: String { fields }

    static let all: [MalformedNode] = structure + products + elementwise + rows + images + movements + conversions

    static let structure = [
        MalformedNode(#""op": "linaer", "inputs": ["x", "w"]"#, "op", "did you mean 'linear'?"),
        MalformedNode(#""inputs": ["x"]"#, "op", "is missing"),
        MalformedNode(#""op": 3, "inputs": ["x"]"#, "op", "text was expected"),
        MalformedNode(#""op": "table_linear", "inputs": ["x", "w"]"#, "op", "there is no operation"),
        MalformedNode(#""op": "relu""#, "inputs", "is missing"),
        MalformedNode(#""op": "relu", "inputs": "x""#, "inputs", "a list was expected"),
        MalformedNode(#""op": "relu", "inputs": [1]"#, "inputs[0]", "text was expected"),
        MalformedNode(#""op": "relu", "inputs": ["imag"]"#, "inputs[0]", "did you mean 'image'?"),
        MalformedNode(#""op": "relu", "inputs": []"#, "inputs", "1 expected"),
        MalformedNode(#""op": "add", "inputs": ["x"]"#, "inputs", "2 expected"),
        MalformedNode(#""op": "concat", "inputs": [], "axis": 0"#, "inputs", "at least 1 expected"),
        MalformedNode(#""op": "relu", "inputs": ["x"], "wndow": 1"#, "wndow", "unknown key"),
        MalformedNode(#""op": "max_pool", "inputs": ["image"], "window": [2, 2], "strid": 1"#, "strid", "'stride'"),
        MalformedNode(#""op": "relu", "inputs": ["x"], "outputs": ["p", "q"]"#, "outputs", "names 2 tensors"),
        MalformedNode(#""op": "relu", "inputs": ["x"], "output": "p", "outputs": ["p"]"#, "output", "excludes"),
        MalformedNode(#""op": "relu", "inputs": ["x"], "output": "y""#, "outputs[0]", "taken by one of the inputs"),
        MalformedNode(#""op": "relu", "inputs": ["x"], "output": "a\u0007""#, "outputs[0]", "control characters"),
        MalformedNode(#""op": "relu", "inputs": ["node"]"#, "inputs", "node -> node"),
    ]

    static let products = [
        MalformedNode(#""op": "linear", "inputs": ["x", "gamma"]"#, "inputs[1]", "w [N, K]"),
        MalformedNode(#""op": "linear", "inputs": ["counts", "w"]"#, "inputs[1]", "K = 5"),
        MalformedNode(#""op": "linear", "inputs": ["ids", "w"], "output": "f32""#, "inputs[1]", "K = 3"),
        MalformedNode(#""op": "linear", "inputs": ["x", "w"], "output": "int32""#, "output", "quantised operands"),
        MalformedNode(#""op": "linear", "inputs": ["x", "w"], "output": "int8""#, "output", "int32, f32"),
        MalformedNode(#""op": "linear", "inputs": ["codes", "w.g"], "output": "int32""#, "output", "grouped along K"),
        MalformedNode(#""op": "linear", "inputs": ["codes", "w"]"#, "inputs[1]", "quantised to int8"),
        MalformedNode(#""op": "linear", "inputs": ["x", "w", "gamma"]"#, "inputs[2]", "bias [5]"),
        MalformedNode(#""op": "linear", "inputs": ["x", "w", "b.i"]"#, "inputs[2]", "bias [5] f32"),
        MalformedNode(#""op": "linear", "inputs": ["codes", "w.q", "b.f"], "output": "int32""#, "inputs[2]", "int32"),
        MalformedNode(#""op": "linear", "inputs": ["codes", "w.g", "b.i"]"#, "inputs[2]", "bias [5] f32"),
        MalformedNode(#""op": "linear", "inputs": ["x", "w"], "contract": "tree""#, "contract", "blocked-16-f16-terms"),
        MalformedNode(#""op": "linear", "inputs": ["x", "w"], "contract": "blocked-16-f16""#, "contract", "inputs are f32 and f32"),
        MalformedNode(
            #""op": "linear", "inputs": ["codes", "w.q"], "output": "int32", "contract": "blocked-16""#, "contract", "int32"),
        MalformedNode(#""op": "matmul", "inputs": ["gamma", "w"]"#, "inputs[0]", "[..., M, K]"),
        MalformedNode(#""op": "matmul", "inputs": ["x", "w"]"#, "inputs[1]", "K = 8"),
        MalformedNode(#""op": "matmul", "inputs": ["w", "x"], "transpose_b": true"#, "inputs[1]", "do not divide"),
        MalformedNode(#""op": "matmul", "inputs": ["x", "w"], "transpose_b": 1"#, "transpose_b", "true or false"),
        MalformedNode(#""op": "conv2d", "inputs": ["x", "k"]"#, "inputs[0]", "[B, H, W, C]"),
        MalformedNode(#""op": "conv2d", "inputs": ["pixels", "w"]"#, "inputs[1]", "w [O, KH, KW, C/groups]"),
        MalformedNode(#""op": "conv2d", "inputs": ["pixels", "k"], "groups": 3"#, "groups", "must divide"),
        MalformedNode(#""op": "conv2d", "inputs": ["pixels", "k"], "groups": 0"#, "groups", "must divide"),
        MalformedNode(#""op": "conv2d", "inputs": ["pixels", "k"], "groups": 2"#, "inputs[1]", "C/groups = 2"),
        MalformedNode(#""op": "conv2d", "inputs": ["pixels", "k"], "stride": [1]"#, "stride", "2 expected"),
        MalformedNode(#""op": "conv2d", "inputs": ["pixels", "k"], "stride": [1, 0]"#, "stride[1]", "is 0"),
        MalformedNode(#""op": "conv2d", "inputs": ["pixels", "k"], "padding": [1, 1]"#, "padding", "top, left"),
        MalformedNode(#""op": "conv2d", "inputs": ["pixels", "k"], "padding": [0, -1, 0, 0]"#, "padding[1]", "is -1"),
        MalformedNode(#""op": "conv2d", "inputs": ["pixels", "k"], "dilation": [99999, 1]"#, "dilation[0]", "65536"),
        MalformedNode(#""op": "conv2d", "inputs": ["pixels", "k"], "dilation": [3, 3]"#, "inputs[1]", "larger than"),
        MalformedNode(
            #""op": "conv2d", "inputs": ["pixels", "k"], "padding": ["1+", 0, 0, 0]"#, "padding[0]", "expected"),
    ]

    static let elementwise = [
        MalformedNode(#""op": "add", "inputs": ["x", "counts"]"#, "inputs[1]", "int32"),
        MalformedNode(#""op": "add", "inputs": ["x", "codes"]"#, "inputs[1]", "f32 or int32 expected"),
        MalformedNode(#""op": "mul", "inputs": ["x", "b.f"]"#, "inputs[1]", "does not broadcast"),
        MalformedNode(#""op": "div", "inputs": ["counts", "counts"]"#, "op", "div of int32"),
        MalformedNode(#""op": "relu", "inputs": ["odd"]"#, "inputs[0]", "odd levels"),
        MalformedNode(#""op": "silu", "inputs": ["codes"]"#, "inputs[0]", "f32 expected"),
        MalformedNode(#""op": "gelu", "inputs": ["x"], "approximation": "tan""#, "approximation", "'tanh'"),
        MalformedNode(#""op": "clip", "inputs": ["x"], "min": 0"#, "max", "is missing"),
        MalformedNode(#""op": "clip", "inputs": ["x"], "min": 1, "max": 0"#, "max", "below min"),
        MalformedNode(#""op": "clip", "inputs": ["x"], "min": -1e39, "max": 0"#, "min", "range of f32"),
        MalformedNode(#""op": "clip", "inputs": ["counts"], "min": 0, "max": 1"#, "inputs[0]", "f32 or codes"),
    ]

    static let rows = [
        MalformedNode(#""op": "softmax", "inputs": ["x"], "axis": 0"#, "axis", "last axis"),
        MalformedNode(#""op": "softmax", "inputs": ["counts"]"#, "inputs[0]", "f32 expected"),
        MalformedNode(#""op": "layer_norm", "inputs": ["x", "b.f"]"#, "inputs[1]", "gamma [8]"),
        MalformedNode(#""op": "layer_norm", "inputs": ["x", "gamma", "b.f"]"#, "inputs[2]", "beta [8]"),
        MalformedNode(#""op": "rms_norm", "inputs": ["x", "gamma"], "epsilon": -1"#, "epsilon", "0 or more"),
        MalformedNode(#""op": "rope", "inputs": ["x"]"#, "pairs", "is missing"),
        MalformedNode(#""op": "rope", "inputs": ["x"], "pairs": "half""#, "pairs", "halves"),
        MalformedNode(
            #""op": "rope", "inputs": ["x"], "pairs": "halves", "rotary_dimension": 5"#, "rotary_dimension", "even"),
        MalformedNode(#""op": "rope", "inputs": ["x"], "pairs": "halves", "base": 0"#, "base", "positive"),
        MalformedNode(#""op": "rope", "inputs": ["x"], "pairs": "halves", "position": -1"#, "position", "is -1"),
        MalformedNode(#""op": "mask", "inputs": ["x"], "kind": "causl""#, "kind", "'causal'"),
        MalformedNode(#""op": "mask", "inputs": ["x"], "kind": "causal", "window": 0"#, "window", "positive"),
        MalformedNode(#""op": "mask", "inputs": ["gamma"], "kind": "causal""#, "inputs[0]", "[..., Q, K]"),
    ]

    static let images = [
        MalformedNode(#""op": "max_pool", "inputs": ["image"]"#, "window", "is missing"),
        MalformedNode(#""op": "max_pool", "inputs": ["x"], "window": [2, 2]"#, "inputs[0]", "[B, H, W, C]"),
        MalformedNode(#""op": "max_pool", "inputs": ["image"], "window": [7, 7]"#, "window", "larger than"),
        MalformedNode(
            #""op": "max_pool", "inputs": ["image"], "window": [2, 2], "padding": [2, 0, 0, 0]"#, "padding", "smaller"),
        MalformedNode(
            #""op": "max_pool", "inputs": ["image"], "window": [2, 2], "count_include_padding": true"#,
            "count_include_padding", "unknown key"),
        MalformedNode(#""op": "global_average_pool", "inputs": ["x"]"#, "inputs[0]", "[B, H, W, C]"),
        MalformedNode(#""op": "resize", "inputs": ["image"], "size": [3]"#, "size", "[H, W]"),
        MalformedNode(
            #""op": "resize", "inputs": ["pixels"], "size": [3, 3], "mode": "bilinear""#, "inputs[0]", "f32 expected"),
        MalformedNode(
            #""op": "resize", "inputs": ["image"], "size": [3, 3], "coordinates": "x""#, "coordinates", "known"),
    ]

    static let movements = [
        MalformedNode(#""op": "reshape", "inputs": ["x"], "shape": [7, -1]"#, "shape", "64 elements"),
        MalformedNode(#""op": "reshape", "inputs": ["x"], "shape": [-1, -1]"#, "shape", "64 elements"),
        MalformedNode(#""op": "reshape", "inputs": ["w.g"], "shape": [40]"#, "inputs[0]", "dequantise it first"),
        MalformedNode(#""op": "transpose", "inputs": ["x"], "permutation": [0, 1, 1]"#, "permutation", "every axis"),
        MalformedNode(#""op": "concat", "inputs": ["x", "y"], "axis": 3"#, "axis", "not an axis"),
        MalformedNode(#""op": "concat", "inputs": ["x", "codes"], "axis": 0"#, "inputs[1]", "another encoding"),
        MalformedNode(#""op": "concat", "inputs": ["w", "x"], "axis": 0"#, "inputs[1]", "rank 2"),
        MalformedNode(#""op": "concat", "inputs": ["x", "cache"], "axis": 0"#, "inputs[1]", "another axis"),
        MalformedNode(
            #""op": "slice", "inputs": ["x"], "axes": [3], "starts": [0], "ends": [1]"#, "axes[0]", "not an axis"),
        MalformedNode(
            #""op": "slice", "inputs": ["x"], "axes": [0, -3], "starts": [0, 0], "ends": [1, 1]"#, "axes[1]", "twice"),
        MalformedNode(
            #""op": "slice", "inputs": ["x"], "axes": [0], "starts": [0, 1], "ends": [1]"#, "starts", "one per axis"),
        MalformedNode(#""op": "slice", "inputs": ["x"], "axes": [1], "starts": [3], "ends": [2]"#, "starts", "nothing"),
        MalformedNode(
            #""op": "slice", "inputs": ["x"], "axes": [1], "starts": [0], "ends": [2], "steps": [-1]"#, "steps", "is -1"
        ),
        MalformedNode(
            #""op": "split", "inputs": ["x"], "axis": 2, "sizes": [3, 4], "outputs": ["p", "q"]"#, "sizes", "8 elements"
        ),
        MalformedNode(#""op": "split", "inputs": ["x"], "axis": 2, "sizes": [3, 5]"#, "outputs", "yields 2"),
        MalformedNode(#""op": "gather", "inputs": ["w", "x"]"#, "inputs[1]", "int32 indices"),
        MalformedNode(#""op": "pad", "inputs": ["x"], "amounts": [[1, 1]]"#, "amounts", "3 expected"),
        MalformedNode(#""op": "pad", "inputs": ["ids"], "amounts": [[1]]"#, "amounts[0]", "before and after"),
        MalformedNode(#""op": "pad", "inputs": ["ids"], "amounts": [[1, "n"]]"#, "amounts[0][1]", "no symbol 'n'"),
        MalformedNode(#""op": "pad", "inputs": ["ids"], "amounts": [[-1, 0]]"#, "amounts[0]", "is [-1, 0]"),
        MalformedNode(#""op": "pad", "inputs": ["odd"], "amounts": [[0, 0], [1, 0]]"#, "value", "bipolar2"),
        MalformedNode(
            #""op": "append", "inputs": ["cache", "x"], "axis": 1, "position": 13"#, "position", "past the end"),
        MalformedNode(
            #""op": "append", "inputs": ["cache", "x"], "axis": 0, "position": 0"#, "inputs[1]", "does not fit"),
        MalformedNode(#""op": "append", "inputs": ["y", "x"], "axis": 1, "position": 0"#, "inputs[0]", "not a state"),
        MalformedNode(
            #""op": "append", "inputs": ["cache", "codes"], "axis": 1, "position": 0"#, "inputs[1]", "encoding"),
    ]

    static let conversions = [
        MalformedNode(#""op": "quantise", "inputs": ["x"]"#, "encoding", "is missing"),
        MalformedNode(#""op": "quantise", "inputs": ["x"], "encoding": "int8""#, "encoding.scale", "is missing"),
        MalformedNode(#""op": "quantise", "inputs": ["x"], "encoding": "int7x""#, "encoding", "did you mean 'int7'?"),
        MalformedNode(#""op": "quantise", "inputs": ["x"], "encoding": {"scale": 1}"#, "encoding.codec", "is missing"),
        MalformedNode(
            #""op": "quantise", "inputs": ["x"], "encoding": {"codec": "bipolar2", "scale": 1}"#, "encoding.codec",
            "ternary expected"),
        MalformedNode(
            #""op": "quantise", "inputs": ["x"], "encoding": {"codec": "int8", "scale": 0}"#, "encoding.scale",
            "positive"),
        MalformedNode(
            #""op": "quantise", "inputs": ["x"], "encoding": {"codec": "int8", "scale": 1, "zero": 128}"#,
            "encoding.zero", "outside int8"),
        MalformedNode(
            #""op": "quantise", "inputs": ["x"], "encoding": {"codec": "int8", "scale": "y"}"#, "encoding.scale",
            "not a constant"),
        MalformedNode(
            #""op": "quantise", "inputs": ["x"], "encoding": {"codec": "int8", "scale": "gamma", "axis": 1}"#,
            "encoding.scale", "[4] expected"),
        MalformedNode(
            #""op": "quantise", "inputs": ["x"], "codec": "int8", "encoding": {"codec": "int8", "scale": 1}"#, "codec",
            "excludes encoding"),
        MalformedNode(#""op": "quantise", "inputs": ["x"], "codec": "int8""#, "dynamic", "is missing"),
        MalformedNode(#""op": "quantise", "inputs": ["x"], "dynamic": "token""#, "codec", "is missing"),
        MalformedNode(#""op": "quantise", "inputs": ["x"], "codec": "int8", "dynamic": "row""#, "dynamic", "token"),
        MalformedNode(
            #""op": "quantise", "inputs": ["x"], "codec": "int8", "dynamic": {"group": 0}"#, "dynamic", "positive"),
        MalformedNode(
            #""op": "quantise", "inputs": ["x"], "codec": "uint8", "dynamic": "token""#, "codec", "int2 to int16"),
        MalformedNode(
            #""op": "quantise", "inputs": ["x"], "codec": "int8", "dynamic": "token", "outputs": ["a", "b", "c"]"#,
            "outputs", "codes and scales"),
        MalformedNode(#""op": "dequantise", "inputs": ["x"]"#, "inputs[0]", "codes or int32"),
        MalformedNode(
            #""op": "requantise", "inputs": ["x"], "encoding": {"codec": "int8", "scale": 1}"#, "inputs[0]", "int32"),
        MalformedNode(#""op": "requantise", "inputs": ["counts"]"#, "encoding", "is missing"),
        MalformedNode(
            #""op": "requantise", "inputs": ["counts"], "encoding": {"codec": "int32", "scale": 1}"#, "encoding.codec",
            "int2 to int16"),
        MalformedNode(
            #""op": "requantise", "inputs": ["counts"], "encoding": "int8", "multiplier": "m""#, "shift", "is missing"),
        MalformedNode(
            #""op": "requantise", "inputs": ["counts"], "encoding": "int8", "multiplier": "m", "shift": "gamma""#,
            "shift", "int32 expected"),
        MalformedNode(
            #""op": "requantise", "inputs": ["counts"], "encoding": "int8", "multiplier": "mm", "shift": "sh""#,
            "multiplier", "no constant"),
        MalformedNode(
            #""op": "requantise", "inputs": ["counts"], "encoding": {"codec": "int8", "scale": 1}, "rounding": "up""#,
            "rounding", "half_up"),
        MalformedNode(
            #""op": "requantise", "inputs": ["counts"], "encoding": {"codec": "int8", "scale": 1}, "kind": "float", "rounding": "half_up""#,
            "rounding", "dyadic"),
    ]
}

@Suite struct MalformedNodeTests {
    @Test(arguments: MalformedNode.all)
    func aWrongNodeIsReportedOnceInItsField(_ wrong: MalformedNode) {
        let problems = SampleGraph.problems(SampleGraph.text(#"{"name": "node", \#(wrong.fields)}"#))
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.node == "node")
        #expect(problems.first?.field == wrong.field)
        #expect(problems.first?.message.contains(wrong.message) == true, "\(problems)")
    }

    @Test func thereAreMoreThanEightyOfThem() { #expect(MalformedNode.all.count > 80) }

    @Test func everyMistakeOfAFileIsReportedInOneGo() {
        let problems = SampleGraph.problems(
            SampleGraph.text(
                """
                {"name": "a", "op": "relu", "inputs": ["nowhere"], "typo": 1},
                {"name": "b", "op": "softmax", "inputs": ["counts"]},
                {"name": "c", "op": "linear", "inputs": ["b", "w"]},
                {"name": "d", "op": "append", "inputs": ["y", "x"], "axis": 1, "position": 0}
                """, outputs: #"["c", "nothing"]"#))
        let places = problems.map { "\($0.node ?? "-") \($0.field ?? "-")" }
        #expect(Set(places) == ["a typo", "a inputs[0]", "b inputs[0]", "- outputs[1]", "d inputs[0]"])
        #expect(places.count == 5)
    }
}
