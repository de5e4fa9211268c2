import Arch
import Diagnostics
import Sim
import Testing

/// A second memory behind the same interface: its own slots, its own latency, its own account.
@Suite struct SharedBufferTests {
    /// Words of 32 bytes, 9 cycles of latency.
    private static let shared = SharedBuffer(bytes: 4096, bytesPerCycle: 32, latency: 9)

    private func run(_ instructions: [Instruction], fetchLatency: Int = 1000) throws -> Timing {
        let target = target(latency: fetchLatency, shared: Self.shared)
        return try Simulator(target: target).run(program(instructions), trace: true)
    }

    /// The start is the cycle before the first slot; 320 bytes are 10 slots of a cycle each, and the data of the last is
    /// there 9 cycles after the beginning of its slot.
    @Test func aLoadTakesItsWordsAndTheLatency() throws {
        let span = try #require(try run([load(320, atShared: 0)]).spans.first)
        #expect(span.completion - span.start == 1 + (10 - 1) + 9)
    }

    @Test func aRowThatCrossesAWordTakesOneMore() throws {
        let timing = try run([load(32, atShared: 16), store(32, atShared: 64)])
        #expect(timing.traffic[.shared].readBursts == 2 && timing.traffic[.shared].writtenBursts == 1)
        #expect(timing.traffic[.shared].readBytes.total == 32 && timing.traffic[.shared].writtenBytes.total == 32)
        // Only instructions come from DRAM.
        #expect(timing.memory.readBytes.total == 2 * ISA.instructionBytes && timing.memory.writtenBytes.total == 0)
    }

    /// A store to DRAM and a load from the shared buffer at the same time do not slow one another; two transfers of
    /// one memory do.
    @Test func memoriesHaveChannelsOfTheirOwn() throws {
        func loadCycles(_ pair: [Instruction]) throws -> Int {
            let span = try run(pair).spans[1]
            return span.completion - span.start
        }
        let alone = try loadCycles([fill(1), load(640, atShared: 0)])
        #expect(try loadCycles([store(4096), load(640, atShared: 0)]) == alone)
        #expect(try loadCycles([store(640, atShared: 2048), load(640, atShared: 0)]) > alone)
        #expect(try run([store(4096), load(640, atShared: 0)])[.load].stalls[.memoryContention] == 0)
        #expect(try run([store(640, atShared: 2048), load(640, atShared: 0)])[.load].stalls[.memoryContention] > 0)
    }

    /// A unit completes in order: the quick transfer waits for the slow one before it.
    @Test func loadsOfTwoMemoriesCompleteInOrder() throws {
        let spans = try run([load(64), load(32, atShared: 0)], fetchLatency: 100_000).spans
        #expect(spans[1].completion == spans[0].completion + 1)
    }

    @Test func aMachineWithoutASharedBufferRefusesTheProgram() {
        do {
            _ = try Simulator(target: target(shared: nil)).run(program([load(32, atShared: 0)]))
            Issue.record("accepted")
        } catch { #expect(error.all.map(\.field) == ["shared"]) }
    }
}
