import Arch
import Sim
import Testing

/// Costs are computed once per kind of instruction: every instruction must still be counted.
@Suite struct CostTests {
    /// `kinds` products of 1, 2, ... rows and 3 columns, depth 2, three times over. `StubEngine`: 3 rows cycles of
    /// products, one per row for the odd column, 6 rows multiply-accumulates.
    @Test(arguments: [1, 15, 16, 17, 40])
    func everyInstructionCountsHoweverManyKindsThereAre(kinds: Int) throws {
        let round = (1...kinds).map { multiply(rows: $0, columns: 3, latency: 2) }
        let timing = try Simulator(target: target()).run(program(round + round + round))
        let rows = 3 * kinds * (kinds + 1) / 2
        #expect(timing[.engine0].busy[.ideal] == 3 * rows)
        #expect(timing[.engine0].busy[.raggedEdges] == rows)
        #expect(timing.events[.multiplyAccumulate] == 6 * rows)
    }

    /// The same work at other addresses, and other work at the same ones.
    @Test func addressesDoNotMatterAndCountsDo() throws {
        func add(_ count: Int, at offset: Int) -> Instruction {
            let operand = Operand(LocalAddress(.activations, offset), .float32)
            return Instruction(
                node: 0,
                body: .elementwise(
                    Elementwise(
                        .addFloat, destination: operand, a: operand, b: .memory(operand),
                        loops: [.init(count: count, destination: 4, a: 4, b: 4)])))
        }
        let timing = try Simulator(target: target()).run(program([add(5, at: 0), add(5, at: 64), add(9, at: 0)]))
        #expect(timing.events[.vectorOperation] == 5 + 5 + 9)
    }
}
