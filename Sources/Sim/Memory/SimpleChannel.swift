import Arch
import Diagnostics

/// A channel as a stream of equal slots: one burst at every multiple of `slotPeriod`, given to one requester.
///
/// Arbiter: stateful round robin. A slot goes to the first requester after the one served last, in the order of
/// `Requester`, that has a burst pending; before the first grant `store` counts as served last. Between an arrival or
/// a finish and the next, n pending requesters take turns, so the one at position p of the turn gets the slots
/// p, p + n, p + 2n, ...: that is computed, not stepped, and equal to `BurstByBurstChannel`.
public struct SimpleChannel: MemoryInterface {
    private struct Lane {
        var pending = 0
        /// First slot that it may take.
        var arrival = 0
    }
    private struct State {
        /// Indexed by `Requester`; in place, since `predict` runs a copy.
        var lanes = InlineArray<3, Lane>(repeating: Lane())
        var slot = 0
        var served = Int(Requester.store.rawValue)
    }
    private let burstBytes: Int
    private let slotPeriod: Int
    private var state = State()
    public private(set) var nextFinish: Int?

    public init(_ channel: MemoryChannel) {
        burstBytes = channel.burstBytes
        slotPeriod = channel.slotPeriod
    }

    private func slot(atOrAfter time: Int) -> Int { (time + slotPeriod - 1) / slotPeriod }

    public mutating func submit(_ request: TransferRequest, at time: Int) throws(Diagnostics) -> Int {
        let bursts = BurstCount.bursts(of: request, burstBytes: burstBytes)
        let lane = Int(request.requester.rawValue)
        let arrival = slot(atOrAfter: time)
        guard bursts > 0, state.lanes[lane].pending == 0, arrival >= state.slot else {
            throw internalError("the \(request.requester) port took a transfer that it has no place for")
        }
        state.lanes[lane] = Lane(pending: bursts, arrival: arrival)
        predict()
        return bursts
    }

    public mutating func advance(until time: Int, into schedules: inout [BeatSchedule]) {
        let limit = slot(atOrAfter: time)
        var finished = false
        while state.slot < limit {
            finished = step(to: limit) { schedules.append($0) } || finished
        }
        if finished { predict() }
    }

    /// Runs a copy of the channel to its first finish.
    private mutating func predict() {
        var copy = self
        var finish: Int?
        while finish == nil, copy.hasPending {
            _ = copy.step(to: .max) { if $0.finishes { finish = $0.last } }
        }
        nextFinish = finish
    }

    private var hasPending: Bool {
        for lane in state.lanes.indices where state.lanes[lane].pending > 0 { return true }
        return false
    }

    /// Decides slots up to the next arrival, finish or `limit`, whichever is first; true when a transfer finished, which
    /// is never more than one.
    private mutating func step(to limit: Int, _ grant: (BeatSchedule) -> Void) -> Bool {
        var active = 0
        var horizon = limit
        for index in state.lanes.indices where state.lanes[index].pending > 0 {
            let arrival = state.lanes[index].arrival
            if arrival <= state.slot { active += 1 } else { horizon = min(horizon, arrival) }
        }
        guard active > 0 else {
            state.slot = horizon
            return false
        }
        var span = horizon - state.slot
        forEachActive { position, lane in
            span = min(span, position + (state.lanes[lane].pending - 1) * active + 1)
        }
        var finished = false
        var served = state.served
        var lanes = state.lanes
        forEachActive { position, lane in
            guard position < span else { return }
            let count = (span - position + active - 1) / active
            lanes[lane].pending -= count
            if position == (span - 1) % active { served = lane }
            finished = finished || lanes[lane].pending == 0
            grant(
                BeatSchedule(
                    requester: Requester.allCases[lane], first: (state.slot + position) * slotPeriod,
                    interval: active * slotPeriod, count: count, finishes: lanes[lane].pending == 0))
        }
        state.lanes = lanes
        state.served = served
        state.slot += span
        return finished
    }

    /// Visits the pending requesters in the order of their turn.
    private func forEachActive(_ body: (_ position: Int, _ lane: Int) -> Void) {
        var position = 0
        for offset in 1...state.lanes.count {
            let lane = (state.served + offset) % state.lanes.count
            if state.lanes[lane].pending > 0, state.lanes[lane].arrival <= state.slot {
                body(position, lane)
                position += 1
            }
        }
    }
}

extension MemoryChannel {
    /// Number of the first slot that does not start before `time`.
    func slot(atOrAfter time: Int) -> Int { (time + slotPeriod - 1) / slotPeriod }

    /// Time of the last of `bursts` slots of a requester that is alone on the channel from `time` on.
    func lastSlotAlone(bursts: Int, from time: Int) -> Int {
        (slot(atOrAfter: time) + bursts - 1) * slotPeriod
    }
}

/// Something that no program may cause: reported, not trapped.
func internalError(_ message: String) -> Diagnostics { Diagnostics(Diagnostic("internal error: " + message)) }
