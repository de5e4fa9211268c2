import Arch
import Diagnostics
import Testing

/// The table of counts of outliers in program files.
@Suite struct OutlierCountTests {
    private static func multiply(_ count: Int, counts: [UInt32]) -> Instruction {
        Instruction(
            node: 0,
            body: .mma(Multiply(
                engine: 0, activations: LocalAddress(.activations, 0), activationFormat: .int8, innerRows: .init(), run: 33,
                weights: 0, weightBits: 8, codes: .offset,
                structure: .outliers(.init(offset: 64, count: count, counts: counts)), zero: .immediate(128),
                columns: 20, accumulators: 0, accumulatorPitch: 0, accumulate: false, output: .integer)))
    }

    private static var program: Program {
        var program = Program(
            graph: "g", machine: "m",
            instructions: [
                multiply(70_007, counts: [7, 0, 70_000]), multiply(9, counts: []), multiply(3, counts: [1, 2]),
                multiply(70_007, counts: [7, 0, 70_000]),
            ])
        program.collectOutlierCounts()
        return program
    }

    private static func lists(_ program: Program) -> [Multiply.Outliers] {
        program.instructions.compactMap { if case .mma(let multiply) = $0.body { multiply.outliers } else { nil } }
    }

    @Test func equalPartsAreStoredOnce() {
        #expect(Self.program.outlierCounts == [7, 0, 70_000, 1, 2])
        #expect(Self.lists(Self.program).map(\.table) == [0, 0, 3, 0])
    }

    @Test func filesGiveEveryInstructionItsPart() throws {
        let program = Self.program
        #expect(try Program(binary: program.binary()) == program)
        #expect(program.assembly.contains("outliers [ 7 0 70000 1 2 ]\n"))
        #expect(try Program(assembly: program.assembly) == program)
        #expect(try Self.lists(Program(assembly: program.assembly)).map(\.counts) == [[7, 0, 70_000], [], [1, 2], [7, 0, 70_000]])
    }

    /// A list that is not counted by parts is one part.
    @Test func partsOfAListAreCounted() {
        let lists = Self.lists(Self.program)
        #expect((0..<4).map { lists[0].count(part: $0) } == [7, 0, 70_000, 0])
        #expect((0..<2).map { lists[1].count(part: $0) } == [9, 0])
    }

    @Test(arguments: [
        ("outliers [ 7 0 70000 1 2 ]", "outliers [ 7 0 70000 1 ]", "instruction 2"),
        ("outliers [ 7 0 70000 1 2 ]", "outliers [ 7 0 -1 1 2 ]", "-1 is no count"),
        ("outliers [ 7 0 70000 1 2 ]", "outliers [ 7 0 4294967296 1 2 ]", "4294967296 is no count"),
    ])
    func countsThatAreMissingOrNoneAreRefused(_ old: String, _ new: String, _ message: String) {
        let text = Self.program.assembly.replacing(old, with: new)
        let problems = #expect(throws: Diagnostics.self) { try Program(assembly: text) }
        #expect(problems?.description.contains(message) == true, "\(problems?.description ?? "")")
    }
}
