import Arch
import Diagnostics
import Testing

/// The table of block counts in program files.
@Suite struct BlockCountTests {
    private static func multiply(columns: Int, run: Int, counts: [UInt8]) -> Instruction {
        Instruction(
            node: 0,
            body: .mma(Multiply(
                engine: 0, activations: LocalAddress(.activations, 0), activationFormat: .int8, innerRows: .init(), run: run,
                weights: 0, weightBits: 4, codes: .offset,
                structure: .mixed(MixedBlocks(counts: counts, positions: 64, blocks: 128)), zero: .immediate(8),
                columns: columns, accumulators: 0, accumulatorPitch: 0, accumulate: false, output: .integer)))
    }

    /// 20 columns are 2 stripes, 33 k are 3 blocks.
    private static var program: Program {
        var program = Program(
            graph: "g", machine: "m",
            instructions: [
                multiply(columns: 20, run: 33, counts: [0, 2, 4, 8, 16, 0]), multiply(columns: 16, run: 16, counts: [8]),
                multiply(columns: 20, run: 33, counts: [0, 2, 4, 8, 16, 0]),
            ])
        program.collectBlockCounts()
        return program
    }

    private static func tables(_ program: Program) -> [Int] {
        program.instructions.compactMap { if case .mma(let multiply) = $0.body { multiply.structure.mixed?.table } else { nil } }
    }

    @Test func equalPartsAreStoredOnce() {
        #expect(Self.program.blockCounts == [0, 2, 4, 8, 16, 0, 8])
        #expect(Self.tables(Self.program) == [0, 6, 0])
    }

    @Test func filesGiveEveryInstructionItsPart() throws {
        let program = Self.program
        #expect(try Program(binary: program.binary()) == program)
        #expect(program.assembly.contains("blocks 00020408100008\n"))
        #expect(try Program(assembly: program.assembly) == program)
    }

    @Test(arguments: [
        ("blocks 00020408100008", "blocks 000204081000", "instruction 1"), ("blocks 0002", "blocks 0003", "blockCounts[1]"),
        ("blocks 0002", "blocks 0g02", "digit 0"), ("blocks 0002", "blocks 002", "two for every byte"),
    ])
    func countsThatAreMissingOrUnknownAreRefused(_ old: String, _ new: String, _ message: String) {
        let text = Self.program.assembly.replacing(old, with: new)
        let problems = #expect(throws: Diagnostics.self) { try Program(assembly: text) }
        #expect(problems?.description.contains(message) == true, "\(problems?.description ?? "")")
    }
}
