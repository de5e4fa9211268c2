import Arch
import Diagnostics

/// `SimpleChannel` written out: every row and every slot is visited.
public struct BurstByBurstChannel: MemoryInterface {
    private let channel: MemoryChannel
    private var pending: [Requester: Int] = [:]
    private var arrival: [Requester: Int] = [:]
    private var served = Requester.store
    private var time = 0

    public init(_ channel: MemoryChannel) { self.channel = channel }

    public mutating func submit(_ request: TransferRequest, at time: Int) throws(Diagnostics) -> Int {
        var bursts = 0
        forEachRow(Array(request.loops)[...], at: request.address) { address in
            var block = address - BurstCount.residue(address, channel.burstBytes)
            while block < address + request.rowBytes {
                bursts += 1
                block += channel.burstBytes
            }
        }
        guard bursts > 0, pending[request.requester] == nil else {
            throw internalError("the \(request.requester) port took a transfer that it has no place for")
        }
        pending[request.requester] = bursts
        arrival[request.requester] = time
        return bursts
    }

    public mutating func advance(until limit: Int, into schedules: inout [BeatSchedule]) {
        while time < limit {
            if let requester = turn() { schedules.append(grant(requester)) }
            time += channel.slotPeriod
        }
    }

    public var nextFinish: Int? {
        var copy = self
        var schedules: [BeatSchedule] = []
        while !copy.pending.isEmpty {
            copy.advance(until: copy.time + 1, into: &schedules)
            if let last = schedules.last, last.finishes { return last.last }
        }
        return nil
    }

    /// Who gets the slot at `time`.
    private func turn() -> Requester? {
        var candidate = served
        for _ in Requester.allCases {
            candidate = candidate.next
            if pending[candidate] != nil, let since = arrival[candidate], since <= time { return candidate }
        }
        return nil
    }

    private mutating func grant(_ requester: Requester) -> BeatSchedule {
        let left = (pending[requester] ?? 0) - 1
        pending[requester] = left > 0 ? left : nil
        served = requester
        return BeatSchedule(
            requester: requester, first: time, interval: channel.slotPeriod, count: 1, finishes: left == 0)
    }

    private func forEachRow(_ loops: ArraySlice<Transfer.Loop>, at address: Int, _ body: (Int) -> Void) {
        guard let loop = loops.first else { return body(address) }
        for step in 0..<loop.count { forEachRow(loops.dropFirst(), at: address + step * loop.globalStride, body) }
    }
}

extension Requester {
    fileprivate var next: Requester {
        switch self {
        case .fetch: .load
        case .load: .store
        case .store: .fetch
        }
    }
}
