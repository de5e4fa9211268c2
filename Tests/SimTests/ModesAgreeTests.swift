import Arch
import Sim
import Testing

/// Event-driven and tick by tick are two implementations of docs/time.md: everything that they say must be equal.
@Suite struct ModesAgreeTests {
    @Test(arguments: 0..<40)
    func randomProgramsTakeTheSameCyclesInBothModes(batch: Int) throws {
        for seed in 0..<100 {
            var random = RandomSource(seed: UInt64(batch * 1000 + seed))
            let target = random.target()
            let program = random.program(instructions: random.pick([0, 1, 2, 5, 20, 60]))
            let simulator = Simulator(target: target)
            let event = try simulator.run(program, mode: .event, trace: true)
            let tick = try simulator.run(program, mode: .tick, trace: true)
            #expect(event.spans == tick.spans, "seed \(batch * 1000 + seed)")
            #expect(event == tick, "seed \(batch * 1000 + seed)")
            if event != tick { return }
        }
    }

    /// What the random programs are worth: every cause and every traffic occurs, and transfers do contend.
    @Test func randomProgramsMeetEveryCause() throws {
        var stalls = Tally<StallCause>()
        var traffic = Timing.Traffics()
        for seed in 0..<100 {
            var random = RandomSource(seed: UInt64(seed))
            let target = random.target()
            let timing = try Simulator(target: target).run(random.program(instructions: 60))
            for unit in Unit.allCases { stalls += timing[unit].stalls }
            traffic += timing.traffic
        }
        for cause in StallCause.allCases { #expect(stalls[cause] > 100, "\(cause.name)") }
        for kind in Traffic.allCases where kind != .instructions {
            for memory in GlobalMemory.allCases {
                #expect(traffic[memory].writtenBytes[kind] > 1000, "\(kind.name) \(memory.name)")
            }
        }
    }

    @Test func traceDoesNotChangeTime() throws {
        var random = RandomSource(seed: 7)
        let program = random.program(instructions: 60)
        var traced = try Simulator(target: target()).run(program, trace: true)
        #expect(traced.spans.count == 60)
        traced.spans = []
        traced.spanUnits = []
        #expect(try Simulator(target: target()).run(program) == traced)
    }

    @Test func retireTraceIsOrderedByCycleThenUnit() throws {
        var random = RandomSource(seed: 11)
        let program = random.program(instructions: 60)
        let timing = try Simulator(target: target()).run(program, trace: true)
        let trace = Array(timing.retirements)
        let expected = program.instructions.indices
            .map {
                Retirement(cycle: timing.spans[$0].completion, unit: program.instructions[$0].unit, instruction: $0)
            }
            .sorted { ($0.cycle, $0.unit.rawValue) < ($1.cycle, $1.unit.rawValue) }
        #expect(trace == expected)
        #expect(Set(trace.map { [$0.cycle, Int($0.unit.rawValue)] }).count == 60)
    }
}
