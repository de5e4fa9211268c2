import Arch
import Compiler
import Diagnostics
import Engines
import Formats
import Graph
import Testing

/// Weights whose blocks keep an N of their own, on whole programs.
@Suite struct MixedWeightTests {
    static let machines = ["dsp-chain", "flightllm-u280"]

    static func linear(m: Int = 3, n: Int = 100, k: Int = 140, structure: String = #"{"m": 16, "block_columns": 16, "n": [0, 2, 4, 8, 16]}"#, group: Int? = nil) -> String {
        let parameters = group.map { "[\(n), \((k + $0 - 1) / $0)]" } ?? "[\(n)]"
        return """
            {"schema": "accelsim-graph-1",
             "inputs": {"x": {"shape": [\(m), \(k)], "encoding": {"codec": "uint8", "scale": 0.1\(group == nil ? #", "zero": 77"# : "")}}},
             "constants": {"w": {"shape": [\(n), \(k)], "encoding": {"codec": "uint4", "scale": "s", "zero": "z",
                                 \(group.map { #""group": \#($0)"# } ?? #""axis": 0"#), "structure": \(structure)}},
                           "s": {"shape": \(parameters)}, "z": {"shape": \(parameters), "encoding": "uint4"}},
             "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"]}], "outputs": ["y"]}
            """
    }

    static func convolution(channels: Int) -> String {
        """
        {"schema": "accelsim-graph-1",
         "inputs": {"x": {"shape": [2, 6, 5, \(channels)], "encoding": {"codec": "int8", "scale": 0.1, "zero": -9}}},
         "constants": {"w": {"shape": [21, 3, 2, \(channels)], "encoding": {"codec": "ternary", "scale": "s", "axis": 0,
                             "structure": {"m": 16, "block_columns": 16, "n": [0, 4, 16], "mix": [1, 2, 1]}}}, "s": {"shape": [21]}},
         "nodes": [{"name": "y", "op": "conv2d", "inputs": ["x", "w"], "padding": [1, 0, 2, 1], "stride": [2, 1]}],
         "outputs": ["y"]}
        """
    }

    @Test(arguments: machines)
    func mixesEqualTheReference(machine: String) throws {
        #expect(try Bench(Self.linear()).differences(on: machine) == [])
        #expect(try Bench(Self.linear(m: 1, n: 300, k: 129, group: 32)).differences(on: machine) == [])
        #expect(try Bench(Self.linear(structure: #"{"m": 16, "block_columns": 16, "n": [0, 2], "mix": [5, 1]}"#)).differences(on: machine) == [])
        #expect(try Bench(Self.convolution(channels: 5)).differences(on: machine) == [])
        #expect(try Bench(Self.convolution(channels: 40)).differences(on: machine) == [])
    }

    @Test(arguments: [16, 32, 100], machines)
    func tilesOfKAreWholeBlocks(_ depth: Int, machine: String) throws {
        let options = CompilerOptions(tileLimit: .init(rows: 2, columns: 192, depth: depth))
        let bench = try Bench(Self.linear(n: 400, k: 200))
        #expect(try bench.differences(on: machine, options) == [])
        for instruction in try bench.compile(Bench.target(machine), options).program.instructions {
            guard case .mma(let multiply) = instruction.body else { continue }
            #expect(multiply.run % 16 == 0 || multiply.run == 200 % (depth / 16 * 16))
            #expect(multiply.structure.mixed?.counts.count == multiply.mixedBlockCount)
        }
    }

    /// Every kept row of 16 columns has 8 bytes of codes and 8 of positions, every block of a column block of 64 a byte.
    @Test func bytesAreThoseOfWhatIsKept() throws {
        let bench = try Bench(Self.linear())
        let program = try bench.compile(Bench.target("dsp-chain")).program
        let type = try #require(bench.graph.types["w"])
        let weights = try bench.bundle.tensor(named: "w", type: type)
        let zeros = try bench.bundle.tensor(named: "z", type: #require(bench.graph.types["z"]))
        var rows = 0
        for stripe in 0..<7 {
            for block in 0..<9 {
                let most = (16 * stripe..<min(100, 16 * stripe + 16)).map { column in
                    (16 * block..<min(140, 16 * block + 16)).count { weights.code(at: column * 140 + $0) != zeros.code(at: column) }
                }.max() ?? 0
                rows += [0, 2, 4, 8, 16].first { $0 >= most } ?? 0
            }
        }
        #expect(TablePlacementTests.bytes(program, .weights).read == 8 * rows)
        #expect(TablePlacementTests.bytes(program, .metadata).read == 8 * rows + 2 * 9 * 4)
        #expect(program.blockCounts.count == 63)
    }

    /// Without values the counts are drawn, which the compilation says.
    @Test func countsWithoutValuesAreAssumed() throws {
        let bench = try Bench(Self.linear(structure: #"{"m": 16, "block_columns": 16, "n": [0, 4], "mix": [1, 3]}"#))
        let target = try Bench.target("dsp-chain")
        let timed = try Compiler.compile(bench.graph, target: target, options: CompilerOptions(), constant: nil)
        let mix = try #require(BlockMix(allowed: [0, 4], frequencies: [1, 3]))
        let drawn = MixedWeights(mix, shape: [100, 140]).drawnCounts(seed: 0, name: "w")
        #expect(timed.program.blockCounts.sorted() == drawn.sorted())
        #expect(timed.assumptions.count == 1 && timed.assumptions[0].hasPrefix("'w' has no values: N of its blocks drawn with seed 0, N x frequency 0 x 1, 4 x 3; "))
        #expect(try bench.compile(target).assumptions.isEmpty)
    }

    @Test func whatCannotRunIsRefusedWithItsReason() throws {
        let bench = try Bench(Self.linear())
        #expect(try StructuredWeightTests.problems { _ = try bench.compile(Bench.target("mac-int8")) }.contains("all blocks of a weight keep as many values"))
        // Row 18 keeps more than any N allows, and nobody validated the bundle.
        var broken = try Bench(Self.linear(structure: #"{"m": 16, "block_columns": 16, "n": [0, 2]}"#))
        let type = try #require(broken.graph.types["w"])
        var codes = try broken.bundle.tensor(named: "w", type: type).bytes
        let zero = try broken.bundle.tensor(named: "z", type: #require(broken.graph.types["z"])).bytes[18]
        for k in 32..<48 { codes[18 * 140 + k] = k < 35 ? zero ^ 1 : zero }
        broken.bundle.set("w", Tensor(shape: type.shape, storage: .uint8(codes)))
        let message = try StructuredWeightTests.problems { _ = try broken.compile(Bench.target("dsp-chain")) }
        #expect(message.contains("'y': inputs[1]: row 18, block 2 of columns 16 to 31 has 3 values"), "\(message)")
        // Groups of activations that end inside a block.
        let grouped = try Bench("""
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [3, 64]}},
             "constants": {"w": {"shape": [8, 64], "encoding": {"codec": "int4", "scale": 0.1, "structure": {"m": 16, "block_columns": 16, "n": [4]}}}},
             "nodes": [{"name": "q", "op": "quantise", "inputs": ["x"], "codec": "int8", "dynamic": {"group": 24}},
                       {"name": "y", "op": "linear", "inputs": ["q", "w"], "output": "f32"}], "outputs": ["y"]}
            """)
        #expect(try StructuredWeightTests.problems { _ = try grouped.compile(Bench.target("dsp-chain")) }.contains("scales for groups of 24"))
    }
}
