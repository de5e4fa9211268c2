import Arch
import Diagnostics
import Engines
import Testing

/// What a program with lists of outliers must hold before it is timed.
@Suite struct OutlierProgramTests {
    private static func problems(_ engine: any Engine, counts: [Int], of total: Int, columns: Int = 16) throws -> [String] {
        let machine = try Presets.named("olaccel")
        let target = Target(machine: machine, engines: [engine])
        let multiply = OLAccelTests.multiply(rows: 5, columns: columns, run: 8, outliers: total, group: 4, counts: counts)
        let program = Program(
            graph: "g", machine: "m", instructions: [Instruction(node: 0, body: .mma(multiply))],
            nodes: [NodeRecord(name: "n", operation: "linear", segment: 0, macs: 1)], dramBytes: 4096)
        return ProgramChecker.check(program, target: target).map(\.description)
    }

    @Test func countsMustBeOneForEverySegment() throws {
        let engine = OLAccelArray(rows: 8, columns: 16)
        #expect(try Self.problems(engine, counts: [1, 2], of: 3) == [])
        #expect(try Self.problems(engine, counts: [0, 0], of: 0) == [])
        #expect(try Self.problems(engine, counts: [1, 2, 0], of: 3).first?.contains("3 counts are not one for each of 2 parts") == true)
        #expect(try Self.problems(engine, counts: [], of: 3).first?.contains("0 counts are not one for each of 2 parts") == true)
        #expect(try Self.problems(engine, counts: [1, 2], of: 4).first?.contains("sum to 3, the list has 4") == true)
        #expect(try Self.problems(engine, counts: [1, 2], of: 3, columns: 17).first?.contains("one column block of 16") == true)
    }
}
