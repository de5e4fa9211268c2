import Arch
import Compiler
import Engines
import Formats
import Golden
import Graph
import Testing

/// N:M weights whose columns share their positions, on tables of INT8 codes: the bits of the legalised graph.
@Suite struct SharedTableRoundingTests {
    /// - Parameter activationSpace: scratchpads for activations in place of one.
    static func target(_ tables: LUTTensorCore.Tables, activationSpace: Int = 1) throws -> Target {
        var machine = try Presets.named("lut-tc-tiny")
        machine.scratchpads.activations *= activationSpace
        machine.engines = [machine.engines[0]]
        machine.engines[0].parameters["tables"] = .text(tables.rawValue)
        return Target(machine: machine, engines: [try Catalog.engine(machine.engines[0])])
    }

    /// - Parameter group: weights that share a scale and a zero point; `nil` for those of a column.
    static func linear(_ pattern: NOfM, x: String, columns: Int, n: Int, k: Int, group: Int?) -> String {
        let parameters = group.map { "[\(n), \((k + $0 - 1) / $0)]" } ?? "[\(n)]"
        let shared = group.map { #""group": \#($0)"# } ?? #""axis": 0"#
        return """
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [5, \(k)], "encoding": \(x)}},
             "constants": {"w": {"shape": [\(n), \(k)], "encoding": {"codec": "uint3", "scale": "s", "zero": "z", \(shared)\(SharedStructureTests.structure(pattern, columns))}},
                           "s": {"shape": \(parameters)}, "z": {"shape": \(parameters), "encoding": "uint3"}},
             "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"], "output": "f32"}], "outputs": ["y"]}
            """
    }

    static let codes = #"{"codec": "int8", "scale": 0.03}"#
    static let modes = [LUTTensorCore.Tables.int8PerTable, .int8Per64]
    static let options = CompilerOptions(allowsLossyConversions: true)

    /// The last group of columns is short, K ends inside a block, and kept weights do not fill whole tables.
    @Test(arguments: NOfM.all, modes)
    func everyPatternEqualsTheReference(_ pattern: NOfM, _ tables: LUTTensorCore.Tables) throws {
        let target = try Self.target(tables)
        for x in ["\"f32\"", Self.codes] {
            let whole = try Bench(Self.linear(pattern, x: x, columns: 16, n: 27, k: 301, group: nil))
            #expect(try whole.differences(on: target, Self.options) == [])
            // Kept weights of a group fill whole tables of four.
            let group = pattern.m * max(2, 4 / pattern.n)
            let grouped = try Bench(Self.linear(pattern, x: x, columns: 8, n: 10, k: 2 * group + pattern.m + 1, group: group))
            #expect(try grouped.differences(on: target, Self.options) == [])
        }
    }

    /// Parts of K are whole groups of 64 kept activations, or whole tables: at 1:32 the former are 2048 f32 activations of a row.
    @Test(arguments: NOfM.all, modes)
    func tilesOfKCutNoScale(_ pattern: NOfM, _ tables: LUTTensorCore.Tables) throws {
        let tiles = CompilerOptions(
            allowsLossyConversions: true, tileLimit: .init(rows: 3, columns: 8, depth: 64 * pattern.m / pattern.n))
        let bench = try Bench(Self.linear(pattern, x: "\"f32\"", columns: 24, n: 30, k: 200 * pattern.m / pattern.n, group: nil))
        #expect(try bench.differences(on: Self.target(tables, activationSpace: 4), tiles) == [])
    }

    @Test(arguments: modes)
    func structuralTablesGiveTheSameBits(_ tables: LUTTensorCore.Tables) throws {
        let target = try Self.target(tables)
        for pattern in [NOfM(n: 2, m: 4), NOfM(n: 1, m: 8), NOfM(n: 8, m: 32)].compactMap({ $0 }) {
            let bench = try Bench(Self.linear(pattern, x: "\"f32\"", columns: 16, n: 20, k: 150, group: nil))
            let program = try bench.compile(target, Self.options).program
            let fast = try bench.golden(program, target).read("y")
            let structural = try GoldenModel(target: target, program: program)
            for (name, tensor) in bench.inputs { try structural.write(name, tensor.bytes) }
            try structural.run(path: .structural)
            #expect(try structural.read("y") == fast)
        }
    }

    /// Without the permission to round the product is refused, and with it where columns do not share their positions.
    @Test func roundingWantsPermission() throws {
        let half = try #require(NOfM(n: 2, m: 4))
        let bench = try Bench(Self.linear(half, x: "\"f32\"", columns: 16, n: 20, k: 64, group: nil))
        let target = try Self.target(.int8PerTable)
        #expect(StructuredWeightTests.problems { _ = try bench.compile(target) }.contains("--convert"))
        let alone = try Bench(Self.linear(half, x: "\"f32\"", columns: 1, n: 20, k: 64, group: nil))
        #expect(StructuredWeightTests.problems { _ = try alone.compile(target, Self.options) }.contains("column by column"))
    }
}
