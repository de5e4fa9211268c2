import Arch
import Compiler
import Engines
import Formats
import Graph
import Sim
import Testing

/// What leaving weights out saves of a whole program, on every machine whose engine selects activations: bytes exactly, and of
/// compute-bound products n of every m cycles.
@Suite struct StructuredShareTests {
    static let machines = ["mac-int8", "mixpe", "dsp-chain"]

    /// The preset with selectors wide enough for every pattern.
    ///
    /// - Parameter memorySpeed: bursts of DRAM in the time of one.
    static func target(_ name: String, memorySpeed: Int = 1) throws -> Target {
        var machine = try Presets.named(name)
        machine.engines[0].parameters["selectorInputs"] = .integer(32)
        machine.memory.burstPeriod = max(1, machine.memory.burstPeriod / memorySpeed)
        return Target(machine: machine, engines: try machine.engines.map { try Catalog.engine($0) })
    }

    /// Without values: what is kept follows from the pattern.
    static func program(_ pattern: NOfM?, m: Int, n: Int, k: Int, on target: Target) throws -> Program {
        let structure = pattern.map { #", "structure": {"n": \#($0.n), "m": \#($0.m)}"# } ?? ""
        let graph = try Bench.graph("""
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [\(m), \(k)], "encoding": "int8"}},
             "constants": {"w": {"shape": [\(n), \(k)], "encoding": {"codec": "int4"\(structure)}}},
             "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"]}], "outputs": ["y"]}
            """)
        return try Compiler.compile(graph, target: target, options: CompilerOptions(), constant: nil).program
    }

    /// 1024 columns are whole blocks of columns of all three; K ends inside a block. Four bits of every kept weight, and log2 m of its place.
    @Test(arguments: machines, NOfM.all)
    func bytesAreThoseOfKeptWeightsAndTheirPositions(machine: String, pattern: NOfM) throws {
        let moved = MovedBytes(try Self.program(pattern, m: 3, n: 1024, k: 501, on: Self.target(machine)))
        let kept = (501 + pattern.m - 1) / pattern.m * pattern.n
        let bits = [4: 2, 8: 3, 16: 4, 32: 5][pattern.m, default: 0]
        #expect(moved.dram[.init(kind: .metadata, isWrite: false)] == 1024 * kept * bits / 8)
        #expect(moved.dram[.init(kind: .weights, isWrite: false)] == 1024 * kept * 4 / 8)
    }

    /// What the engine's unit is busy for, of the same product on engines of every kind.
    @Test(arguments: machines, NOfM.all)
    func occupancyIsTheKeptShareOfDense(machine: String, pattern: NOfM) throws {
        let engine = try Self.target(machine).engines[0]
        func occupancy(_ structure: Multiply.Structure) -> Int {
            engine.timing(
                Multiply(
                    engine: 0, activations: LocalAddress(.activations, 0), activationFormat: .int8,
                    innerRows: .init(count: 4096, stride: 8192), run: 8192, weights: 0, weightBits: 4, codes: .offset,
                    structure: structure, zero: .immediate(8), columns: 1024, accumulators: 0, accumulatorPitch: 4096,
                    accumulate: false, output: .integer),
                shape: nil
            ).occupancy
        }
        Self.expectShare(of: pattern, occupancy(.nOfM(pattern, positions: 0)), dense: occupancy(.dense))
    }

    static let shares = NOfM.all.filter { $0.m <= 4 * $0.n }

    /// A half with the memory of the presets; a quarter where that memory would be what takes the time, with a faster one.
    @Test(arguments: machines, shares)
    func cyclesOfAWholeRunAreTheKeptShareOfDense(machine: String, pattern: NOfM) throws {
        let target = try Self.target(machine, memorySpeed: pattern.m == 2 * pattern.n ? 1 : 32)
        func cycles(_ pattern: NOfM?) throws -> Int {
            try Simulator(target: target).run(Self.program(pattern, m: 512, n: 512, k: 131_072, on: target)).cycles
        }
        try Self.expectShare(of: pattern, cycles(pattern), dense: cycles(nil))
    }

    private static func expectShare(of pattern: NOfM, _ cycles: Int, dense: Int) {
        // |cycles / dense - n / m| <= 2 % of n / m, in whole numbers.
        let exact = dense * pattern.n
        #expect(50 * abs(cycles * pattern.m - exact) <= exact, "\(pattern.name): \(cycles) of \(dense)")
    }
}
