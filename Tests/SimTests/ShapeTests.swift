import Arch
import Sim
import Testing

/// Totals are the sums of named parts that one writes down by hand.
@Suite struct ShapeTests {
    /// N bytes at 51.2 bytes per ns and 100 ns of latency, with what comes before the first slot and the
    /// rounding at the end.
    @Test(arguments: [64, 6400, 65_536, 1 << 20, 1 << 30])
    func streamingLoadTakesItsBytesOverTheBandwidthPlusTheLatency(bytes: Int) throws {
        let timing = try Simulator(target: target()).run(program([load(bytes, at: 4096)]))
        let beforeFirstSlot = 106.25
        let lastSlotOffset = Double(bytes) / 51.2 - 1.25
        let latency = 100.0
        #expect(timing.cycles == Int((beforeFirstSlot + lastSlotOffset + latency).rounded(.up)))
        #expect(timing[.load].busy.total == Int((Double(bytes) / 51.2).rounded(.up)))
        #expect(timing.memory.readBytes[.weights] == bytes)
        #expect(timing.memory.readBursts == bytes / 64 + 2)
        #expect(timing[.load].stalls[.memoryContention] == 0)
    }

    /// Slots and edges coincide; all code comes with one fetch. Steps alternate between two buffers: load k +
    /// 2 waits for product k.
    private func doubleBuffered(steps: Int, bursts: Int, product: Int) throws -> Timing {
        let machine = target(clock: 1250, latency: 12_500, fetch: 64, buffer: 64, queue: 64)
        let instructions = (0..<steps).flatMap { step in
            let transfer = load(bursts * 64, at: 1 << 20).signalling(.engine0)
            return [
                step < 2 ? transfer : transfer.waiting(.engine0),
                multiply(product, latency: 4).waiting(.load).signalling(.load),
            ]
        }
        let timing = try Simulator(target: machine).run(program(instructions), trace: true)
        #expect(timing == (try Simulator(target: machine).run(program(instructions), mode: .tick, trace: true)))
        return timing
    }

    @Test(arguments: [(10, 40), (10, 60), (40, 30), (80, 20), (50, 50)])
    func doubleBufferedStepsTakeTheLongestOfLoadProductAndRoundTrip(bursts: Int, product: Int) throws {
        let steps = 16
        let latency = 10
        let timing = try doubleBuffered(steps: steps, bursts: bursts, product: product)
        // Fetch: request, 48 slots of code, latency, buffer; then dispatch and queue.
        let firstStart = 1 + 47 + latency + 1 + 1
        // A load holds its unit for the request's register and its slots.
        let transfer = 1 + bursts
        let firstData = firstStart + bursts + latency
        let token = 1
        let adders = 4
        let loadBound = firstStart + (steps - 1) * transfer + bursts + latency + token + product + adders
        // The unit drains before the next product: product, adders, and a cycle until that is seen.
        let productBound = firstData + token + (steps - 1) * (product + adders + 1) + product + adders
        // A buffer goes round: load, latency, token, product, adders, token. Two buffers, eight rounds each.
        let step = bursts + latency + token + product + adders
        let firstEnd = firstData + token + product + adders
        let secondEnd = max(firstData + transfer + token, firstEnd + 1) + product + adders
        let bufferBound = secondEnd + (steps / 2 - 1) * (step + token)
        #expect(timing.cycles == max(loadBound, productBound, bufferBound))
        #expect(timing[.engine0].busy.total == steps * product)
        #expect(timing[.load].busy.total == steps * bursts)
    }

    /// With one buffer nothing overlaps: the parts of a step add up.
    @Test func singleBufferedStepsTakeTheSumOfLoadAndProduct() throws {
        let machine = target(clock: 1250, latency: 12_500, fetch: 64, buffer: 64, queue: 64)
        let instructions = (0..<16).flatMap { step in
            let transfer = load(640, at: 1 << 20).signalling(.engine0)
            return [
                step < 1 ? transfer : transfer.waiting(.engine0),
                multiply(20, latency: 4).waiting(.load).signalling(.load),
            ]
        }
        let timing = try Simulator(target: machine).run(program(instructions), trace: true)
        // Slots, latency, token, product, adders, token.
        let step = 10 + 10 + 1 + 20 + 4 + 1
        #expect(timing.spans[2].start - timing.spans[0].start == step)
        #expect(timing.cycles == 60 + 16 * step - 1)
    }

    /// A load and a store of n bursts each share the channel: together 2 n slots.
    @Test func loadAndStoreShareTheChannelHalfAndHalf() throws {
        let machine = target(clock: 1250, latency: 12_500, fetch: 64, buffer: 64, queue: 64)
        let timing = try Simulator(target: machine).run(
            program([store(6400, at: 1 << 20), load(6400, at: 1 << 21)]), trace: true)
        // Three slots of code; the store starts in 16 and has the slot of 17 alone, the load joins in 18.
        #expect(timing.spans[0].start == 1 + 2 + 10 + 1 + 2 - 1)
        let firstSlot = timing.spans[0].start + 1
        // From then on they alternate, the load first because the store was served last: S L S L ... ending with L.
        #expect(timing.spans[0].completion == firstSlot + 2 * 99 + 10)
        #expect(timing.spans[1].completion == firstSlot + 199 + 10)
        #expect(timing[.store].stalls[.memoryContention] == 99)
        #expect(timing[.load].stalls[.memoryContention] == 99)
        #expect(timing[.load].busy.total == 100)
        #expect(timing.memory.writtenBytes[.activations] == 6400)
        #expect(timing.memory.writtenBursts == 100)
    }

    /// The bandwidth does not depend on the clock of the core: 2.5 ns slots seen from cycles of 1 ns.
    @Test func burstPeriodIsNotRoundedToCycles() throws {
        let slow = target(clock: 1000, burstPeriod: 2500, latency: 0)
        let timing = try Simulator(target: slow).run(program([load(64 * 1000, at: 4096)]), trace: true)
        let span = timing.spans[0]
        // Slots 2.5 ns apart from the first one at or after the request.
        let first = (Double(span.start + 1) / 2.5).rounded(.up) * 2.5
        #expect(span.completion == Int((first + 999 * 2.5).rounded(.down)) + 1)
    }
}
