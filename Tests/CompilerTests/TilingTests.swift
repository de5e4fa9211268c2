import Arch
import Compiler
import Engines
import Golden
import Graph
import Testing

@Suite struct TilingTests {
    /// Bits do not depend on tiles, scratchpads, fusion or the place of the tables.
    @Test(arguments: ProductTests.machines, [1, 2, 3, 5])
    func anyTileLimitGivesTheSameBits(machine: String, limit: Int) throws {
        let bound = CompilerOptions.TileLimit(rows: limit, columns: 8 * limit, depth: 16 * limit)
        for json in [
            ProductTests.linear(m: 9, n: 83, k: 150, weights: "int4"),
            ConvolutionTests.graph(
                channels: 36, filters: 40, kernel: 3, attributes: #", "padding": [1, 1, 1, 1]"#, zero: -4,
                tail: ConvolutionTests.tail, output: "r"),
            AttentionTests.block,
        ] {
            let bench = try Bench(json)
            #expect(try bench.differences(on: machine, CompilerOptions(tileLimit: bound)) == [])
        }
    }

    @Test func smallScratchpadsGiveTheSameBits() throws {
        let bench = try Bench(AttentionTests.block)
        for name in ["mac-int8", "lut-tc"] {
            var machine = try Presets.named(name)
            machine.scratchpads = Scratchpads(
                activations: 6144, weights: 8192, tables: machine.scratchpads.tables > 0 ? 16384 : 0, accumulators: 8192)
            let target = Target(machine: machine, engines: try machine.engines.map { try Catalog.engine($0) })
            let compilation = try bench.compile(target)
            let expected = try bench.reference(compilation.legalised)["y"]
            #expect(try bench.golden(compilation.program, target).read("y") == expected)
        }
    }

    /// Several hundred stores cut the sums' DRAM into as many intervals, which the next segment reads in large boxes.
    @Test(arguments: ["mac-int8", "lut-tc"])
    func hundredsOfTilesAreInOrder(machine: String) throws {
        let bench = try Bench("""
            {"schema": "accelsim-graph-1",
             "inputs": {"x": {"shape": [150, 64], "encoding": {"codec": "int8", "scale": 0.1}}},
             "constants": {"w": {"shape": [192, 64], "encoding": {"codec": "int2", "scale": 0.5}}},
             "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"], "output": "f32"},
                       {"name": "z", "op": "relu", "inputs": ["y"]}],
             "outputs": ["z"]}
            """)
        let options = CompilerOptions(fuses: false, tileLimit: .init(rows: 1, columns: 64))
        let target = try Bench.target(machine)
        let program = try bench.compile(target, options).program
        #expect(program.instructions.count { $0.unit == .store } > 400)
        #expect(OrderingChecker.check(program, target: target).isEmpty)
        #expect(try bench.differences(on: machine, options) == [])
    }

    @Test(arguments: ["mac-int8", "lut-tc"])
    func anyInterleavingGivesTheSameMemory(machine: String) throws {
        let bench = try Bench(AttentionTests.block)
        let target = try Bench.target(machine)
        let program = try bench.compile(target, CompilerOptions(tileLimit: .init(rows: 3, columns: 16, depth: 32))).program
        let expected = try bench.golden(program, target).read("y")
        for seed in 0..<100 {
            let model = try GoldenModel(target: target, program: program)
            for (name, tensor) in bench.inputs { try model.write(name, tensor.bytes) }
            try model.run(order: .interleaved(seed: UInt64(seed)))
            #expect(try model.read("y") == expected)
        }
    }

    /// Every token is needed: without it the checker finds a race or a deadlock, or the order is proved another way.
    @Test func everyTokenIsNeededOrProvedRedundant() throws {
        let target = try Bench.target("lut-tc")
        let bench = try Bench(ConvolutionTests.graph(channels: 8, filters: 16, kernel: 3, tail: ConvolutionTests.tail, output: "r"))
        let program = try bench.compile(target, CompilerOptions(tileLimit: .init(rows: 7, columns: 64))).program
        #expect(OrderingChecker.check(program, target: target).isEmpty)
        var reported = 0
        var total = 0
        for index in program.instructions.indices {
            for unit in program.instructions[index].signals.units {
                var broken = program
                broken.instructions[index].signals.remove(unit)
                total += 1
                if !OrderingChecker.check(broken, target: target).isEmpty { reported += 1 }
            }
        }
        #expect(total > 20)
        // A signal without its wait leaves a wait without a signal: always a deadlock or a race.
        #expect(reported == total)
    }
}
