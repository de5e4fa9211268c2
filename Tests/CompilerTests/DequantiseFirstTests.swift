import Arch
import Compiler
import Testing

/// Integer weights that a unit in front of a float array scales and rounds, and what the legalised graph says of it.
@Suite struct DequantiseFirstTests {
    static let machines = ["mac-fp16-dequantise-first", "mac-fp16-dequantise-first-tiny"]
    static let lossy = CompilerOptions(allowsLossyConversions: true)

    static let weights = [
        "{\"codec\": \"uint4\", \"scale\": \"sg\", \"zero\": \"zg\", \"group\": 32}",
        "{\"codec\": \"int8\", \"scale\": \"s\", \"axis\": 0, \"zero\": -3}", "{\"codec\": \"bipolar2\", \"scale\": 0.25}",
        "{\"codec\": \"int3\", \"scale\": \"sg\", \"group\": 32}", "\"int4\"",
    ]

    private static func widths(_ program: Program) -> [Bool] {
        program.instructions.compactMap { instruction in
            if case .mma(let multiply) = instruction.body { multiply.operandScales != nil } else { nil }
        }
    }

    @Test(arguments: machines, ["\"f16\"", "\"f32\"", "{\"codec\": \"f8e4m3\", \"scale\": 0.4}"])
    func linearsEqualTheReferenceOfRoundedWeights(machine: String, input: String) throws {
        for weights in Self.weights {
            for limit in [CompilerOptions.TileLimit(), .init(rows: 2, columns: 8, depth: 32)] {
                var options = Self.lossy
                options.tileLimit = limit
                let bench = try Bench(FloatTests.linear(m: 5, n: 21, k: 150, input: input, weights: weights))
                #expect(try bench.differences(on: machine, options) == [], "\(weights)")
                let scales = Self.widths(try bench.compile(Bench.target(machine), options).program)
                // Without a scale codes are operands as they are.
                #expect(!scales.isEmpty && scales.allSatisfy { $0 == (weights != "\"int4\"") })
            }
        }
    }

    @Test(arguments: machines, [1, 3, 12])
    func convolutionsEqualTheReferenceOfRoundedWeights(machine: String, groups: Int) throws {
        for scale in ["\"s\", \"axis\": 0", "0.07"] {
            let bench = try Bench("""
                {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [2, 7, 6, 12], "encoding": "f16"}},
                 "constants": {"w": {"shape": [24, 3, 3, \(12 / groups)], "encoding": {"codec": "int4", "scale": \(scale)}},
                               "s": {"shape": [24]}, "b": {"shape": [24]}},
                 "nodes": [{"name": "c", "op": "conv2d", "inputs": ["x", "w", "b"], "padding": [1, 1, 1, 1], "stride": [2, 1],
                            "groups": \(groups), "output": "f32"}, {"name": "y", "op": "relu", "inputs": ["c"]}],
                 "outputs": ["y"]}
                """)
            #expect(try bench.differences(on: machine, Self.lossy) == [], "\(scale)")
        }
    }

    /// Two nodes that all users of the weights share, under names that nobody has; and only when loss is allowed.
    @Test func theLegalisedGraphNamesTheRounding() throws {
        let bench = try Bench("""
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [2, 20], "encoding": "f16"}, "w.f16": {"shape": [2, 20], "encoding": "f16"}},
             "constants": {"w": {"shape": [3, 20], "encoding": {"codec": "int4", "scale": 0.3}}},
             "nodes": [{"name": "a", "op": "linear", "inputs": ["x", "w"]}, {"name": "b", "op": "linear", "inputs": ["w.f16", "w"]}],
             "outputs": ["a", "b"]}
            """)
        let target = try Bench.target("mac-fp16-dequantise-first")
        #expect(throws: (any Error).self) { try bench.compile(target) }
        let compilation = try bench.compile(target, Self.lossy)
        let legal = compilation.legalised
        #expect(legal.nodes.map(\.operation.name) == ["dequantise", "quantise", "linear", "linear"])
        #expect(legal.nodes[1].outputs == ["w.f16'"] && legal.types["w.f16'"]?.encoding.codec == .float16)
        #expect(legal.nodes[2].inputs == ["x", "w.f16'"] && legal.nodes[3].inputs == ["w.f16", "w.f16'"])
        // The unit does it: no vector instruction does.
        #expect(!compilation.program.instructions.contains { if case .elementwise = $0.body { true } else { false } })
        #expect(try bench.differences(on: "mac-fp16-dequantise-first", Self.lossy) == [])
    }
}
