import Arch
import Diagnostics

/// The same core as `EventSimulator`, stepped cycle by cycle. Every unit decides from the registers as they were at the
/// start of the cycle (`seen`) and writes those of the next (`state`).
struct TickSimulator {
    let program: Program
    let works: [Work]
    let machine: Machine
    private let fixed: FixedTiming
    private let endRow: Int
    /// Of the memories that the machine has, by their code.
    private var channels: [(memory: MemoryChannel, interface: BurstByBurstChannel)]
    private(set) var state = TickState()
    /// Instructions of each unit in order, and how many of them have started.
    private let instructions: [[Int]]
    private var started = Unit.allCases.map { _ in 0 }
    private var results: [[TickResult]] = Unit.allCases.map { _ in [] }
    private var retired = 0
    /// Code under way: the cycle in which it is in the buffer, and up to which instruction.
    private var code: [(cycle: Int, end: Int)] = []
    private var bursts: [Requester: Int] = [:]
    private var outcome: Outcome
    private var isIdle = true

    init(_ program: Program, workload: Workload, target: Target, trace: Bool) {
        self.program = program
        self.works = workload.works
        machine = target.machine
        fixed = FixedTiming(target: target)
        endRow = workload.endRow
        channels = machine.memories.compactMap { [machine] in machine.channel(of: $0) }.map { ($0, BurstByBurstChannel($0)) }
        let works = workload.works
        instructions = Unit.allCases.map { unit in works.indices.filter { works[$0].unit == unit } }
        outcome = Outcome(
            instructions: works.count, rows: workload.places.count, ledger: Ledger(rows: workload.places.count),
            trace: trace)
    }

    mutating func run() throws(Diagnostics) -> Outcome {
        while true {
            let cycle = outcome.cycles
            let seen = state
            isIdle = true
            for index in channels.indices { stepChannel(index, cycle) }
            stepRetirement(cycle)
            if retired == works.count { return outcome }
            stepArrivals(cycle)
            stepDispatch(cycle, seen)
            try stepFetch(cycle, seen)
            for unit in Unit.allCases { try stepUnit(unit, cycle, seen) }
            for unit in Unit.allCases { charge(unit, cycle, seen) }
            for unit in Unit.allCases { release(unit, after: cycle) }
            if isIdle, isQuiet { throw program.deadlock(blocked(seen), cycle: cycle) }
            outcome.cycles += 1
        }
    }

    /// Nothing is under way that could end in a later cycle.
    private var isQuiet: Bool {
        code.isEmpty && state.portBusy.isEmpty && state.incomplete.allSatisfy { $0 == 0 }
    }

    // MARK: Memory

    private mutating func stepChannel(_ index: Int, _ cycle: Int) {
        var schedules: [BeatSchedule] = []
        let channel = channels[index].memory
        channels[index].interface.advance(until: (cycle + 1) * machine.clockPeriod, into: &schedules)
        for schedule in schedules where schedule.finishes {
            state.portBusy.remove(schedule.requester)
            var data = cycle + 1
            while data * machine.clockPeriod < schedule.last + channel.latency { data += 1 }
            switch schedule.requester {
            case .fetch: code.append((data, state.requested))
            case .load: finishTransfer(.load, by: channel, cycle: cycle, data: data, bursts: bursts[.load] ?? 0)
            case .store: finishTransfer(.store, by: channel, cycle: cycle, data: data, bursts: bursts[.store] ?? 0)
            }
        }
        if !schedules.isEmpty { isIdle = false }
    }

    private mutating func finishTransfer(_ unit: Unit, by channel: MemoryChannel, cycle: Int, data: Int, bursts: Int) {
        guard let transfer = state.running[Int(unit.rawValue)] else { return }
        state.running[Int(unit.rawValue)] = nil
        results[Int(unit.rawValue)].append(TickResult(index: transfer.index, ready: data))
        // What the transfer would have taken alone, slot by slot.
        var slot = 0
        while slot < (transfer.start + 1) * machine.clockPeriod { slot += channel.slotPeriod }
        for _ in 1..<bursts { slot += channel.slotPeriod }
        let alone = slot / machine.clockPeriod - transfer.start + 1
        var busy = 0
        while busy * machine.clockPeriod < bursts * channel.slotPeriod, busy < alone { busy += 1 }
        let occupied = cycle - transfer.start + 1
        outcome.chargeTransfer(
            TransferCycles(busy: busy, contention: occupied - alone, latency: alone - busy), unit: unit,
            row: works[transfer.index].row)
    }

    private mutating func submit(
        _ request: TransferRequest, to memory: GlobalMemory, cycle: Int, row: Int
    ) throws(Diagnostics) {
        let index = Int(memory.rawValue)
        let count = try channels[index].interface.submit(request, at: (cycle + 1) * machine.clockPeriod)
        bursts[request.requester] = count
        state.portBusy.insert(request.requester)
        outcome.count(count, of: request, in: memory, row: row)
        isIdle = false
    }

    // MARK: Front end

    private mutating func stepArrivals(_ cycle: Int) {
        guard let next = code.first, next.cycle == cycle else { return }
        state.arrived = next.end
        code.removeFirst()
        isIdle = false
    }

