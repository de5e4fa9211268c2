import Arch
import Compiler
import Diagnostics
import Engines
import Graph
import Sim
import Testing
import Toolchain

/// Tables of one to six activations from graph to outputs.
@Suite struct TableLengthTests {
    static let lengths = Array(TableFormat.lengths)

    /// M = 2, N = 64, K = 4096 on one array: ceil(4096 / 5) = 820 tables of B planes, however the compiler cuts K.
    @Test(arguments: [1, 2, 3, 4])
    func oneArrayOfFiveTakesAPlaneOfEachTablePerCycle(bits: Int) throws {
        let target = try Target.make(LookupMachine.example("machines/lut-tc-one-array-k5.json"))
        let busy = try Job(LookupMachine.gemm(bits: bits), target: target).time()[.engine0].busy
        #expect(busy.total == 820 * bits)
        #expect(busy[.ideal] >= (4096 * bits + 4) / 5)
        #expect(busy[.ideal] + busy[.raggedEdges] == busy.total)
    }

    /// A chain whose inner tensors become tables, with channels that fill no table, padding and zero points.
    static let graph = """
        { "schema": "accelsim-graph-1",
          "inputs": { "x": { "shape": [1, 7, 9, 7], "encoding": { "codec": "uint8", "scale": 0.1, "zero": 17 } } },
          "constants": {
            "w": { "shape": [50, 3, 3, 7], "encoding": { "codec": "uint3", "scale": 0.5, "zero": 5 } },
            "v": { "shape": [70, 50], "encoding": { "codec": "int2", "scale": "s", "axis": 0 } },
            "s": { "shape": [70] } },
          "nodes": [
            { "name": "c", "op": "conv2d", "inputs": ["x", "w"], "stride": [2, 1], "padding": [1, 1, 1, 1],
              "output": "int32" },
            { "name": "q", "op": "requantise", "inputs": ["c"], "encoding": { "codec": "int8", "scale": 9.0 } },
            { "name": "r", "op": "reshape", "inputs": ["q"], "shape": [36, 50] },
            { "name": "y", "op": "linear", "inputs": ["r", "v"], "output": "f32" } ],
          "outputs": ["y"] }
        """

    /// Exact tables give the bits of the graph, whatever their length and wherever they are built.
    @Test(arguments: lengths, CompilerOptions.TablePlacement.allCases)
    func everyPlacementGivesTheSameBits(length: Int, placement: CompilerOptions.TablePlacement) throws {
        let model = try LookupMachine.model(Self.graph)
        let inputs = try Inputs(for: model.graph, seed: 3).tensors
        for symmetric in [true, false] {
            let job = try Job(
                model, target: LookupMachine.target(arrays: 2, k: length, symmetric: symmetric),
                options: CompilerOptions(tablePlacement: placement))
            let outputs = try job.compute(inputs)
            #expect(try job.check(inputs, outputs: outputs).difference == nil)
            let structural = Execution(path: .structural)
            #expect(try job.compute(inputs, structural) == outputs)
        }
    }

    /// The rounding of a table depends on its length: each length has its own contract, and the reference follows.
    @Test(arguments: lengths, CompilerOptions.TablePlacement.allCases)
    func quantisedTablesFollowTheirContract(length: Int, placement: CompilerOptions.TablePlacement) throws {
        let model = try LookupMachine.model(
            QuantisedTableTests.Case(activations: "\"f32\"", weights: "int2", depth: 202, group: nil).json)
        let inputs = try Inputs(for: model.graph, seed: 5).tensors
        let job = try Job(
            model, target: LookupMachine.target(arrays: 2, k: length, tables: .int8PerTable),
            options: CompilerOptions(tablePlacement: placement, allowsLossyConversions: true))
        let check = try job.check(inputs, outputs: try job.compute(inputs))
        #expect(check.difference == nil)
        // The one entry of a table of one activation is its own scale: nothing but f32 rounding is lost.
        let decibels = length == 1 ? 100.0...160 : 25...80
        #expect(check.fidelity.allSatisfy { decibels.contains($0.decibels ?? 0) }, "\(check.fidelity)")
    }

    /// Groups of 64 k are not whole tables of 3, 5 or 6; the error says so and names the node.
    @Test(arguments: lengths) func groupsThatCutTablesAreRefused(length: Int) throws {
        let model = try LookupMachine.model(
            """
            { "schema": "accelsim-graph-1",
              "inputs": { "x": { "shape": [2, 256], "encoding": { "codec": "int8", "scale": 0.05 } } },
              "constants": {
                "s": { "shape": [64, 4] },
                "w": { "shape": [64, 256], "encoding": { "codec": "int2", "scale": "s", "group": 64 } } },
              "nodes": [ { "name": "y", "op": "linear", "inputs": ["x", "w"] } ], "outputs": ["y"] }
            """)
        let target = try LookupMachine.target(k: length)
        if 64 % length == 0 {
            let inputs = try Inputs(for: model.graph, seed: 5).tensors
            let job = try Job(model, target: target)
            #expect(try job.check(inputs, outputs: try job.compute(inputs)).difference == nil)
        } else {
            let error = #expect(throws: Diagnostics.self) { try Job(model, target: target) }
            #expect(error?.all.map(\.node) == ["y"])
            #expect(error?.description.contains("end inside a table of \(length) activations") == true)
        }
    }
}
