import Arch
import Diagnostics

/// Who asks the memory interface for transfers. The round robin visits them in this order.
public enum Requester: UInt8, Hashable, Sendable, CaseIterable {
    case fetch, load, store
}

/// A strided range of one memory: `rowBytes` contiguous bytes at `address` for every step of a nest of loops.
public struct TransferRequest: Hashable, Sendable {
    public var requester: Requester
    public var address: Int
    public var rowBytes: Int
    /// Outermost first; only count and `globalStride` matter here.
    public var loops: FixedLoops<3, Transfer.Loop>
    public var isWrite: Bool

    /// - Parameter loops: at most three.
    public init(requester: Requester, address: Int, rowBytes: Int, loops: [Transfer.Loop] = [], isWrite: Bool) {
        self.init(
            requester: requester, address: address, rowBytes: rowBytes, loops: FixedLoops(loops), isWrite: isWrite)
    }

    init(requester: Requester, address: Int, rowBytes: Int, loops: FixedLoops<3, Transfer.Loop>, isWrite: Bool) {
        self.requester = requester
        self.address = address
        self.rowBytes = rowBytes
        self.loops = loops
        self.isWrite = isWrite
    }
}

/// Slots granted to one transfer: at `first`, `first + interval`, ..., `count` of them, in picoseconds.
public struct BeatSchedule: Hashable, Sendable {
    public var requester: Requester
    public var first: Int
    public var interval: Int
    public var count: Int
    /// The last of these slots is the last of the transfer.
    public var finishes: Bool

    public init(requester: Requester, first: Int, interval: Int, count: Int, finishes: Bool) {
        self.requester = requester
        self.first = first
        self.interval = interval
        self.count = count
        self.finishes = finishes
    }

    public var last: Int { first + (count - 1) * interval }
}

/// A memory at the level of transfers: ranges and times in, beat schedules out. Times are picoseconds.
///
/// Each requester has at most one transfer with slots still to come; it may submit the next one once the last slot of
/// the former has been granted. A write's schedule is that of its data.
public protocol MemoryInterface {
    /// Registers a transfer whose first slot may be at `time` or later; `time` is not before what was advanced over.
    /// - Returns: how many bursts it takes, at least one: empty transfers are not submitted.
    mutating func submit(_ request: TransferRequest, at time: Int) throws(Diagnostics) -> Int
    /// Decides every slot before `time` and appends the schedules in no particular order.
    mutating func advance(until time: Int, into schedules: inout [BeatSchedule])
    /// Time of the first slot that ends a transfer if nothing else is submitted; `nil` when nothing is pending.
    var nextFinish: Int? { get }
}
