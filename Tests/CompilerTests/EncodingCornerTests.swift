import Arch
import Compiler
import Diagnostics
import Engines
import Golden
import Graph
import Testing

/// Corners of encodings and tilings that random graphs found.
@Suite struct EncodingCornerTests {
    static func linear(
        _ weight: String, constants: String, shape: String = "[5, 3]", k: Int = 3, n: Int = 4, attributes: String = "",
        input: String = #"{"codec": "uint8", "scale": 0.1, "zero": 7}"#, more: String = "", output: String = "y"
    ) -> String {
        """
        {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": \(shape), "encoding": \(input)}},
         "constants": {"w": {"shape": [\(n), \(k)], "encoding": \(weight)}, \(constants)},
         "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"]\(attributes)}\(more)], "outputs": ["\(output)"]}
        """
    }

    /// Ternary zero points are stored as codes 0, 1, 2 and count as -1, 0, 1.
    @Test(arguments: ProductTests.machines)
    func ternaryZeroPointsAreValuesNotCodes(machine: String) throws {
        let json = Self.linear(
            #"{"codec": "ternary", "scale": "s", "zero": "z", "axis": 0}"#,
            constants: #""s": {"shape": [4]}, "z": {"shape": [4], "encoding": "ternary"}"#)
        #expect(try Bench(json).differences(on: machine) == [])
    }

    /// One tensor of zero points serves weights whose stored codes are offset differently.
    @Test(arguments: ProductTests.machines)
    func sharedZeroPointsAreOffsetPerCodec(machine: String) throws {
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [5, 3], "encoding": {"codec": "int8", "scale": 0.1}}},
             "constants": {"z": {"shape": [4], "encoding": "int2"}, "s": {"shape": [4]},
               "w": {"shape": [4, 3], "encoding": {"codec": "int2", "scale": "s", "zero": "z", "axis": 0}},
               "v": {"shape": [4, 3], "encoding": {"codec": "int4", "scale": "s", "zero": "z", "axis": 0}}},
             "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"]}, {"name": "u", "op": "linear", "inputs": ["x", "v"]}],
             "outputs": ["y", "u"]}
            """
        #expect(try Bench(json).differences(on: machine) == [])
    }

    /// Multipliers have 31 bits, more than an f32 fraction: acc * m / 2^30 shows the last ones.
    @Test(arguments: ["mac-int8", "lut-tc"])
    func givenMultipliersKeepAllBits(machine: String) throws {
        var bench = try Bench(Self.linear(
            #"{"codec": "int8", "scale": 0.1}"#,
            constants: #""m": {"shape": [1], "encoding": "int32"}, "h": {"shape": [1], "encoding": "int32"}"#, more: """
                , {"name": "q", "op": "requantise", "inputs": ["y"], "multiplier": "m", "shift": "h", "encoding": "int16"}
                """, output: "q"))
        // 2^30 + 33 rounds to 2^30 in f32; the exact one crosses half a unit where acc * 33 / 2^30 matters: acc = 2k + 1.
        bench.bundle.set("m", Tensor(shape: [1], storage: .int32([1 << 30 + 33])))
        bench.bundle.set("h", Tensor(shape: [1], storage: .int32([31])))
        #expect(try bench.differences(on: machine) == [])
    }

    @Test(arguments: ProductTests.machines)
    func constantRightOperandKeepsItsGroups(machine: String) throws {
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [2, 33], "encoding": {"codec": "int7", "scale": 0.1}}},
             "constants": {"s": {"shape": [4, 2]}, "w": {"shape": [4, 33], "encoding": {"codec": "uint8", "scale": "s", "zero": 71, "group": 32}}},
             "nodes": [{"name": "y", "op": "matmul", "transpose_b": true, "inputs": ["x", "w"]}], "outputs": ["y"]}
            """
        #expect(try Bench(json).differences(on: machine) == [])
    }

    /// Sums that have room for one tile only are read before the next tile's product overwrites them.
    @Test func oneTileOfSumsIsUsedBeforeTheNext() throws {
        let bench = try Bench(ProductTests.linear(m: 48, n: 32, k: 31, weights: "uint2"))
        var machine = try Presets.named("mac-int8")
        machine.scratchpads = Scratchpads(activations: 12288, weights: 8192, tables: 0, accumulators: 2048)
        let target = Target(machine: machine, engines: try machine.engines.map { try Catalog.engine($0) })
        let compilation = try bench.compile(target)
        #expect(try bench.golden(compilation.program, target).read("y") == bench.reference(compilation.legalised)["y"])
    }

    @Test(arguments: ["mac-int8", "lut-tc-tiny"])
    func binary16IsWidenedWhereElementsAreCopied(machine: String) throws {
        let nodes = """
            {"name": "m", "op": "mask", "inputs": ["x"], "kind": "causal"},
            {"name": "r", "op": "rope", "inputs": ["x"], "pairs": "halves", "rotary_dimension": 2},
            {"name": "p", "op": "pad", "inputs": ["x"], "amounts": [[0, 0], [1, 0], [0, 2]], "value": -2.5},
            {"name": "i", "op": "reshape", "inputs": ["x"], "shape": [1, 3, 5, 4]},
            {"name": "b", "op": "resize", "inputs": ["i"], "size": [4, 7], "mode": "bilinear"},
            {"name": "a", "op": "max_pool", "inputs": ["i"], "window": [2, 2], "padding": [1, 0, 0, 1]}
            """
        for fuses in [true, false] {
            #expect(try VectorTests.run(
                nodes, inputs: #""x": {"shape": [3, 5, 4], "encoding": "f16"}"#, outputs: #""m", "r", "p", "b", "a""#,
                machine: machine, fuses: fuses) == [])
        }
    }

    /// A tile of a grouped convolution holds the channels of one group, so nothing that needs whole rows may join it.
    @Test(arguments: ProductTests.machines)
    func rowsOfGroupedConvolutionsAreWhole(machine: String) throws {
        let json = ConvolutionTests.graph(
            channels: 6, filters: 12, kernel: 3, groups: 3, tail: """
                , {"name": "d", "op": "dequantise", "inputs": ["y"]}, {"name": "p", "op": "softmax", "inputs": ["d"]}
                """, output: "p")
        #expect(try Bench(json).differences(on: machine) == [])
    }

    /// Ternary and bipolar edges hold codes: the vector unit must compute on the values that they stand for.
    @Test(arguments: ["mac-int8", "lut-tc-tiny"], [true, false])
    func ternaryAndBipolarEdgesStandForTheirValues(machine: String, fuses: Bool) throws {
        let nodes = """
            {"name": "d", "op": "dequantise", "inputs": ["b"]},
            {"name": "e", "op": "dequantise", "inputs": ["t"]},
            {"name": "m", "op": "max_pool", "inputs": ["b"], "window": [2, 2], "padding": [1, 1, 0, 0]},
            {"name": "r", "op": "relu", "inputs": ["t"]},
            {"name": "c", "op": "clip", "inputs": ["t"], "min": 0, "max": 1},
            {"name": "p", "op": "pad", "inputs": ["b"], "amounts": [[0, 0], [1, 0], [0, 0], [0, 0]], "value": -0.3},
            {"name": "q", "op": "quantise", "inputs": ["e"], "encoding": {"codec": "ternary", "scale": 0.4, "zero": 1}},
            {"name": "w", "op": "dequantise", "inputs": ["v"]}
            """
        #expect(try VectorTests.run(
            nodes, inputs: """
                "b": {"shape": [1, 4, 3, 5], "encoding": {"codec": "bipolar2", "scale": 0.1}},
                "t": {"shape": [1, 4, 3, 5], "encoding": {"codec": "ternary", "scale": 0.5, "zero": -1}}
                """,
            constants: """
                "v": {"shape": [6, 20], "encoding": {"codec": "bipolar3", "scale": "s", "zero": "z", "group": 8}},
                "s": {"shape": [6, 3]}, "z": {"shape": [6, 3], "encoding": "int3"}
                """,
            outputs: #""d", "e", "m", "r", "c", "p", "q", "w""#, machine: machine, fuses: fuses) == [])
    }

    /// Two leading axes are merged into rows, of which only the second has scales.
    @Test(arguments: ProductTests.machines)
    func scalesOfOneLeadingAxisBelongToTheirRows(machine: String) throws {
        let json = Self.linear(
            #"{"codec": "int4", "scale": 0.25}"#, constants: #""s": {"shape": [2]}"#, shape: "[3, 2, 5, 3]",
            input: #"{"codec": "int8", "scale": "s", "axis": 1}"#, more: """
                , {"name": "d", "op": "dequantise", "inputs": ["y"]}
                """, output: "d")
        #expect(try Bench(json).differences(on: machine) == [])
    }

    /// The dynamic scales of one tensor are rows of the left operand and columns of the right one.
    @Test(arguments: ProductTests.machines)
    func oneTensorMayBeBothOperands(machine: String) throws {
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [2, 4, 5]}},
             "nodes": [{"name": "q", "op": "quantise", "inputs": ["x"], "codec": "int8", "dynamic": "token"},
                       {"name": "y", "op": "matmul", "inputs": ["q", "q"], "transpose_b": true}], "outputs": ["y"]}
            """
        #expect(try Bench(json).differences(on: machine) == [])
    }

    /// Tables hold four activations; another engine of the machine takes groups of three.
    @Test(arguments: ProductTests.machines)
    func groupsThatCutTablesGoToAnotherEngine(machine: String) throws {
        let json = Self.linear(
            #"{"codec": "int2", "scale": "s", "group": 3}"#, constants: #""s": {"shape": [4, 11]}"#, shape: "[5, 33]", k: 33,
            input: #"{"codec": "int8", "scale": 0.1}"#)
        #expect(try Bench(json).differences(on: machine) == [])
    }

    @Test(arguments: ["bipolar3", "ternary"])
    func runtimeOperandsOfOddCodesAreRefused(codec: String) throws {
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {"a": {"shape": [4, 8], "encoding": "int8"}, "b": {"shape": [8, 3], "encoding": "\(codec)"}},
             "nodes": [{"name": "y", "op": "matmul", "inputs": ["a", "b"]}], "outputs": ["y"]}
            """
        #expect(try Self.refusal(json, "lut-tc") == "y")
    }

    @Test func averagesOfTernaryCodesAreRefused() throws {
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [1, 4, 4, 8], "encoding": "ternary"}},
             "nodes": [{"name": "mean", "op": "global_average_pool", "inputs": ["x"]}], "outputs": ["mean"]}
            """
        #expect(try Self.refusal(json, "mac-int8") == "mean")
    }

    /// -infinity < NaN is false, so NaN behind a padding tap loses, and NaN in the first tap stays.
    @Test(arguments: ["mac-int8", "lut-tc-tiny"])
    func paddingTapsOfAMaximumAreMinusInfinity(machine: String) throws {
        var bench = try Bench("""
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [1, 1, 2, 1]}},
             "nodes": [{"name": "m", "op": "max_pool", "inputs": ["x"], "window": [1, 2], "stride": [1, 1], "padding": [0, 1, 0, 0]}],
             "outputs": ["m"]}
            """)
        bench.inputs["x"] = Tensor(shape: [1, 1, 2, 1], storage: .float32([.nan, 1]))
        let expected = [(-Float.infinity).bitPattern, 0x7FC0_0000].flatMap { bits in (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) } }
        #expect(try bench.reference(bench.graph)["m"] == expected)
        #expect(try bench.differences(on: machine) == [])
    }

    private static func refusal(_ json: String, _ machine: String, tables: String? = nil) throws -> String? {
        var machine = try Presets.named(machine)
        if let tables { machine.engines[0].parameters["tables"] = .text(tables) }
        let target = Target(machine: machine, engines: try machine.engines.map { try Catalog.engine($0) })
        do {
            _ = try Bench(json).compile(target, CompilerOptions(allowsLossyConversions: true))
            return nil
        } catch let problems as Diagnostics {
            return problems.all.first?.node
        }
    }

    /// What changes from tap to tap has no place in a convolution's program, even with one group per tap.
    @Test func groupsInConvolutionsOfSeveralTapsAreRefused() throws {
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [1, 4, 4, 8], "encoding": {"codec": "int8", "scale": 0.1}}},
             "constants": {"s": {"shape": [2, 1, 3, 1]},
               "w": {"shape": [2, 1, 3, 8], "encoding": {"codec": "int4", "scale": "s", "group": 8}}},
             "nodes": [{"name": "taps", "op": "conv2d", "inputs": ["x", "w"]}], "outputs": ["taps"]}
            """
        #expect(try Self.refusal(json, "mac-int8") == "taps")
    }

    @Test func groupedActivationsOfQuantisedTablesAreRefused() throws {
        let json = """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [4, 64]}},
             "constants": {"w": {"shape": [31, 64], "encoding": {"codec": "uint1", "scale": 0.5}}},
             "nodes": [{"name": "q", "op": "quantise", "inputs": ["x"], "codec": "int8", "dynamic": {"group": 16}},
                       {"name": "y", "op": "linear", "inputs": ["q", "w"]}], "outputs": ["y"]}
            """
        #expect(try Self.refusal(json, "lut-tc", tables: "int8-per-table") == "y")
        #expect(try Self.refusal(json, "lut-tc") == nil)
    }

    @Test func groupsAlongKOfARuntimeOperandAreRefused() throws {
        let json = """
            {"schema": "accelsim-graph-1",
             "inputs": {"a": {"shape": [4, 64], "encoding": {"codec": "int8", "scale": 0.1}}, "x": {"shape": [6, 64]}},
             "nodes": [{"name": "q", "op": "quantise", "inputs": ["x"], "codec": "int8", "dynamic": {"group": 16}},
                       {"name": "y", "op": "matmul", "inputs": ["a", "q"], "transpose_b": true}], "outputs": ["y"]}
            """
        #expect(try Self.refusal(json, "mac-int8") == "y")
    }
}
