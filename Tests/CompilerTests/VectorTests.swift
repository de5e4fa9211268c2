import Compiler
import Testing

@Suite struct VectorTests {
    static func run(_ nodes: String, inputs: String, constants: String = "", outputs: String, machine: String, fuses: Bool) throws -> [String] {
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {\(inputs)}, "constants": {\(constants)},
             "nodes": [\(nodes)], "outputs": [\(outputs)]}
            """
        return try Bench(json).differences(on: machine, CompilerOptions(fuses: fuses))
    }

    static let unary = ["relu", "gelu", "silu", "sigmoid", "tanh", "hard_swish", "hard_sigmoid", "softmax", "exp", "log", "rsqrt", "erf", "sin", "cos"]

    @Test(arguments: ["mac-int8", "lut-tc-tiny"], unary)
    func functions(machine: String, function: String) throws {
        #expect(try Self.run(
            #"{"name": "y", "op": "\#(function)", "inputs": ["x"]}"#, inputs: #""x": {"shape": [3, 5, 17]}"#, outputs: #""y""#,
            machine: machine, fuses: true) == [])
    }

    /// Numbers far beyond 2^23, where whole numbers have no half.
    @Test(arguments: ["mac-int8", "mac-int8-tiny"])
    func wholeNumbersOfAnySize(machine: String) throws {
        let nodes = """
            {"name": "a", "op": "exp", "inputs": ["x"]},
            {"name": "b", "op": "exp", "inputs": ["a"]},
            {"name": "c", "op": "exp", "inputs": ["b"]},
            {"name": "d", "op": "sub", "inputs": ["b", "c"]},
            {"name": "y", "op": "quantise", "inputs": ["d"], "encoding": "int32"},
            {"name": "z", "op": "dequantise", "inputs": ["y"]}
            """
        #expect(try Self.run(
            nodes, inputs: #""x": {"shape": [3, 5, 70]}"#, outputs: #""y", "z""#, machine: machine, fuses: true) == [])
    }

    @Test(arguments: ["mac-int8", "mac-int8-tiny"], [true, false])
    func normsAndDynamicQuantisation(machine: String, fuses: Bool) throws {
        let nodes = """
            {"name": "n", "op": "rms_norm", "inputs": ["x", "g"]},
            {"name": "q", "op": "quantise", "inputs": ["n"], "codec": "int8", "dynamic": "token"},
            {"name": "l", "op": "layer_norm", "inputs": ["x", "g", "b"]},
            {"name": "a", "op": "add", "inputs": ["l", "n"]},
            {"name": "h", "op": "quantise", "inputs": ["a"], "codec": "int8", "dynamic": {"group": 16}},
            {"name": "d", "op": "dequantise", "inputs": ["h"]},
            {"name": "e", "op": "dequantise", "inputs": ["q"]},
            {"name": "c", "op": "clip", "inputs": ["d"], "min": -0.5, "max": 0.75}
            """
        #expect(try Self.run(
            nodes, inputs: #""x": {"shape": [4, 6, 37]}"#, constants: #""g": {"shape": [37]}, "b": {"shape": [37]}"#,
            outputs: #""c", "e", "q", "q.scale""#, machine: machine, fuses: fuses) == [])
    }

    @Test(arguments: ["mac-int8", "mac-int8-tiny"], ["halves", "interleaved"])
    func ropeAndMask(machine: String, pairs: String) throws {
        let nodes = """
            {"name": "r", "op": "rope", "inputs": ["x"], "pairs": "\(pairs)", "rotary_dimension": 6, "position": 5},
            {"name": "t", "op": "transpose", "inputs": ["x"], "permutation": [1, 0, 2]},
            {"name": "u", "op": "rope", "inputs": ["t"], "pairs": "\(pairs)"},
            {"name": "m", "op": "mask", "inputs": ["x"], "kind": "causal", "position": 2, "window": 3},
            {"name": "s", "op": "softmax", "inputs": ["m"]}
            """
        #expect(try Self.run(
            nodes, inputs: #""x": {"shape": [3, 5, 10]}"#, outputs: #""r", "u", "s""#, machine: machine, fuses: true) == [])
    }

    @Test(arguments: ["mac-int8", "mac-int8-tiny"], [true, false])
    func broadcasting(machine: String, fuses: Bool) throws {
        let nodes = """
            {"name": "a", "op": "add", "inputs": ["x", "y"]},
            {"name": "b", "op": "mul", "inputs": ["a", "z"]},
            {"name": "c", "op": "sub", "inputs": ["w", "b"]},
            {"name": "d", "op": "div", "inputs": ["c", "x"]}
            """
        #expect(try Self.run(
            nodes,
            inputs: #""x": {"shape": [2, 3, 4, 5]}, "y": {"shape": [3, 1, 5]}, "z": {"shape": [2, 1, 1, 1]}, "w": {"shape": [1]}"#,
            outputs: #""d""#, machine: machine, fuses: fuses) == [])
    }

    @Test(arguments: ["mac-int8", "lut-tc-tiny"])
    func movement(machine: String) throws {
        let nodes = """
            {"name": "t", "op": "transpose", "inputs": ["x"], "permutation": [0, 3, 1, 2]},
            {"name": "r", "op": "reshape", "inputs": ["t"], "shape": [2, 6, -1]},
            {"name": "c", "op": "concat", "inputs": ["r", "r"], "axis": 1},
            {"name": "s", "op": "slice", "inputs": ["c"], "axes": [1, 2], "starts": [2, 1], "ends": [-1, 15], "steps": [3, 2]},
            {"name": "p", "op": "pad", "inputs": ["s"], "amounts": [[0, 0], [1, 2], [3, 0]], "value": 0.5},
            {"name": "v", "op": "split", "inputs": ["c"], "axis": 2, "sizes": [5, 15], "outputs": ["v0", "v1"]},
            {"name": "e", "op": "relu", "inputs": ["v1"]},
            {"name": "n", "op": "resize", "inputs": ["x"], "size": [7, 9]},
            {"name": "l", "op": "resize", "inputs": ["x"], "size": [3, 11], "mode": "bilinear", "coordinates": "align_corners"},
            {"name": "g", "op": "gather", "inputs": ["w", "i"]}
            """
        #expect(try Self.run(
            nodes, inputs: #""x": {"shape": [2, 4, 5, 6]}, "i": {"shape": [3, 2], "encoding": "int32"}"#,
            constants: #""w": {"shape": [9, 13]}"#, outputs: #""p", "e", "n", "l", "g", "v0""#, machine: machine, fuses: true) == [])
    }
}
