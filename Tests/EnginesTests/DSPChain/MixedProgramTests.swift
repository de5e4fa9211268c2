import Arch
import Diagnostics
import Engines
import Testing

/// What a program of mixed blocks must hold before it is timed.
@Suite struct MixedProgramTests {
    private static func problems(_ engine: any Engine, counts: [UInt8], columns: Int = 20, weights: Int = 0) throws -> [String] {
        let machine = try Presets.named("dsp-chain")
        let target = Target(machine: machine, engines: [engine])
        var multiply = MixedBlockTests.multiply(rows: 1, columns: columns, depth: 40) { _, _ in 2 }
        multiply.structure = .mixed(MixedBlocks(counts: counts, positions: 0, blocks: 4096))
        multiply.weights = weights
        let program = Program(
            graph: "g", machine: "m", instructions: [Instruction(node: 0, body: .mma(multiply))],
            nodes: [NodeRecord(name: "n", operation: "linear", segment: 0, macs: 1)], dramBytes: 4096)
        return ProgramChecker.check(program, target: target).map(\.description)
    }

    @Test func countsMustBeOneForEveryBlock() throws {
        #expect(try Self.problems(DSPChain(), counts: [0, 2, 4, 8, 16, 0]) == [])
        #expect(try Self.problems(DSPChain(), counts: [0, 2, 4, 8, 16]).first?.contains("5 counts are not one for every block") == true)
        #expect(try Self.problems(DSPChain(), counts: [0, 2], columns: 1 << 20).first?.contains("2 counts") == true)
        #expect(try Self.problems(MACArray(), counts: [0, 2, 4, 8, 16, 0]).first?.contains("all blocks of a weight keep as many") == true)
        #expect(try Self.problems(DSPChain(vectorColumns: 40), counts: [0, 2, 4, 8, 16, 0]).first?.contains("structure") == true)
        // 30 rows of 16 codes of 8 bits.
        let end = try Presets.named("dsp-chain").scratchpads.weights
        #expect(try Self.problems(DSPChain(), counts: [0, 2, 4, 8, 16, 0], weights: end - 479).first?.contains("lie outside") == true)
        #expect(try Self.problems(DSPChain(), counts: [0, 2, 4, 8, 16, 0], weights: end - 480) == [])
    }
}
