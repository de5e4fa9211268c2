import Arch
import Compiler
import Diagnostics
import Engines
import Formats
import Graph
import Sim
import Testing

/// N:M weights whose columns share their positions: the bits of the masked dense product on tables of gathered activations.
@Suite struct SharedStructureTests {
    /// A preset with its first engine alone, so that no other one takes the product.
    static func target(_ name: String) throws -> Target {
        var machine = try Presets.named(name)
        machine.engines = [machine.engines[0]]
        return Target(machine: machine, engines: [try Catalog.engine(machine.engines[0])])
    }

    static func structure(_ pattern: NOfM?, _ columns: Int) -> String {
        pattern.map { #", "structure": {"n": \#($0.n), "m": \#($0.m), "shared_columns": \#(columns)}"# } ?? ""
    }

    /// Weights with zero points, activations with one too unless scales are grouped.
    static func linear(_ pattern: NOfM?, columns: Int, m: Int = 5, n: Int, k: Int = 71, group: Int? = nil) -> String {
        let parameters = group.map { "[\(n), \((k + $0 - 1) / $0)]" } ?? "[\(n)]"
        let shared = group.map { #""group": \#($0)"# } ?? #""axis": 0"#
        return """
            {"schema": "accelsim-graph-1",
             "inputs": {"x": {"shape": [\(m), \(k)], "encoding": {"codec": "uint8", "scale": 0.1\(group == nil ? #", "zero": 77"# : "")}}},
             "constants": {"w": {"shape": [\(n), \(k)], "encoding": {"codec": "uint4", "scale": "s", "zero": "z", \(shared)\(structure(pattern, columns))}},
                           "s": {"shape": \(parameters)}, "z": {"shape": \(parameters), "encoding": "uint4"}},
             "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"]}], "outputs": ["y"]}
            """
    }

    static func convolution(_ pattern: NOfM, columns: Int, n: Int, channels: Int, groups: Int = 1, dilation: Int = 1) -> String {
        """
        {"schema": "accelsim-graph-1",
         "inputs": {"x": {"shape": [2, 6, 5, \(channels * groups)], "encoding": {"codec": "int8", "scale": 0.1, "zero": -9}}},
         "constants": {"w": {"shape": [\(n), 3, 2, \(channels)], "encoding": {"codec": "int3", "scale": "s", "axis": 0\(structure(pattern, columns))}},
                       "s": {"shape": [\(n)]}},
         "nodes": [{"name": "y", "op": "conv2d", "inputs": ["x", "w"], "padding": [1, 0, 2, 1], "stride": [2, 1], "groups": \(groups), "dilation": [1, \(dilation)]}],
         "outputs": ["y"]}
        """
    }

    /// Machine and columns of one of its arrays; those that select activations themselves need no certain number.
    static let machines = [
        ("lut-tc", 64), ("unpu", 64), ("lut-tc-tiny", 8), ("unpu-tiny", 8), ("mac-int8-tiny", 6), ("mixpe-tiny", 10), ("dsp-chain", 7),
    ]
    static let runs = machines.flatMap { machine in
        NOfM.all.map { (machine.0, machine.1, $0) }
    }

    /// The last group of columns is short, K ends inside a block, and kept weights do not fill whole tables.
    @Test(arguments: runs)
    func everyPatternEqualsTheReference(machine: String, block: Int, pattern: NOfM) throws {
        let target = try Self.target(machine)
        let columns = 2 * block
        for m in [1, 5] {
            let linear = Self.linear(pattern, columns: columns, m: m, n: 2 * columns + 3)
            #expect(try Bench(linear).differences(on: target) == [])
        }
        // Kept weights of a group fill whole tables of four.
        let group = pattern.m * max(2, 4 / pattern.n)
        let grouped = Self.linear(pattern, columns: block, n: block + 2, k: 2 * group + pattern.m + 1, group: group)
        #expect(try Bench(grouped).differences(on: target) == [])
        #expect(try Bench(Self.convolution(pattern, columns: block, n: block + 5, channels: 11, dilation: 2)).differences(on: target) == [])
        // Groups of a convolution inside groups of columns, and the other way round.
        for columns in [block, 4 * block] {
            let grouped = Self.convolution(pattern, columns: columns, n: 4 * block, channels: 9, groups: 2)
            #expect(try Bench(grouped).differences(on: target) == [])
        }
    }

    @Test(arguments: NOfM.all)
    func leavingZerosOutChangesNoBit(_ pattern: NOfM) throws {
        let structured = try Bench(Self.linear(pattern, columns: 64, n: 100, k: 300))
        var dense = try Bench(Self.linear(nil, columns: 64, n: 100, k: 300))
        (dense.bundle, dense.inputs) = (structured.bundle, structured.inputs)
        let target = try Self.target("lut-tc")
        let outputs = try [structured, dense].map { bench in
            try bench.golden(bench.compile(target).program, target).read("y")
        }
        #expect(outputs[0] == outputs[1])
        // All 64 columns of a group hold the same n positions at most, and together they hold some.
        let type = try #require(structured.graph.types["w"])
        let weights = try structured.bundle.tensor(named: "w", type: type)
        let zeros = try structured.bundle.tensor(named: "z", type: #require(structured.graph.types["z"]))
        for (group, start) in [0..<64, 64..<100].flatMap({ group in stride(from: 0, to: 300, by: pattern.m).map { (group, $0) } }) {
            let held = (start..<min(300, start + pattern.m)).filter { k in
                group.contains { weights.code(at: $0 * 300 + k) != zeros.code(at: $0) }
            }
            #expect((1...pattern.n).contains(held.count))
        }
    }

    /// Steps of K begin with a byte of positions, tiles of columns end with a group.
    @Test(arguments: NOfM.all, [4, 16, 100])
    func tilesAreWholeTablesOfOneGroup(_ pattern: NOfM, depth: Int) throws {
        let options = CompilerOptions(tileLimit: .init(rows: 3, columns: 16, depth: depth))
        let bench = try Bench(Self.linear(pattern, columns: 24, n: 75, k: 300))
        let target = try Self.target("lut-tc-tiny")
        #expect(try bench.differences(on: target, options) == [])
        for instruction in try bench.compile(target, options).program.instructions {
            // 16 does not divide 24: tiles have 8 columns.
            if case .lmma(let multiply, _) = instruction.body { #expect(multiply.columns <= 8) }
        }
    }

    /// Two groups of 64 columns and one of 22: log2 m bits for every kept k of a group, rows of whole bytes; and no bytes of
    /// weights beyond those of the kept tables of four.
    @Test(arguments: NOfM.all)
    func metadataBytesAreThoseOfTheGroups(_ pattern: NOfM) throws {
        let program = try Bench(Self.linear(pattern, columns: 64, n: 150, k: 500)).compile(Self.target("lut-tc")).program
        let kept = (500 + pattern.m - 1) / pattern.m * pattern.n
        let bits = [4: 2, 8: 3, 16: 4, 32: 5][pattern.m, default: 0]
        let bytes = 3 * ((kept * bits + 7) / 8)
        #expect(TablePlacementTests.bytes(program, .metadata).read == bytes)
        #expect(program.constants.first { $0.name.contains("positions") }?.bytes.count == bytes)
        #expect(TablePlacementTests.bytes(program, .weights).read == 3 * ((kept + 3) / 4) * 4 * 64 * 4 / 8)
    }

    /// 16 rows, 64 columns, K 16384 at eight planes on one array: hardly anything but lookups.
    @Test(arguments: NOfM.all)
    func computeBoundCyclesAreTheKeptShareOfDense(_ pattern: NOfM) throws {
        let target = try Self.target("lut-tc-tiny")
        func timing(_ pattern: NOfM?) throws -> Timing {
            let graph = try Bench.graph("""
                {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [16, 16384], "encoding": "int8"}},
                 "constants": {"w": {"shape": [64, 16384], "encoding": {"codec": "int8"\(Self.structure(pattern, 64))}}},
                 "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"]}], "outputs": ["y"]}
                """)
            let compilation = try Compiler.compile(graph, target: target, options: CompilerOptions(), constant: nil)
            return try Simulator(target: target).run(compilation.program)
        }
        let (dense, kept) = (try timing(nil), try timing(pattern))
        // 16 rows of 64 columns, 8 planes of 4 k a cycle, 2 x 8 sums at once.
        #expect(dense[.engine0].busy.total == 16 * 64 / 16 * 4096 * 8)
        #expect(kept[.engine0].busy.total == 16 * 64 / 16 * 4096 * 8 * pattern.n / pattern.m)
        let share = Double(kept.cycles) / Double(dense.cycles)
        #expect(abs(share * Double(pattern.m) / Double(pattern.n) - 1) < 0.02)
    }

    /// A dense product and an N:M one of the same activations: only the dense one reads tables of others.
    @Test(arguments: TablePlacementTests.placements)
    func bitsDoNotDependOnThePlacementOfTables(_ placement: CompilerOptions.TablePlacement) throws {
        let bench = try Bench("""
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [7, 96]}},
             "constants": {"v": {"shape": [20, 96], "encoding": {"codec": "int2", "scale": 0.1}},
                           "w": {"shape": [20, 96], "encoding": {"codec": "int4", "scale": 0.1, "structure": {"n": 2, "m": 4, "shared_columns": 16}}}},
             "nodes": [{"name": "q", "op": "quantise", "inputs": ["x"], "encoding": {"codec": "int8", "scale": 0.02}},
                       {"name": "d", "op": "linear", "inputs": ["q", "v"], "output": "f32"},
                       {"name": "y", "op": "linear", "inputs": ["q", "w"], "output": "f32"}], "outputs": ["d", "y"]}
            """)
        let options = CompilerOptions(tablePlacement: placement)
        let target = try Self.target("lut-tc-tiny")
        #expect(try bench.differences(on: target, options) == [])
        let builds = try bench.compile(target, options).program.instructions.compactMap { instruction in
            if case .buildTables(let build) = instruction.body { build } else { nil }
        }
        #expect(builds.contains { $0.selection != nil } && builds.contains { $0.selection == nil })
    }

    static func problems(_ json: String, on target: Target) throws -> String {
        let bench = try Bench(json)
        return StructuredWeightTests.problems { _ = try bench.compile(target) }
    }

    @Test func whatCannotRunIsRefusedWithItsReason() throws {
        let target = try Self.target("lut-tc")
        let (half, few) = (try #require(NOfM(n: 2, m: 4)), try #require(NOfM(n: 1, m: 16)))
        #expect(try Self.problems(Self.linear(half, columns: 1, n: 70), on: target).contains("column by column"))
        #expect(try Self.problems(Self.linear(half, columns: 96, n: 200), on: target).contains("shared by 96 columns"))
        #expect(try Self.problems(Self.linear(few, columns: 64, n: 70, k: 128, group: 32), on: target)
            .contains("groups of 32 along K, of which 2 are kept, end inside a table of 4"))
        #expect(try Self.problems(Self.convolution(half, columns: 128, n: 192, channels: 8, groups: 2), on: target)
            .contains("128 columns share their positions, which cuts the 96 columns"))
        var machine = target.machine
        machine.engines[0].parameters["tables"] = .text("int8-per-table")
        let rounded = Target(machine: machine, engines: [try Catalog.engine(machine.engines[0])])
        #expect(try Self.problems(Self.linear(half, columns: 96, n: 200), on: rounded).contains("shared by 96 columns"))
        // Column 3 holds a position that columns 0 to 2 leave free, and nobody validated the bundle.
        var broken = try Bench(Self.linear(half, columns: 64, n: 70))
        let type = try #require(broken.graph.types["w"])
        var codes = try broken.bundle.tensor(named: "w", type: type).bytes
        let zeros = try broken.bundle.tensor(named: "z", type: #require(broken.graph.types["z"])).bytes
        for column in 0..<64 { for k in 8..<12 { codes[column * 71 + k] = k < 10 ? zeros[column] ^ 1 : zeros[column] } }
        codes[3 * 71 + 11] = zeros[3] ^ 1
        codes[3 * 71 + 8] = zeros[3]
        broken.bundle.set("w", Tensor(shape: type.shape, storage: .uint8(codes)))
        let message = StructuredWeightTests.problems { _ = try broken.compile(target) }
        #expect(message.contains("'y': inputs[1]: output columns 0 to 63, k 8 to 11 hold 3 positions together"), "\(message)")
    }
}
