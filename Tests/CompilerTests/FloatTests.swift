import Arch
import Compiler
import Diagnostics
import Engines
import Formats
import Graph
import Testing

/// Products with float operands, and codes on float arrays, through the compiler.
@Suite struct FloatTests {
    static func linear(m: Int, n: Int, k: Int, input: String, weights: String, bias: Bool = true) -> String {
        """
        {"schema": "accelsim-graph-1",
         "inputs": {"x": {"shape": [\(m), \(k)], "encoding": \(input)}},
         "constants": {"w": {"shape": [\(n), \(k)], "encoding": \(weights)},
                       "s": {"shape": [\(n)]}, "sg": {"shape": [\(n), \((k + 31) / 32)]},
                       "zg": {"shape": [\(n), \((k + 31) / 32)], "encoding": "uint4"}, "b": {"shape": [\(n)]}},
         "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"\(bias ? ", \"b\"" : "")], "output": "f32"}],
         "outputs": ["y"]}
        """
    }

    static let weights = [
        "\"f16\"", "\"bf16\"", "\"f8e4m3\"", "\"f6e2m3\"", "\"f4e2m1\"",
        "{\"codec\": \"f8e5m2\", \"scale\": \"s\", \"axis\": 0}",
        "{\"codec\": \"uint4\", \"scale\": \"sg\", \"zero\": \"zg\", \"group\": 32}",
        "{\"codec\": \"int8\", \"scale\": \"s\", \"axis\": 0, \"zero\": -3}", "{\"codec\": \"bipolar2\", \"scale\": 0.25}",
    ]

    @Test(arguments: ["mac-fp16", "mac-fp16-tiny"], ["\"f16\"", "\"bf16\"", "{\"codec\": \"f8e4m3\", \"scale\": 0.4}"])
    func linearOfFloatsEqualsTheReference(machine: String, input: String) throws {
        for weights in Self.weights {
            for options in [CompilerOptions(), CompilerOptions(tileLimit: .init(rows: 2, columns: 8, depth: 32))] {
                let bench = try Bench(Self.linear(m: 5, n: 21, k: 150, input: input, weights: weights))
                #expect(try bench.differences(on: machine, options) == [], "\(weights)")
            }
        }
    }

    /// Integer weights by floats on elements that shift, by every contract; what they cannot take goes to the multipliers.
    @Test(arguments: ["mixpe-fp16", "mixpe-fp16-tiny"], ["\"f16\"", "\"bf16\"", "{\"codec\": \"f8e4m3\", \"scale\": 0.4}"])
    func linearOnElementsEqualsTheReference(machine: String, input: String) throws {
        for weights in Self.weights {
            let bench = try Bench(Self.linear(m: 5, n: 21, k: 150, input: input, weights: weights))
            #expect(try bench.differences(on: machine, CompilerOptions(tileLimit: .init(rows: 2, columns: 8, depth: 32))) == [])
            let multipliers = try bench.golden(bench.compile(Bench.target("mac-fp16")).program, Bench.target("mac-fp16"))
            let elements = try bench.golden(bench.compile(Bench.target(machine)).program, Bench.target(machine))
            #expect(try elements.read("y") == multipliers.read("y"), "\(weights)")
        }
    }

