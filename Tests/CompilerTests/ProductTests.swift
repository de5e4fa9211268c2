import Compiler
import Testing

@Suite struct ProductTests {
    static let machines = [
        "mac-int8", "lut-tc", "mac-int8-tiny", "lut-tc-tiny", "dsp-chain", "dsp-chain-tiny", "mixpe", "mixpe-tiny",
        "mac-fp16-tiny", "unpu-tiny",
    ]

    static func linear(m: Int, n: Int, k: Int, weights: String, input: String = "int8", output: String = "int32") -> String {
        """
        {"schema": "accelsim-graph-1",
         "inputs": {"x": {"shape": [\(m), \(k)], "encoding": {"codec": "\(input)", "scale": 0.1}}},
         "constants": {"w": {"shape": [\(n), \(k)], "encoding": {"codec": "\(weights)", "scale": "s", "axis": 0}},
                       "s": {"shape": [\(n)]}, "b": {"shape": [\(n)], "encoding": "\(output == "int32" ? "int32" : "f32")"}},
         "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w", "b"], "output": "\(output)"}],
         "outputs": ["y"]}
        """
    }

    @Test(arguments: machines, ["int8", "int4", "int3", "int2", "uint4", "bipolar1", "bipolar2", "ternary", "uint1"])
    func linearOfAnyWeightEqualsTheReference(machine: String, weights: String) throws {
        let bench = try Bench(Self.linear(m: 5, n: 37, k: 71, weights: weights))
        #expect(try bench.differences(on: machine) == [])
    }

    @Test(arguments: machines)
    func floatOutputAndUnsignedActivations(machine: String) throws {
        #expect(try Bench(Self.linear(m: 3, n: 10, k: 130, weights: "int2", input: "uint8", output: "f32")).differences(on: machine) == [])
    }
}
