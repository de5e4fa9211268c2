import Arch
import Compiler
import Diagnostics
import Engines
import Graph
import Sim
import Testing

/// Lists of outliers on whole programs.
@Suite struct OutlierListTests {
    @Test(arguments: ["int8", "uint6", "bipolar5", "int4", "ternary"])
    func productsEqualTheReference(_ w: String) throws {
        for depth in [3, 40, 1000] {
            let options = CompilerOptions(tileLimit: .init(rows: 3, columns: 33, depth: depth))
            #expect(try Bench(PairTests.linear("uint8", w, output: "int32")).differences(on: "olaccel-tiny", options) == [])
            #expect(try Bench(PairTests.linear("int4", w, m: 9, n: 40, k: 130, group: 12)).differences(on: "olaccel-tiny", options) == [])
        }
        #expect(try Bench(PairTests.linear("int8", w, n: 300)).differences(on: "olaccel") == [])
    }

    @Test(arguments: [1, 2])
    func convolutionsAndTheirGroupsHaveLists(_ groups: Int) throws {
        let json = """
            {"schema": "accelsim-graph-1",
             "inputs": {"x": {"shape": [2, 6, 5, 4], "encoding": {"codec": "int8", "scale": 0.1, "zero": 3}}},
             "constants": {"w": {"shape": [38, 3, 2, \(4 / groups)], "encoding": {"codec": "int8", "scale": "s", "axis": 0}}, "s": {"shape": [38]}},
             "nodes": [{"name": "y", "op": "conv2d", "inputs": ["x", "w"], "groups": \(groups), "padding": [1, 0, 2, 1], "stride": [2, 1]}], "outputs": ["y"]}
            """
        #expect(try Bench(json).differences(on: "olaccel-tiny") == [])
    }

    /// Of 37 columns of 71 weights each seventh is 100, the others 5: 7 bytes for each of the former.
    @Test func countsAndBytesAreThoseOfTheWeights() throws {
        var bench = try Bench(PairTests.linear("int8", "int8"))
        let weights = (0..<37 * 71).map { (index: Int) -> Int8 in index % 7 == 0 ? 100 : 5 }
        bench.bundle.set("w", Tensor(shape: [37, 71], storage: .int8(weights)))
        #expect(try bench.differences(on: "olaccel-tiny") == [])
        let target = try Bench.target("olaccel-tiny")
        let program = try bench.compile(target).program
        let listed = weights.count { $0 == 100 }
        let lists = program.instructions.compactMap { instruction -> Multiply.Outliers? in
            if case .mma(let work) = instruction.body { work.outliers } else { nil }
        }
        let counted = lists.reduce(0) { $0 + $1.count }
        #expect(counted == listed && !lists.contains { $0.isAssumed })
        let moved = MovedBytes(program).dram[MovedBytes.Key(kind: .metadata, isWrite: false)]
        #expect(moved == 7 * listed)
    }

    /// Of 37 columns of 71 weights, grouped by 12, those of k = 13 are 100 in the first 20 columns: entries of the second segment.
    @Test func listsAreCountedBySegment() throws {
        var bench = try Bench(PairTests.linear("int8", "int8", group: 12))
        let weights = (0..<37 * 71).map { (index: Int) -> Int8 in index % 71 == 13 && index / 71 < 20 ? 100 : 5 }
        bench.bundle.set("w", Tensor(shape: [37, 71], storage: .int8(weights)))
        for depth in [24, 1000] {
            let options = CompilerOptions(tileLimit: .init(rows: 3, columns: 33, depth: depth))
            #expect(try bench.differences(on: "olaccel-tiny", options) == [])
            let program = try bench.compile(try Bench.target("olaccel-tiny"), options).program
            let counts = program.instructions.compactMap { instruction -> [UInt32]? in
                if case .mma(let work) = instruction.body { work.outliers?.counts } else { nil }
            }
            // Blocks of 16 columns: 16 entries in the first, 4 in the second.
            #expect(Set(counts) == (depth == 24 ? [[0, 16], [0, 4]] : [[0, 16, 0, 0, 0, 0], [0, 4, 0, 0, 0, 0]]))
        }
    }

    /// 37 * 71 weights without values: 3 % of the weights in front of each k of each block, rounded down.
    @Test func graphsWithoutWeightsAssumeTheirCounts() throws {
        let bench = try Bench(PairTests.linear("int8", "int8"))
        let target = try Bench.target("olaccel-tiny")
        let program = try Compiler.compile(bench.graph, target: target, options: CompilerOptions(), constant: nil).program
        let lists = program.instructions.compactMap { instruction -> Multiply.Outliers? in
            if case .mma(let work) = instruction.body { work.outliers } else { nil }
        }
        let allAreAssumed = lists.allSatisfy { $0.isAssumed }
        #expect(allAreAssumed)
        let expected = 71 * 16 * 30 / 1000 + 71 * 16 * 30 / 1000 + 71 * 5 * 30 / 1000
        let counted = lists.reduce(0) { $0 + $1.count }
        #expect(counted == expected)
        #expect(try Simulator(target: target).run(program).cycles > 0)
    }

    /// 300 channels need coordinates of two bytes.
    @Test func coordinatesMustHoldThePlaces() throws {
        let bench = try Bench(PairTests.linear("int8", "int8", k: 300))
        var machine = try Presets.named("olaccel")
        machine.engines[0].parameters["outlierCoordinateBytes"] = .integer(1)
        let target = Target(machine: machine, engines: try machine.engines.map { try Catalog.engine($0) })
        let message = StructuredWeightTests.problems { _ = try bench.compile(target) }
        #expect(message.contains("runs of 300 weights in blocks of 128 columns") && message.contains("coordinates of 1 bytes"))
    }
}