    /// Arrays whose products are rounded: natively where the graph says so, else with --convert, and never in silence.
    @Test(arguments: [("fp16-rounded", DotContract.blocked16Half), ("fp16-terms", .blocked16HalfTerms)])
    func roundedProductsAreAContractOfTheGraph(operands: String, contract: DotContract) throws {
        var machine = try Presets.named("mixpe-fp16-tiny")
        machine.engines = [machine.engines[0]]
        machine.engines[0].parameters["operands"] = .text(operands)
        let target = Target(machine: machine, engines: try machine.engines.map { try Catalog.engine($0) })
        for weights in Self.weights.suffix(3) {
            let plain = Self.linear(m: 5, n: 21, k: 150, input: "\"f16\"", weights: weights)
            let stated = plain.replacing(#""output": "f32""#, with: #""output": "f32", "contract": "\#(contract.rawValue)""#)
            let (first, second) = (try Bench(plain), try Bench(stated))
            let refusal = #expect(throws: Diagnostics.self) { _ = try first.compile(target) }
            #expect(refusal?.description.contains("--convert") == true)
            let converted = try first.compile(target, CompilerOptions(allowsLossyConversions: true))
            let native = try second.compile(target)
            let outputs = try [converted, native].map { try first.golden($0.program, target).read("y") }
            #expect(outputs[0] == outputs[1] && converted.legalised == native.legalised)
            #expect(try first.reference(converted.legalised)["y"] == outputs[0])
            // The rounding shows.
            #expect(try first.reference(first.graph)["y"] != outputs[0])
            let other = #expect(throws: Diagnostics.self) { _ = try second.compile(Bench.target("mac-fp16")) }
            #expect(other?.description.contains("summed by \(contract.rawValue)") == true)
        }
    }

    @Test(arguments: ["mac-fp8", "mac-fp8-tiny"])
    func eightBitArraysTakeMinifloatsAndSmallCodes(machine: String) throws {
        for input in ["\"f8e4m3\"", "\"f8e5m2\"", "\"f4e2m1\"", "{\"codec\": \"f6e3m2\", \"scale\": 3}"] {
            for weights in Self.weights.dropFirst(2) where !weights.contains("int8") {
                let bench = try Bench(Self.linear(m: 3, n: 9, k: 70, input: input, weights: weights))
                #expect(try bench.differences(on: machine) == [], "\(input) \(weights)")
            }
        }
        let codes = try Bench(ProductTests.linear(m: 4, n: 11, k: 50, weights: "int4", input: "uint4"))
        #expect(try codes.differences(on: machine) == [])
    }

    @Test(arguments: ["mac-fp8", "mac-fp8-tiny"])
    func eightBitCodesAreRefusedWithTheReason(machine: String) throws {
        let bench = try Bench(ProductTests.linear(m: 4, n: 11, k: 50, weights: "int4"))
        let message = try refusal(bench, machine, CompilerOptions(allowsLossyConversions: true))
        #expect(message.contains("'y'") && message.contains("activations are int8, codes with more significant bits"))
    }

    private func refusal(_ bench: Bench, _ machine: String, _ options: CompilerOptions) throws -> String {
        do {
            _ = try bench.compile(Bench.target(machine), options)
            return ""
        } catch { return "\(error)" }
    }

    /// f32 operands are rounded by nodes of their own, and only when that is allowed.
    @Test(arguments: [("mac-fp16", "f16"), ("mac-fp8-tiny", "f8e4m3")])
    func wideFloatsAreRoundedExplicitly(machine: String, codec: String) throws {
        let bench = try Bench(Self.linear(m: 5, n: 6, k: 40, input: "\"f32\"", weights: "\"f32\""))
        #expect(try refusal(bench, machine, CompilerOptions()).contains("--convert"))
        let options = CompilerOptions(allowsLossyConversions: true)
        let legal = try bench.compile(Bench.target(machine), options).legalised
        #expect(legal.nodes.map(\.operation.name) == ["quantise", "quantise", "linear"])
        #expect(legal.nodes[2].inputs.prefix(2).allSatisfy { legal.types[$0]?.encoding.codec.name == codec })
        #expect(try bench.differences(on: machine, options) == [])
    }

    /// A tensor of the user that is named like a rounding stays what it is, and a rounding serves all its users.
    @Test func roundingsHaveNamesOfTheirOwn() throws {
        let bench = try Bench("""
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [2, 20]}, "x.f16": {"shape": [2, 20], "encoding": "f16"}},
             "constants": {"w": {"shape": [3, 20], "encoding": "f16"}, "v": {"shape": [4, 20], "encoding": "bf16"}},
             "nodes": [{"name": "a", "op": "linear", "inputs": ["x", "w"]}, {"name": "b", "op": "linear", "inputs": ["x", "v"]},
                       {"name": "c", "op": "linear", "inputs": ["x.f16", "w"]}],
             "outputs": ["a", "b", "c"]}
            """)
        let options = CompilerOptions(allowsLossyConversions: true)
        let legal = try bench.compile(Bench.target("mac-fp16"), options).legalised
        #expect(legal.nodes.map(\.operation.name) == ["quantise", "linear", "linear", "linear"])
        #expect(legal.nodes[1].inputs[0] == legal.nodes[2].inputs[0] && legal.nodes[3].inputs[0] == "x.f16")
        #expect(legal.nodes[2].inputs[1] == "v")
        #expect(try bench.differences(on: "mac-fp16", options) == [])
    }

    static func convolution(_ groups: Int, _ codec: String, kernel: Int, dilation: Int) -> String {
        """
        {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [2, 7, 6, 12], "encoding": "\(codec)"}},
         "constants": {"w": {"shape": [24, \(kernel), \(kernel), \(12 / groups)], "encoding": "\(codec)"}, "b": {"shape": [24]}},
         "nodes": [{"name": "c", "op": "conv2d", "inputs": ["x", "w", "b"], "padding": [1, 1, 1, 1], "stride": [2, 1],
                    "dilation": [\(dilation), 1], "groups": \(groups), "output": "f32"},
                   {"name": "g", "op": "gelu", "inputs": ["c"]}, {"name": "y", "op": "quantise", "inputs": ["g"], "encoding": "\(codec)"}],
         "outputs": ["y"]}
        """
    }

    @Test(arguments: ["mac-fp16", "mac-fp16-tiny"], [1, 3, 12])
    func convolutionsOfFloatsEqualTheReference(machine: String, groups: Int) throws {
        for (codec, kernel, dilation) in [("f16", 3, 1), ("f8e5m2", 2, 2), ("bf16", 1, 1)] {
            for fuses in [true, false] {
                let bench = try Bench(Self.convolution(groups, codec, kernel: kernel, dilation: dilation))
                #expect(try bench.differences(on: machine, CompilerOptions(fuses: fuses)) == [], "\(codec)")
            }
        }
    }

    /// Attention of f16 or f8 tensors that are made at run time, keys by row and values by column.
    @Test(arguments: [("mac-fp16", "f16"), ("mac-fp16-tiny", "bf16"), ("mac-fp8", "f8e4m3"), ("mac-fp8-tiny", "f8e5m2")])
    func attentionOfFloatsEqualsTheReference(machine: String, codec: String) throws {
        let json = """
            {"schema": "accelsim-graph-1",
             "inputs": {"q": {"shape": [4, 9, 20], "encoding": "\(codec)"}, "k": {"shape": [2, 13, 20]}, "v": {"shape": [2, 13, 20]}},
             "nodes": [
               {"name": "kq", "op": "quantise", "inputs": ["k"], "encoding": "\(codec)"},
               {"name": "vq", "op": "quantise", "inputs": ["v"], "encoding": "\(codec)"},
               {"name": "s", "op": "matmul", "inputs": ["q", "kq"], "transpose_b": true},
               {"name": "m", "op": "mask", "inputs": ["s"], "kind": "causal", "position": 4},
               {"name": "p", "op": "softmax", "inputs": ["m"]},
               {"name": "pq", "op": "quantise", "inputs": ["p"], "encoding": "\(codec)"},
               {"name": "o", "op": "matmul", "inputs": ["pq", "vq"]}],
             "outputs": ["o"]}
            """
        for options in [
            CompilerOptions(), CompilerOptions(fuses: false),
            CompilerOptions(tileLimit: .init(rows: 3, columns: 8, depth: 16)),
        ] { #expect(try Bench(json).differences(on: machine, options) == []) }
    }

    /// 4096 products of 8-bit codes can pass 2^24: K is cut, and the int32 sums of the parts add up.
    @Test func sumsOfCodesAreCutWhereTheyStayExact() throws {
        let bench = try Bench(ProductTests.linear(m: 3, n: 5, k: 4096, weights: "int8"))
        let target = try Bench.target("mac-fp16")
        let program = try bench.compile(target).program
        let depths = program.instructions.compactMap { instruction -> Int? in
            if case .mma(let multiply) = instruction.body { multiply.depth } else { nil }
        }
        #expect(depths.reduce(0, +) == 4096 && depths.allSatisfy { $0 * 128 * 128 <= 1 << 24 })
        #expect(try bench.differences(on: "mac-fp16") == [])
    }

    /// A scale group is summed in parts of whole tiles: 1024 products of 255 by -128 are no exact f32.
    @Test func groupsWhoseTilesAreTooLongToBeExactAreRefused() throws {
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [2, 4096], "encoding": "uint8"}},
             "constants": {"w": {"shape": [3, 4096], "encoding": {"codec": "int8", "scale": "s", "group": 2048}}, "s": {"shape": [3, 2]}},
             "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"]}], "outputs": ["y"]}
            """
        let bench = try Bench(json)
        var machine = try Presets.named("mac-fp16")
        machine.engines[0].parameters["rows"] = .integer(1024)
        let long = Target(machine: machine, engines: try machine.engines.map { try Catalog.engine($0) })
        let message = StructuredWeightTests.problems { _ = try bench.compile(long) }
        #expect(message.contains("2048 products of uint8 and int8 codes"), "\(message)")
        #expect(try bench.differences(on: "mac-fp16") == [])
        #expect(try bench.differences(on: "mac-int8") == [])
    }

    /// Narrow floats move, pool and combine as their widened numbers.
    @Test(arguments: ["mac-int8-tiny", "mac-fp16"])
    func narrowFloatsAreWidenedByVectorOperations(machine: String) throws {
        for codec in ["f16", "bf16", "f8e4m3", "f8e5m2", "f6e2m3", "f6e3m2", "f4e2m1"] {
            let json = """
                {"schema": "accelsim-graph-1",
                 "inputs": {"x": {"shape": [1, 4, 5, 6], "encoding": "\(codec)"}, "z": {"shape": [1, 4, 5, 6]}},
                 "nodes": [
                   {"name": "p", "op": "pad", "inputs": ["x"], "amounts": [[0, 0], [1, 0], [0, 2], [0, 0]], "value": 1.5},
                   {"name": "t", "op": "transpose", "inputs": ["p"], "permutation": [0, 3, 1, 2]},
                   {"name": "a", "op": "add", "inputs": ["x", "z"]},
                   {"name": "q", "op": "quantise", "inputs": ["a"], "encoding": "\(codec)"},
                   {"name": "d", "op": "dequantise", "inputs": ["q"]},
                   {"name": "r", "op": "relu", "inputs": ["q"]},
                   {"name": "s", "op": "softmax", "inputs": ["x"]}],
                 "outputs": ["t", "d", "r", "s", "q"]}
                """
            #expect(try Bench(json).differences(on: machine) == [], "\(codec)")
        }
        for codec in ["f16", "bf16"] {
            let json = """
                {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [1, 5, 5, 6], "encoding": "\(codec)"}},
                 "nodes": [{"name": "m", "op": "max_pool", "inputs": ["x"], "window": [2, 2], "padding": [1, 1, 0, 0]},
                           {"name": "a", "op": "average_pool", "inputs": ["x"], "window": [2, 2], "padding": [1, 1, 0, 0]}],
                 "outputs": ["m", "a"]}
                """
            #expect(try Bench(json).differences(on: machine) == [], "\(codec)")
        }
    }
}
