import Arch
import Sim
import Testing

/// Which slot goes to whom. Slots are 1250 ps apart.
@Suite struct ChannelTests {
    static let memory = MemoryChannel(standard: "", burstBytes: 64, burstPeriod: 1250, latency: 0, capacity: 0)

    /// A slot as granted: its number, who got it and whether that ended a transfer.
    struct Slot: Hashable {
        var number: Int
        var requester: Requester
        var finishes: Bool
    }

    static func slots(_ schedules: [BeatSchedule], period: Int = 1250) -> [Slot] {
        schedules.flatMap { schedule in
            (0..<schedule.count).map { beat in
                Slot(
                    number: (schedule.first + beat * schedule.interval) / period, requester: schedule.requester,
                    finishes: schedule.finishes && beat == schedule.count - 1)
            }
        }.sorted { $0.number < $1.number }
    }

    static func request(_ requester: Requester, bursts: Int) -> TransferRequest {
        TransferRequest(requester: requester, address: 0, rowBytes: 64 * bursts, isWrite: requester == .store)
    }

    /// Requesters in slot order when all have arrived by `until`.
    private func order(
        _ arrivals: [(Requester, bursts: Int, time: Int)], until: Int = 1_000_000
    ) throws -> [Requester] {
        var channel = SimpleChannel(Self.memory)
        for arrival in arrivals {
            #expect(
                try channel.submit(Self.request(arrival.0, bursts: arrival.bursts), at: arrival.time) == arrival.bursts)
        }
        var schedules: [BeatSchedule] = []
        channel.advance(until: until, into: &schedules)
        return Self.slots(schedules).map(\.requester)
    }

    @Test func requestTakesTheFirstSlotThatIsNotBeforeIt() throws {
        for (time, slot) in [(0, 0), (1, 1), (1249, 1), (1250, 1), (1251, 2)] {
            var channel = SimpleChannel(Self.memory)
            _ = try channel.submit(Self.request(.load, bursts: 1), at: time)
            #expect(channel.nextFinish == slot * 1250)
            var schedules: [BeatSchedule] = []
            channel.advance(until: slot * 1250, into: &schedules)
            #expect(schedules.isEmpty)
            channel.advance(until: slot * 1250 + 1, into: &schedules)
            #expect(Self.slots(schedules) == [Slot(number: slot, requester: .load, finishes: true)])
            #expect(channel.nextFinish == nil)
        }
    }

    @Test func fetchComesFirstAfterReset() throws {
        #expect(
            try order([(.store, 2, 0), (.load, 2, 0), (.fetch, 2, 0)]) == [
                .fetch, .load, .store, .fetch, .load, .store,
            ])
    }

    @Test func requestersThatAreLeftShareTheSlotsOfTheOneThatEnded() throws {
        #expect(
            try order([(.fetch, 1, 0), (.load, 4, 0), (.store, 3, 0)])
                == [.fetch, .load, .store, .load, .store, .load, .store, .load])
    }

    @Test func latecomerIsServedInTheSlotOfItsArrivalAndNotBefore() throws {
        #expect(
            try order([(.load, 6, 0), (.store, 2, 4 * 1250)])
                == [.load, .load, .load, .load, .store, .load, .store, .load])
        #expect(
            try order([(.load, 6, 0), (.store, 2, 4 * 1250 + 1)])
                == [.load, .load, .load, .load, .load, .store, .load, .store])
    }

    @Test func arbiterRemembersWhoWasServedLastAcrossIdleSlots() throws {
        var channel = SimpleChannel(Self.memory)
        var schedules: [BeatSchedule] = []
        _ = try channel.submit(Self.request(.fetch, bursts: 1), at: 0)
        channel.advance(until: 12_500, into: &schedules)
        _ = try channel.submit(Self.request(.fetch, bursts: 1), at: 12_500)
        _ = try channel.submit(Self.request(.load, bursts: 1), at: 12_500)
        channel.advance(until: 50_000, into: &schedules)
        #expect(Self.slots(schedules).map(\.requester) == [.fetch, .load, .fetch])
        #expect(Self.slots(schedules).map(\.number) == [0, 10, 11])
    }

    @Test func secondTransferOfABusyRequesterIsRefused() throws {
        var channel = SimpleChannel(Self.memory)
        _ = try channel.submit(Self.request(.load, bursts: 2), at: 0)
        #expect(throws: (any Error).self) { try channel.submit(Self.request(.load, bursts: 2), at: 0) }
    }

    /// Random transfers submitted as their requesters become free, the channels advanced by random steps.
    @Test(arguments: 0..<500)
    func closedFormEqualsTheBurstByBurstProcess(seed: Int) throws {
        var random = RandomSource(seed: UInt64(seed))
        let period = random.pick([1250, 333, 2500])
        let memory = MemoryChannel(standard: "", burstBytes: 64, burstPeriod: period, latency: 0, capacity: 0)
        var closed = SimpleChannel(memory)
        var plain = BurstByBurstChannel(memory)
        var (closedSchedules, plainSchedules): ([BeatSchedule], [BeatSchedule]) = ([], [])
        var busy: Set<Requester> = []
        var time = 0
        for _ in 0..<60 {
            for requester in Requester.allCases where !busy.contains(requester) && random.chance(40) {
                let request = Self.request(requester, bursts: random.pick([1, 1, 2, 5, 40]))
                let arrival = time + Int.random(in: 0..<20_000, using: &random)
                #expect(try closed.submit(request, at: arrival) == plain.submit(request, at: arrival))
                busy.insert(requester)
            }
            #expect(closed.nextFinish == plain.nextFinish)
            time += Int.random(in: 0..<30_000, using: &random)
            let seen = plainSchedules.count
            closed.advance(until: time, into: &closedSchedules)
            plain.advance(until: time, into: &plainSchedules)
            for schedule in plainSchedules[seen...] where schedule.finishes { busy.remove(schedule.requester) }
            #expect(Self.slots(closedSchedules, period: period) == Self.slots(plainSchedules, period: period))
        }
    }
}
