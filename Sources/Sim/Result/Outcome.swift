import Arch
import Diagnostics

/// What a simulator finds out about a workload. `EventSimulator` and `TickSimulator` must agree in all of it.
struct Outcome {
    /// Cycle of the last completion.
    var cycles = 0
    /// Cycle in which the first instruction can be dispatched.
    var firstDispatch = 0
    /// Of each instruction; empty when not kept.
    var starts: [Int] = []
    var completions: [Int]
    var ledger: Ledger
    /// Busy cycles of the load and the store unit on the channel.
    var channelBusy = Array(repeating: 0, count: Unit.allCases.count)
    /// By row and memory.
    private var readBursts: [Int]
    private var writtenBursts: [Int]
    private static let memories = GlobalMemory.allCases.count

    init(instructions: Int, rows: Int, ledger: Ledger, trace: Bool) {
        completions = Array(repeating: 0, count: instructions)
        if trace { starts = completions }
        self.ledger = ledger
        readBursts = Array(repeating: 0, count: rows * Self.memories)
        writtenBursts = readBursts
    }

    mutating func count(_ bursts: Int, of request: TransferRequest, in memory: GlobalMemory, row: Int) {
        let place = row * Self.memories + Int(memory.rawValue)
        if request.isWrite { writtenBursts[place] += bursts } else { readBursts[place] += bursts }
    }

    /// Bytes are counted beforehand, bursts as they are submitted.
    func addBursts(of row: Int, to traffic: inout Timing.Traffics) {
        for memory in GlobalMemory.allCases {
            traffic[memory].readBursts += readBursts[row * Self.memories + Int(memory.rawValue)]
            traffic[memory].writtenBursts += writtenBursts[row * Self.memories + Int(memory.rawValue)]
        }
    }

    mutating func started(_ index: Int, at cycle: Int) {
        if !starts.isEmpty { starts[index] = cycle }
    }

    /// Books the slots of a transfer that has got all of its own, `occupancy` cycles after its start.
    mutating func chargeTransfer(_ cycles: TransferCycles, unit: Unit, row: Int) {
        ledger.charge(.ideal, cycles.busy, unit: unit, row: row)
        ledger.charge(.memoryContention, cycles.contention, unit: unit, row: row)
        ledger.charge(.memoryLatency, cycles.latency, unit: unit, row: row)
        channelBusy[Int(unit.rawValue)] += cycles.busy
    }
}

/// How the cycles from a transfer's start to the release of its unit divide.
struct TransferCycles: Equatable {
    var busy: Int
    var contention: Int
    var latency: Int
}

extension Timing {
    init(_ outcome: Outcome, workload: Workload, clockPeriod: Int, trace: Bool) throws(Diagnostics) {
        var advance = Array(repeating: 0, count: workload.places.count)
        advance[Workload.startRow] = outcome.firstDispatch
        var frontier = outcome.firstDispatch
        for (work, completion) in zip(workload.works, outcome.completions) where completion > frontier {
            advance[work.row] += completion - frontier
            frontier = completion
        }
        cycles = outcome.cycles
        self.clockPeriod = clockPeriod
        rows = workload.places.indices.map { row in
            var memory = workload.memory[row]
            outcome.addBursts(of: row, to: &memory)
            return Row(
                place: workload.places[row], nodes: workload.nodes[row], cycles: advance[row],
                units: Unit.allCases.map { outcome.ledger.cycles(of: $0, row: row) }, traffic: memory,
                work: workload.events[row], scratchpads: workload.scratchpads[row])
        }
        var parts = workload.parts
        for unit in [Unit.load, .store] {
            parts.add(.init(.ideal, "channel slots", outcome.channelBusy[Int(unit.rawValue)]), unit: unit)
        }
        self.parts = parts.all
        spans = trace ? zip(outcome.starts, outcome.completions).map { Span(start: $0, completion: $1) } : []
        spanUnits = trace ? workload.works.map(\.unit) : []
        try checkSums()
    }

    /// Every cycle of every unit is accounted for, by row, by reason and by name.
    private func checkSums() throws(Diagnostics) {
        let advance = rows.reduce(0) { $0 + $1.cycles }
        guard advance == cycles else { throw internalError("rows sum to \(advance) of \(cycles) cycles") }
        for unit in Unit.allCases {
            let account = self[unit]
            guard account.total == cycles else {
                throw internalError("\(unit.name): busy and stalls sum to \(account.total) of \(cycles) cycles")
            }
            let named = parts.reduce(0) { $1.unit == unit ? $0 + $1.part.cycles : $0 }
            guard named == account.busy.total else {
                throw internalError("\(unit.name): named parts sum to \(named) of \(account.busy.total) busy cycles")
            }
        }
    }
}
