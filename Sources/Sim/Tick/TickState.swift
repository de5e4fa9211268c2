import Arch

/// The registers of a core: what is written in one cycle is read in the next.
struct TickState {
    /// Instructions asked for, arrived in the buffer, and sent to a queue.
    var requested = 0
    var arrived = 0
    var dispatched = 0
    /// Requesters with slots to come.
    var portBusy: Set<Requester> = []
    var queues: [[Int]] = Unit.allCases.map { _ in [] }
    /// [sender][receiver]
    var tokens = Unit.allCases.map { _ in Unit.allCases.map { _ in 0 } }
    /// The instruction that occupies each unit.
    var running: [TickInstruction?] = Unit.allCases.map { _ in nil }
    /// Instructions of each unit that have started and not completed.
    var incomplete = Unit.allCases.map { _ in 0 }
}

/// An instruction that occupies its unit.
struct TickInstruction {
    var index: Int
    var start: Int
    /// What the unit is busy with, cycle by cycle; empty for transfers.
    var terms: [BusyTerm]
    var latency: Int
}

/// An instruction that has left its unit and has not retired.
struct TickResult {
    var index: Int
    /// Cycle in which its result is there.
    var ready: Int
}