    private mutating func stepDispatch(_ cycle: Int, _ seen: TickState) {
        guard seen.dispatched < seen.arrived else { return }
        let unit = Int(works[seen.dispatched].unit.rawValue)
        guard seen.queues[unit].count < machine.frontEnd.queueDepth else { return }
        state.queues[unit].append(seen.dispatched)
        state.dispatched += 1
        isIdle = false
    }

    private mutating func stepFetch(_ cycle: Int, _ seen: TickState) throws(Diagnostics) {
        let size = min(
            machine.frontEnd.fetchInstructions, machine.frontEnd.bufferInstructions, works.count - seen.requested)
        let room = machine.frontEnd.bufferInstructions - (seen.requested - seen.dispatched)
        guard size > 0, size <= room, !seen.portBusy.contains(.fetch) else { return }
        let range = seen.requested..<seen.requested + size
        try submit(program.fetch(range), to: .dram, cycle: cycle, row: works[range.lowerBound].row)
        state.requested += size
    }

    // MARK: Units

    private mutating func stepUnit(_ unit: Unit, _ cycle: Int, _ seen: TickState) throws(Diagnostics) {
        let me = Int(unit.rawValue)
        guard seen.running[me] == nil, let index = seen.queues[me].first else { return }
        guard missing(unit, index, seen).isEmpty else { return }
        if works[index].drainsUnit, seen.incomplete[me] > 0 { return }
        state.incomplete[me] += 1
        state.queues[me].removeFirst()
        for sender in works[index].waits.units { state.tokens[Int(sender.rawValue)][me] -= 1 }
        started[me] += 1
        outcome.started(index, at: cycle)
        isIdle = false
        let instruction = program.instructions[index]
        var running = TickInstruction(index: index, start: cycle, terms: [], latency: 0)
        if let timing = fixed.timing(of: instruction.body) {
            for part in timing.occupancyParts { running.terms += Array(repeating: part.term, count: part.cycles) }
            running.latency = timing.latency
        } else if let memory = instruction.body.memory,
            let request = instruction.body.request(burstBytes: channels[Int(memory.rawValue)].memory.burstBytes)
        {
            try submit(request, to: memory, cycle: cycle, row: works[index].row)
        }
        state.running[me] = running
    }

    /// Frees a unit whose instruction has been in it for all its cycles.
    private mutating func release(_ unit: Unit, after cycle: Int) {
        let me = Int(unit.rawValue)
        guard let running = state.running[me], !running.terms.isEmpty else { return }
        if running.start + running.terms.count == cycle + 1 {
            state.running[me] = nil
            results[me].append(TickResult(index: running.index, ready: cycle + 1 + running.latency))
            isIdle = false
        }
    }

    /// One completion per unit and cycle, in order.
    private mutating func stepRetirement(_ cycle: Int) {
        for unit in Unit.allCases {
            let me = Int(unit.rawValue)
            guard let first = results[me].first, first.ready <= cycle else { continue }
            results[me].removeFirst()
            state.incomplete[me] -= 1
            outcome.completions[first.index] = cycle
            for receiver in works[first.index].signals.units { state.tokens[me][Int(receiver.rawValue)] += 1 }
            retired += 1
            isIdle = false
        }
    }

    private func missing(_ unit: Unit, _ index: Int, _ seen: TickState) -> [Unit] {
        works[index].waits.units.filter { seen.tokens[Int($0.rawValue)][Int(unit.rawValue)] == 0 }
    }

    // MARK: Account

    /// Books this cycle. Transfers are booked when they leave the unit.
    private mutating func charge(_ unit: Unit, _ cycle: Int, _ seen: TickState) {
        let me = Int(unit.rawValue)
        if seen.arrived == 0 {
            outcome.firstDispatch = cycle + 1
            return outcome.ledger.charge(.instructionFetch, 1, unit: unit, row: Workload.startRow)
        }
        let occupant = state.running[me] ?? seen.running[me]
        if let occupant {
            if occupant.terms.isEmpty { return }
            let term = occupant.terms[cycle - occupant.start]
            return outcome.ledger.charge(term, 1, unit: unit, row: works[occupant.index].row)
        }
        let (cause, row) = stall(unit, seen)
        outcome.ledger.charge(cause, 1, unit: unit, row: row)
    }

    private func stall(_ unit: Unit, _ seen: TickState) -> (StallCause, row: Int) {
        let me = Int(unit.rawValue)
        if started[me] < instructions[me].count {
            let next = instructions[me][started[me]]
            let row = works[next].row
            if next >= seen.arrived { return (.instructionFetch, row) }
            if next >= seen.dispatched { return (.instructionDispatch, row) }
            // With every token there it waits for its own unit to drain.
            return (missing(unit, next, seen).first.map(StallCause.wait) ?? .latency(of: unit), row)
        }
        if let last = results[me].last { return (.latency(of: unit), works[last.index].row) }
        return (.drained, endRow)
    }

    private func blocked(_ seen: TickState) -> [Blocked] {
        Unit.allCases.compactMap { unit in
            guard let head = seen.queues[Int(unit.rawValue)].first else { return nil }
            let missing = missing(unit, head, seen)
            return missing.isEmpty ? nil : Blocked(instruction: head, unit: unit, missing: missing)
        }
    }
}
