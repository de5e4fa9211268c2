import Arch
import Diagnostics
import Sim
import Testing

/// What cannot run is a diagnostic: never a trap, never an endless run.
@Suite struct BadProgramTests {
    private func problems(_ program: Program, on target: Target = target(), mode: Simulator.Mode = .event)
        -> Diagnostics
    {
        do throws(Diagnostics) {
            _ = try Simulator(target: target).run(program, mode: mode)
            return Diagnostics()
        } catch {
            return error
        }
    }

    @Test(arguments: Simulator.Mode.allCases)
    func tokenThatNeverComesNamesInstructionUnitAndSender(mode: Simulator.Mode) throws {
        let stuck = program([multiply(10), copy(8).waiting(.engine0), store(64, at: 4096)])
        let problem = try #require(problems(stuck, mode: mode).all.first)
        #expect(problem.node == "n0")
        #expect(problem.field == "instruction 1")
        #expect(problem.message == "deadlock: the vector unit waits for a token from engine0 that is never sent")
    }

    @Test(arguments: Simulator.Mode.allCases)
    func circleOfWaitsNamesEveryUnitInIt(mode: Simulator.Mode) {
        let circle = program([
            load(64, at: 4096).waiting(.vector).signalling(.vector), copy(8).waiting(.load).signalling(.load),
        ])
        #expect(problems(circle, mode: mode).all.map(\.field) == ["instruction 0", "instruction 1"])
        #expect(problems(circle, mode: mode) == problems(circle))
    }

    /// The sender stands behind a full queue.
    @Test(arguments: Simulator.Mode.allCases)
    func waitForAnInstructionBehindAFullQueueIsADeadlock(mode: Simulator.Mode) {
        let behind = program([
            copy(8).waiting(.engine0), copy(8), copy(8), multiply(10).signalling(.vector),
        ])
        #expect(problems(behind, on: target(queue: 2), mode: mode).all.map(\.field) == ["instruction 0"])
        #expect(problems(behind, on: target(queue: 3), mode: mode).isEmpty)
    }

    @Test(arguments: Simulator.Mode.allCases)
    func emptyProgramTakesNoTime(mode: Simulator.Mode) throws {
        let timing = try Simulator(target: target()).run(program([]), mode: mode)
        #expect(timing.cycles == 0)
        #expect(timing.rows.allSatisfy { $0.cycles == 0 })
    }

    @Test func unknownNodesAndEnginesAreNamed() {
        let bad = program([multiply(10, node: 3), multiply(10, engine: 1), load(64), multiply(10, node: -1)])
        #expect(
            problems(bad, on: target(engines: 1)).all.map { [$0.node, $0.field] } == [
                ["instruction 0", "node"], ["instruction 1", "engine"], ["instruction 3", "node"],
            ])
    }

    @Test func numbersOutOfRangeAreRefused() {
        func transfer(_ rowBytes: Int, dram: Int = 0, _ loops: [Transfer.Loop] = []) -> Program {
            program([
                Instruction(
                    node: 0,
                    body: .load(
                        Transfer(
                            dram: dram, local: LocalAddress(.weights, 0), rowBytes: rowBytes, loops: loops,
                            traffic: .weights)))
            ])
        }
        #expect(!problems(transfer(-1)).isEmpty)
        #expect(!problems(transfer(64, dram: .min)).isEmpty)
        #expect(!problems(transfer(.max)).isEmpty)
        #expect(!problems(transfer(64, [.init(count: -2)])).isEmpty)
        #expect(!problems(transfer(64, [.init(count: 1 << 40), .init(count: 1 << 40)])).isEmpty)
        #expect(!problems(transfer(0, [.init(count: 1 << 40), .init(count: 1 << 40)])).isEmpty)
        #expect(!problems(transfer(64, [.init(count: 2, globalStride: .min)])).isEmpty)
        #expect(problems(transfer(0, [.init(count: 0)])).isEmpty)
        #expect(problems(transfer(64, dram: -100, [.init(count: 3, globalStride: -7)])).isEmpty)
    }

    @Test func machineWithoutAClockIsRefused() {
        let machines = [
            target(clock: 0), target(burstBytes: 0), target(burstPeriod: -1), target(latency: -1), target(fetch: 0),
            target(buffer: 0), target(queue: 0), target(clock: .max),
        ]
        for machine in machines { #expect(!problems(program([multiply(2)]), on: machine).isEmpty) }
    }

    @Test func programThatOutlastsTheClockIsRefused() {
        let slow = target(clock: 1 << 30, burstPeriod: 1 << 30)
        let endless = (0..<5).map { _ in load(1 << 38) }
        #expect(problems(program(endless), on: slow).description.contains("2^61"))
    }
}
