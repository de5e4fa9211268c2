import Compiler
import Testing

@Suite struct AttentionTests {
    static let block = """
        {"schema": "accelsim-graph-1",
         "symbols": {"seq": {"default": 6}, "past": {"default": 3}},
         "inputs": {"x": {"shape": ["seq", 64]}},
         "states": {"kc": {"shape": [2, 16, 16], "encoding": {"codec": "int8", "scale": 0.05}},
                    "vc": {"shape": [2, 16, 16], "encoding": {"codec": "int8", "scale": 0.05}}},
         "constants": {
           "wq": {"shape": [64, 64], "encoding": {"codec": "int4", "scale": "sq", "group": 32}}, "sq": {"shape": [64, 2]},
           "wk": {"shape": [32, 64], "encoding": {"codec": "int2", "scale": "sk", "group": 16}}, "sk": {"shape": [32, 4]},
           "wv": {"shape": [32, 64], "encoding": {"codec": "int8", "scale": "sv", "axis": 0}}, "sv": {"shape": [32]},
           "g": {"shape": [64]}, "root": {"shape": [1]}},
         "nodes": [
           {"name": "n", "op": "rms_norm", "inputs": ["x", "g"]},
           {"name": "nq", "op": "quantise", "inputs": ["n"], "codec": "int8", "dynamic": "token"},
           {"name": "q", "op": "linear", "inputs": ["nq", "wq"]},
           {"name": "k", "op": "linear", "inputs": ["nq", "wk"]},
           {"name": "v", "op": "linear", "inputs": ["nq", "wv"]},
           {"name": "qh", "op": "reshape", "inputs": ["q"], "shape": ["seq", 4, 16]},
           {"name": "qt", "op": "transpose", "inputs": ["qh"], "permutation": [1, 0, 2]},
           {"name": "qr", "op": "rope", "inputs": ["qt"], "pairs": "halves", "position": "past"},
           {"name": "qq", "op": "quantise", "inputs": ["qr"], "encoding": {"codec": "int8", "scale": 0.05}},
           {"name": "kh", "op": "reshape", "inputs": ["k"], "shape": ["seq", 2, 16]},
           {"name": "kt", "op": "transpose", "inputs": ["kh"], "permutation": [1, 0, 2]},
           {"name": "kr", "op": "rope", "inputs": ["kt"], "pairs": "halves", "position": "past"},
           {"name": "kq", "op": "quantise", "inputs": ["kr"], "encoding": {"codec": "int8", "scale": 0.05}},
           {"name": "vh", "op": "reshape", "inputs": ["v"], "shape": ["seq", 2, 16]},
           {"name": "vt", "op": "transpose", "inputs": ["vh"], "permutation": [1, 0, 2]},
           {"name": "vq", "op": "quantise", "inputs": ["vt"], "encoding": {"codec": "int8", "scale": 0.05}},
           {"name": "ka", "op": "append", "inputs": ["kc", "kq"], "axis": 1, "position": "past"},
           {"name": "va", "op": "append", "inputs": ["vc", "vq"], "axis": 1, "position": "past"},
           {"name": "s", "op": "matmul", "inputs": ["qq", "ka"], "transpose_b": true, "output": "f32"},
           {"name": "ss", "op": "mul", "inputs": ["s", "root"]},
           {"name": "sm", "op": "mask", "inputs": ["ss"], "kind": "causal", "position": "past"},
           {"name": "p", "op": "softmax", "inputs": ["sm"]},
           {"name": "pq", "op": "quantise", "inputs": ["p"], "encoding": {"codec": "int8", "scale": 0.007874}},
           {"name": "o", "op": "matmul", "inputs": ["pq", "va"], "output": "f32"},
           {"name": "ot", "op": "transpose", "inputs": ["o"], "permutation": [1, 0, 2]},
           {"name": "or", "op": "reshape", "inputs": ["ot"], "shape": ["seq", 64]},
           {"name": "y", "op": "add", "inputs": ["x", "or"]}],
         "outputs": ["y"]}
        """

    @Test(arguments: ProductTests.machines, [true, false])
    func attentionEqualsTheReference(machine: String, fuses: Bool) throws {
        #expect(try Bench(Self.block).differences(on: machine, CompilerOptions(fuses: fuses)) == [])
        #expect(try Bench(Self.block, bindings: ["seq": 1, "past": 12]).differences(on: machine, CompilerOptions(fuses: fuses)) == [])
    }
}
