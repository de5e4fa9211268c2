import Arch
import Sim
import Testing

/// Each rule of docs/time.md is tight: nothing sooner, nothing later. On the machine of `target()` the code of
/// a program
/// of n <= 8 instructions is fetched alone by the slots 1 ... ceil(96 n / 64) of 1.25 ns.
@Suite struct GateTests {
    /// First dispatch: last slot plus 100 ns of latency, up to the next edge, seen one cycle later.
    private func firstDispatch(_ count: Int) -> Int {
        let slots = (96 * count + 63) / 64
        return Int(((Double(slots) * 1.25 + 100)).rounded(.up)) + 1
    }

    private func spans(_ instructions: [Instruction], on target: Target = target()) throws -> [Timing.Span] {
        let timing = try Simulator(target: target).run(program(instructions), trace: true)
        #expect(timing == (try Simulator(target: target).run(program(instructions), mode: .tick, trace: true)))
        return timing.spans
    }

    @Test func firstInstructionStartsACycleAfterItsDispatch() throws {
        #expect(firstDispatch(1) == 104)
        #expect(try spans([multiply(10, latency: 3)]) == [.init(start: 105, completion: 105 + 10 + 3)])
    }

    /// The next product may read what this one wrote, so its last write must have been seen.
    @Test func nextInstructionStartsTheCycleAfterTheCompletion() throws {
        let spans = try spans([multiply(10, latency: 30), multiply(10, latency: 30)])
        #expect(spans[1].start == spans[0].start + 10 + 30 + 1)
        #expect(spans[1].completion == spans[1].start + 40)
    }

    @Test func tokenIsUsableTheCycleAfterTheCompletion() throws {
        let spans = try spans([multiply(10, latency: 30).signalling(.vector), copy(8).waiting(.engine0)])
        #expect(spans[1].start == spans[0].completion + 1)
        #expect(spans[1].completion == spans[1].start + 1 + 6)
    }

    @Test func unitRetiresInOrder() throws {
        let spans = try spans([multiply(2, latency: 30), multiply(2, latency: 1), multiply(2, latency: 1)])
        // Seen, occupancy, latency.
        #expect(spans[1].completion == spans[0].completion + 1 + 2 + 1)
        #expect(spans[2].completion == spans[1].completion + 1 + 2 + 1)
    }

    @Test func frontEndSendsOneInstructionPerCycleInOrder() throws {
        let start = firstDispatch(3) + 1
        let spans = try spans([multiply(2), copy(8), multiply(2, engine: 1)])
        #expect(spans.map(\.start) == [start, start + 1, start + 2])
    }

    /// Depth one: the third product is sent when the second has started, seen a cycle later; the copy waits behind it.
    @Test func fullQueueBlocksTheInstructionsBehindIt() throws {
        let start = firstDispatch(4) + 1
        let spans = try spans([multiply(50), multiply(50), multiply(50), copy(8)], on: target(queue: 1))
        // Occupancy, latency, seen.
        #expect(spans[1].start == start + 50 + 1 + 1)
        let dispatchOfThird = spans[1].start + 1
        #expect(spans[3].start == dispatchOfThird + 1 + 1)
        let free = try self.spans([multiply(50), multiply(50), multiply(50), copy(8)], on: target(queue: 2))
        // A second entry frees when the first product starts, so nothing waits beyond one per cycle.
        #expect(free[3].start == start + 3)
    }

    /// Buffer of one: the next fetch is issued in the cycle after the dispatch, and travels 1 + 2 slots + latency.
    @Test func fetchWaitsForRoomInTheBuffer() throws {
        let spans = try spans(
            [multiply(2), multiply(2)], on: target(clock: 1250, latency: 12_500, fetch: 8, buffer: 1))
        // Issued in 0, slots 1 and 2 (96 bytes from 0), data at 2 + 10, dispatched in 13.
        #expect(spans[0].start == 14)
        // Issued in 14, slots 15 and 16 (bytes 96 ..< 192 touch two blocks), data at 26, dispatched in 27.
        #expect(spans[1].start == 28)
    }

    /// Request written in the start's cycle, seen in the next; slots on a grid of 1.25 ns; data at the next edge.
    @Test func loadCompletesOnTheFirstEdgeAfterItsData() throws {
        let start = firstDispatch(1) + 1
        #expect(start == 105)
        // Slot at or after 106 ns: 106.25; three more; 110 + 100 = 210 exactly.
        #expect(try spans([load(256, at: 4096)]) == [.init(start: start, completion: 210)])
        // One more burst: 111.25 + 100 = 211.25.
        #expect(try spans([load(257, at: 4096)]) == [.init(start: start, completion: 212)])
    }

    @Test func nextTransferIsIssuedInTheCycleAfterTheLastSlot() throws {
        // Two instructions, three slots of code: data at 103.75, dispatch in 105, start in 106, first slot 107.5.
        let spans = try spans([load(256, at: 4096), load(256, at: 8192)])
        #expect(spans[0].start == 106)
        // Last slot at 107.5 + 3.75 = 111.25; start in 112; first slot at 113.75, last at 117.5.
        #expect(spans[1].start == 112)
        #expect(spans[0].completion == 212)
        #expect(spans[1].completion == 218)
    }

    /// With no latency at all the data still takes the register at the end of the slot's cycle.
    @Test func dataAreNotThereBeforeTheEdgeAfterTheirSlot() throws {
        let spans = try spans([load(64, at: 4096)], on: target(clock: 1250, latency: 0))
        // Fetched by slots 1 and 2, in the buffer at 3, dispatched in 4, started in 5, slot 6.
        #expect(spans == [.init(start: 5, completion: 7)])
    }

    /// Its indices may come with the load.
    @Test func gatherStartsACycleAfterTheLoadsBeforeItHaveCompleted() throws {
        let gather = Gather(
            dram: 8192, rowPitch: 64, rows: 4, index: LocalAddress(.activations, 0),
            local: LocalAddress(.activations, 64),
            localStride: 64, rowBytes: 64, count: 2, traffic: .activations)
        let spans = try spans([load(64, at: 4096), Instruction(node: 0, body: .gather(gather))])
        #expect(spans[1].start == spans[0].completion + 1)
    }

    @Test func fillTakesAPortWordPerCycleAndNoSlot() throws {
        let timing = try Simulator(target: target()).run(program([fill(129)]), trace: true)
        #expect(timing.spans[0].completion - timing.spans[0].start == 3)
        #expect(timing.memory.readBytes[.instructions] == 96)
        #expect(timing.memory.readBytes.total == 96)
        #expect(timing.memory.readBursts == 2)
    }
}
