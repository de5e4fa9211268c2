import Arch
import Compiler
import Diagnostics
import Engines
import Formats
import Golden
import Graph
import Testing

/// N:M weights on whole programs: the bits of the masked dense product, from fewer bytes.
@Suite struct StructuredWeightTests {
    static let machines = ["mac-int8", "mac-int8-tiny", "lut-tc-tiny", "dsp-chain", "mixpe", "mixpe-tiny"]

    /// Weights with zero points of their own, activations with one too, and K that ends inside a block.
    static func linear(_ pattern: NOfM?, m: Int = 5, n: Int = 37, k: Int = 71, shared: String = #""axis": 0"#, groups: Int? = nil) -> String {
        let structure = pattern.map { #", "structure": {"n": \#($0.n), "m": \#($0.m)}"# } ?? ""
        let parameters = groups.map { "[\(n), \($0)]" } ?? "[\(n)]"
        return """
            {"schema": "accelsim-graph-1",
             "inputs": {"x": {"shape": [\(m), \(k)], "encoding": {"codec": "uint8", "scale": 0.1\(groups == nil ? #", "zero": 77"# : "")}}},
             "constants": {"w": {"shape": [\(n), \(k)], "encoding": {"codec": "uint4", "scale": "s", "zero": "z", \(shared)\(structure)}},
                           "s": {"shape": \(parameters)}, "z": {"shape": \(parameters), "encoding": "uint4"}},
             "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"]}], "outputs": ["y"]}
            """
    }

    static func convolution(_ pattern: NOfM, codec: String = "int4", channels: Int = 5, groups: Int = 1) -> String {
        """
        {"schema": "accelsim-graph-1",
         "inputs": {"x": {"shape": [2, 6, 5, \(channels * groups)], "encoding": {"codec": "int8", "scale": 0.1, "zero": -9}}},
         "constants": {"w": {"shape": [\(6 * groups), 3, 2, \(channels)], "encoding": {"codec": "\(codec)", "scale": "s", "axis": 0,
                             "structure": {"n": \(pattern.n), "m": \(pattern.m)}}}, "s": {"shape": [\(6 * groups)]}},
         "nodes": [{"name": "y", "op": "conv2d", "inputs": ["x", "w"], "padding": [1, 0, 2, 1], "stride": [2, 1], "groups": \(groups)}],
         "outputs": ["y"]}
        """
    }

    /// Every pattern that the machine's selectors have inputs for.
    static let runs = machines.flatMap { machine in
        NOfM.all.map { (machine, $0) }
    }

    @Test(arguments: runs)
    func everyPatternEqualsTheReference(machine: String, pattern: NOfM) throws {
        #expect(try Bench(Self.linear(pattern)).differences(on: machine) == [])
        let group = 2 * pattern.m
        let grouped = Self.linear(
            pattern, k: 5 * pattern.m + 3, shared: #""group": \#(group)"#, groups: (5 * pattern.m + 3 + group - 1) / group)
        #expect(try Bench(grouped).differences(on: machine) == [])
        #expect(try Bench(Self.convolution(pattern)).differences(on: machine) == [])
        #expect(try Bench(Self.convolution(pattern, codec: "ternary", channels: 40, groups: 2)).differences(on: machine) == [])
    }

    @Test(arguments: NOfM.all)
    func leavingZerosOutChangesNoBit(_ pattern: NOfM) throws {
        let structured = try Bench(Self.linear(pattern, k: 300))
        var dense = try Bench(Self.linear(nil, k: 300))
        (dense.bundle, dense.inputs) = (structured.bundle, structured.inputs)
        let target = try Bench.target("mac-int8")
        let outputs = try [structured, dense].map { bench in
            try bench.golden(bench.compile(target).program, target).read("y")
        }
        #expect(outputs[0] == outputs[1])
        // And the dense program multiplies zeros: of every block at most n weights differ from the zero point.
        let type = try #require(structured.graph.types["w"])
        let zeros = try structured.bundle.tensor(named: "z", type: #require(structured.graph.types["z"]))
        let weights = try structured.bundle.tensor(named: "w", type: type)
        for (row, start) in (0..<37).flatMap({ row in stride(from: 0, to: 300, by: pattern.m).map { (row, $0) } }) {
            let block = (start..<min(300, start + pattern.m)).filter { weights.code(at: row * 300 + $0) != zeros.code(at: row) }
            #expect(block.count <= pattern.n)
        }
    }

    @Test(arguments: [4, 16, 100])
    func tilesOfKAreWholeBlocks(_ depth: Int) throws {
        for pattern in [NOfM(n: 2, m: 4), NOfM(n: 4, m: 16), NOfM(n: 1, m: 32)].compactMap({ $0 }) {
            let options = CompilerOptions(tileLimit: .init(rows: 3, columns: 8, depth: depth))
            let bench = try Bench(Self.linear(pattern, k: 200))
            #expect(try bench.differences(on: "mac-int8-tiny", options) == [])
            for instruction in try bench.compile(Bench.target("mac-int8-tiny"), options).program.instructions {
                guard case .mma(let multiply) = instruction.body else { continue }
                #expect(multiply.run.isMultiple(of: pattern.m) || multiply.run == 200 % max(pattern.m, depth / pattern.m * pattern.m))
            }
        }
    }

    /// 70 columns are two blocks of 64; every kept weight takes 4 bits and log2 m bits beside it.
    @Test(arguments: NOfM.all)
    func metadataBytesAreThoseOfThePositions(_ pattern: NOfM) throws {
        let bench = try Bench(Self.linear(pattern, n: 70, k: 500))
        let program = try bench.compile(Bench.target("mac-int8")).program
        let kept = (500 + pattern.m - 1) / pattern.m * pattern.n
        let bits = [4: 2, 8: 3, 16: 4, 32: 5][pattern.m, default: 0]
        #expect(TablePlacementTests.bytes(program, .metadata).read == 2 * kept * 64 * bits / 8)
        #expect(TablePlacementTests.bytes(program, .weights).read == 2 * kept * 64 * 4 / 8)
    }

    static func problems(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error)" }
        return ""
    }

    @Test func whatCannotRunIsRefusedWithItsReason() throws {
        let pattern = try #require(NOfM(n: 2, m: 4))
        var machine = try Presets.named("lut-tc")
        machine.engines.removeLast()
        let lookup = Target(machine: machine, engines: try machine.engines.map { try Catalog.engine($0) })
        let bench = try Bench(Self.linear(pattern))
        #expect(Self.problems { _ = try bench.compile(lookup) }.contains("share their tables"))

        machine = try Presets.named("mac-int8")
        machine.engines[0].parameters["selectorInputs"] = .integer(1)
        let dense = Target(machine: machine, engines: try machine.engines.map { try Catalog.engine($0) })
        #expect(Self.problems { _ = try bench.compile(dense) }.contains("selects from 1 activations"))

        // Row 2, k 8 to 11 has three values that are not zero, and nobody validated the bundle.
        var broken = try Bench(Self.linear(pattern))
        let type = try #require(broken.graph.types["w"])
        var codes = try broken.bundle.tensor(named: "w", type: type).bytes
        let zero = try broken.bundle.tensor(named: "z", type: #require(broken.graph.types["z"])).bytes[2]
        for k in 8..<12 { codes[2 * 71 + k] = k == 9 ? zero : zero ^ 1 }
        broken.bundle.set("w", Tensor(shape: type.shape, storage: .uint8(codes)))
        let message = try Self.problems { _ = try broken.compile(Bench.target("mac-int8")) }
        #expect(message.contains("'y': inputs[1]: output column 2, k 8 to 11 has 3 weights"))
    }

    @Test func groupsOfActivationsMustNotCutBlocks() throws {
        let bench = try Bench("""
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [3, 64]}},
             "constants": {"w": {"shape": [8, 64], "encoding": {"codec": "int4", "scale": 0.1, "structure": {"n": 4, "m": 16}}}},
             "nodes": [{"name": "q", "op": "quantise", "inputs": ["x"], "codec": "int8", "dynamic": {"group": 24}},
                       {"name": "y", "op": "linear", "inputs": ["q", "w"], "output": "f32"}], "outputs": ["y"]}
            """)
        #expect(try Self.problems { _ = try bench.compile(Bench.target("mac-int8")) }.contains("'y': inputs: the activations have scales for groups of 24"))
    }

    /// Blocks of 64 columns on these machines too.
    @Test(arguments: ["mixpe", "dsp-chain"], NOfM.all)
    func metadataBytesOfOtherMachines(machine: String, pattern: NOfM) throws {
        let program = try Bench(Self.linear(pattern, n: 70, k: 500)).compile(Bench.target(machine)).program
        let kept = (500 + pattern.m - 1) / pattern.m * pattern.n
        #expect(TablePlacementTests.bytes(program, .metadata).read == 2 * kept * 64 * pattern.positionBits / 8)
    }
}
