import Compiler
import Testing

@Suite struct ProductTests {
    static let machines = [
        "mac-int8", "lut-tc", "mac-int8-tiny", "lut-tc-tiny", "dsp-chain", "dsp-chain-tiny", "mixpe", "mixpe-tiny",
        "mac-fp16-tiny", "mixpe-fp16-tiny", "mac-fp16-dequantise-first-tiny", "unpu-tiny", "bit-serial-tiny", "bitfusion-tiny",
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

    /// The instruction says how many bits of each code count, so engines of digits and planes take less time.
    @Test(arguments: ["bit-serial-tiny", "bitfusion-tiny", "mac-int8-tiny", "dsp-chain-tiny"], [("int2", 2), ("uint3", 3), ("int4", 4), ("uint8", 8)])
    func narrowActivationsReachTheEngine(machine: String, codec: (name: String, bits: Int)) throws {
        let bench = try Bench(Self.linear(m: 5, n: 37, k: 71, weights: "int4", input: codec.name))
        #expect(try bench.differences(on: machine) == [])
        let program = try bench.compile(Bench.target(machine)).program
        let widths = program.instructions.compactMap { instruction -> Int? in
            if case .mma(let multiply) = instruction.body { multiply.activationBits } else { nil }
        }
        #expect(!widths.isEmpty && widths.allSatisfy { $0 == codec.bits })
    }

    @Test(arguments: machines)
    func floatOutputAndUnsignedActivations(machine: String) throws {
        #expect(try Bench(Self.linear(m: 3, n: 10, k: 130, weights: "int2", input: "uint8", output: "f32")).differences(on: machine) == [])
    }
}
