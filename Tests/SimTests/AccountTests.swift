import Arch
import Sim
import Testing

/// Which cause and which row each cycle is booked on.
@Suite struct AccountTests {
    private func run(_ program: Program, on target: Target = target()) throws -> Timing {
        let timing = try Simulator(target: target).run(program, trace: true)
        #expect(timing == (try Simulator(target: target).run(program, mode: .tick, trace: true)))
        return timing
    }

    private func row(_ timing: Timing, _ place: Timing.Row.Place) throws -> Timing.Row {
        try #require(timing.rows.first { $0.place == place })
    }

    @Test func everyUnitsCyclesSumToTheTotal() throws {
        var random = RandomSource(seed: 3)
        let timing = try run(random.program(instructions: 60))
        for unit in Unit.allCases { #expect(timing[unit].total == timing.cycles) }
        #expect(timing.rows.map(\.cycles).reduce(0, +) == timing.cycles)
        #expect(timing.rows.first?.place == .start)
        #expect(timing.rows.last?.place == .end)
    }

    @Test func cyclesBeforeTheFirstCodeAreTheStartRow() throws {
        let timing = try run(program([multiply(10)]))
        let start = try row(timing, .start)
        #expect(start.cycles == 104)
        for unit in Unit.allCases { #expect(start[unit].stalls[.instructionFetch] == 104) }
    }

    /// The engine's token comes before the load's: all of the wait is the load's, the first in order.
    @Test func simultaneousWaitsChargeTheFirstInOrder() throws {
        let instructions = [
            load(64, at: 4096).signalling(.vector), multiply(20).signalling(.vector), copy(8).waiting(.load, .engine0),
        ]
        let timing = try run(program(instructions))
        #expect(timing.spans[0].completion > timing.spans[1].completion)
        // Queued three cycles after the first dispatch, which is one before the load's start.
        let queued = timing.spans[0].start - 1 + 3
        #expect(timing[.vector].stalls[.waitLoad] == timing.spans[0].completion + 1 - queued)
        #expect(timing[.vector].stalls[.waitEngine0] == 0)
    }

    @Test func waitIsBookedOnTheCauseThatIsStillThere() throws {
        let instructions = [
            load(64, at: 4096).signalling(.vector), multiply(400).signalling(.vector), copy(8).waiting(.load, .engine0),
        ]
        let timing = try run(program(instructions))
        let queued = timing.spans[0].start - 1 + 3
        #expect(timing[.vector].stalls[.waitLoad] == timing.spans[0].completion + 1 - queued)
        #expect(timing[.vector].stalls[.waitEngine0] == timing.spans[1].completion - timing.spans[0].completion)
    }

    @Test func busyCyclesSplitIntoNamedParts() throws {
        let timing = try run(
            program([multiply(rows: 7, columns: 5, latency: 3), multiply(rows: 2, columns: 2, latency: 3)]))
        #expect(timing[.engine0].busy[.ideal] == 39)
        #expect(timing[.engine0].busy[.raggedEdges] == 7)
        #expect(
            timing.parts == [
                .init(unit: .engine0, part: .init(.ideal, "products", 39)),
                .init(unit: .engine0, part: .init(.raggedEdges, "odd columns", 7)),
            ])
    }

    /// Segment 1 completes inside the time of segment 0, so the frontier does not move for it.
    @Test func rowsAreTheAdvanceOfTheRetireFrontier() throws {
        let timing = try run(
            program(
                [multiply(100, node: 0).signalling(.vector), copy(8, node: 1), copy(8, node: 2).waiting(.engine0)],
                segments: [0, 1, 2]))
        // The first dispatch is the cycle before the first start.
        #expect(try row(timing, .segment(0)).cycles == timing.spans[0].completion - (timing.spans[0].start - 1))
        #expect(try row(timing, .segment(1)).cycles == 0)
        #expect(try row(timing, .segment(1))[.vector].busy.total == 1)
        // Token, one lane group, six pipeline registers.
        #expect(try row(timing, .segment(2)).cycles == 1 + 1 + 6)
        #expect(try row(timing, .segment(2))[.vector].stalls[.waitEngine0] > 90)
    }

    @Test func idleUnitIsDrainedInTheEndRow() throws {
        let timing = try run(program([copy(8), multiply(100)]))
        let copyEnd = timing.spans[0].completion
        #expect(try row(timing, .end)[.vector].stalls[.drained] == timing.cycles - copyEnd)
        #expect(try row(timing, .segment(0))[.vector].stalls[.pipelineLatency] == 6)
        #expect(try row(timing, .end)[.engine1].stalls[.drained] == timing.cycles - (timing.spans[0].start - 1))
    }

    @Test func bytesAndEventsAreBookedByRowAndPurpose() throws {
        let timing = try run(
            program(
                [
                    load(100, at: 4096, node: 0), store(200, at: 8192, node: 1),
                    multiply(rows: 3, columns: 2, latency: 5, node: 1),
                ], segments: [4, 9]))
        #expect(try row(timing, .segment(4)).memory.readBytes.nonzero.map(\.count) == [100, 96])
        #expect(try row(timing, .segment(9)).memory.writtenBytes[.activations] == 200)
        #expect(try row(timing, .segment(9)).memory.readBytes[.instructions] == 192)
        #expect(try row(timing, .segment(9)).events[.multiplyAccumulate] == 30)
        #expect(try row(timing, .segment(9)).nodes == [1])
        #expect(timing.memory.writtenBursts == 4)
        // 288 bytes of code are five bursts, 100 bytes two.
        #expect(timing.memory.readBursts == 7)
    }

    /// Rows of 100 bytes at a pitch of 100: some index lies across three 64-byte blocks.
    @Test func gatherRowsCountAtTheirWorstAlignment() throws {
        func bursts(pitch: Int, rowBytes: Int, dram: Int) throws -> Int {
            let gather = Gather(
                dram: dram, rowPitch: pitch, rows: 1000, index: LocalAddress(.activations, 0),
                local: LocalAddress(.activations, 0), localStride: 128, rowBytes: rowBytes, count: 10,
                traffic: .activations)
            return try run(program([Instruction(node: 0, body: .gather(gather))])).memory.readBursts - 2
        }
        #expect(try bursts(pitch: 100, rowBytes: 100, dram: 0) == 30)
        #expect(try bursts(pitch: 128, rowBytes: 128, dram: 0) == 20)
        #expect(try bursts(pitch: 128, rowBytes: 128, dram: 4) == 30)
    }
}
