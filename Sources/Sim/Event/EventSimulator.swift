import Arch
import Diagnostics

/// Goes from one cycle in which something starts, is sent or is granted to the next. All that an action needs is booked
/// with the cycle from which it may be seen, so actions of one cycle do not see one another.
struct EventSimulator {
    private let program: Program
    let works: [Work]
    private let machine: Machine
    private let endRow: Int
    var units = Unit.allCases.map { _ in EventUnit() }
    var tokens = TokenTimes()
    private var frontEnd: EventFrontEnd
    /// Of the memories that the machine has, by their code.
    private var channels: [(memory: MemoryChannel, interface: SimpleChannel)]
    private var schedules: [BeatSchedule] = []
    /// Bursts of the transfer of each requester that has slots to come.
    private var bursts = Array(repeating: 0, count: Requester.allCases.count)
    private var retired = 0
    /// Cycle in which each unit starts its next instruction, as far as known, and the units for which it may
    /// have changed.
    private var ready = Unit.allCases.map { _ in never }
    private var stale = UnitSet()
    var outcome: Outcome

    init(_ program: Program, workload: Workload, machine: Machine, trace: Bool) {
        self.program = program
        works = workload.works
        self.machine = machine
        endRow = workload.endRow
        frontEnd = EventFrontEnd(machine.frontEnd, instructions: works.count)
        channels = machine.memories.compactMap { machine.channel(of: $0) }.map { ($0, SimpleChannel($0)) }
        outcome = Outcome(
            instructions: works.count, rows: workload.places.count, ledger: workload.fixedBusy, trace: trace)
    }

    mutating func run() throws(Diagnostics) -> Outcome {
        var now = -1
        while retired < works.count {
            refresh()
            let next = nextCycle()
            guard next != never else { throw program.deadlock(blocked(), cycle: max(now, 0)) }
            guard next > now else { throw internalError("time does not pass after cycle \(now)") }
            now = next
            for index in channels.indices {
                channels[index].interface.advance(until: now * machine.clockPeriod, into: &schedules)
                for schedule in schedules where schedule.finishes { granted(schedule, by: channels[index].memory) }
                schedules.removeAll(keepingCapacity: true)
            }
            refresh()
            // Each of these can only move the readiness of those before it, which have had their chance in this cycle.
            if frontEnd.fetchReady == now { try fetch(at: now) }
            if dispatchReady() == now { dispatch(at: now) }
            for unit in Unit.allCases where ready[Int(unit.rawValue)] == now { try start(unit, at: now) }
        }
        chargeIdleEnds()
        return outcome
    }

    private mutating func refresh() {
        guard !stale.isEmpty else { return }
        for unit in Unit.allCases where stale.contains(unit) { ready[Int(unit.rawValue)] = startReady(unit) }
        stale = []
    }

    private func nextCycle() -> Int {
        var cycle = min(dispatchReady(), frontEnd.fetchReady)
        for start in ready { cycle = min(cycle, start) }
        for index in channels.indices {
            if let finish = channels[index].interface.nextFinish { cycle = min(cycle, finish / machine.clockPeriod + 1) }
        }
        return cycle
    }

    // MARK: Front end

    /// Cycle in which the next instruction of the program is dispatched, as far as known.
    private func dispatchReady() -> Int {
        let fetched = frontEnd.headReady
        guard fetched != never else { return never }
        let unit = Int(works[frontEnd.dispatched].unit.rawValue)
        let (queued, depth) = (units[unit].queue.count, machine.frontEnd.queueDepth)
        if queued >= depth { return never }
        // A place that the last start made free is seen a cycle later.
        let wasFull = queued == depth - 1 && units[unit].started > 0
        return wasFull ? max(fetched, units[unit].lastStart + 1) : fetched
    }

    private mutating func dispatch(at cycle: Int) {
        let index = frontEnd.dispatched
        let unit = Int(works[index].unit.rawValue)
        stale.insert(works[index].unit)
        units[unit].queue.append(.init(instruction: index, fetched: frontEnd.headFetched, queued: cycle + 1))
        frontEnd.dispatch(at: cycle)
        if index == 0 {
            outcome.firstDispatch = cycle
            for unit in units.indices { units[unit].free = cycle }
        }
    }

    private mutating func fetch(at cycle: Int) throws(Diagnostics) {
        let range = frontEnd.nextFetch
        _ = try submit(program.fetch(range), to: .dram, row: works[range.lowerBound].row, at: cycle)
        frontEnd.issueFetch()
    }

    // MARK: Units

    private func startReady(_ unit: Unit) -> Int {
        let free = units[Int(unit.rawValue)].free
        guard free != never, let head = units[Int(unit.rawValue)].queue.first else { return never }
        let ready = max(free, head.queued, tokens.usable(works[head.instruction].waits, by: unit))
        return works[head.instruction].drainsUnit ? max(ready, units[Int(unit.rawValue)].drained) : ready
    }

    private mutating func start(_ unit: Unit, at cycle: Int) throws(Diagnostics) {
        guard let entry = units[Int(unit.rawValue)].queue.popFirst() else { return }
        let work = works[entry.instruction]
        try chargeWait(unit, entry: entry, work: work, until: cycle)
        work.waits.forEach { tokens.take(from: $0, to: unit) }
        units[Int(unit.rawValue)].started += 1
        units[Int(unit.rawValue)].lastStart = cycle
        units[Int(unit.rawValue)].last = entry.instruction
        outcome.started(entry.instruction, at: cycle)
        stale.insert(unit)
        switch work.duration {
        case .fixed(let occupancy, let latency):
            units[Int(unit.rawValue)].free = cycle + occupancy
            complete(unit, at: cycle + occupancy + latency)
        case .transfer:
            units[Int(unit.rawValue)].free = never
            try submit(entry.instruction, unit: unit, row: work.row, at: cycle)
        }
    }

    private mutating func submit(_ index: Int, unit: Unit, row: Int, at cycle: Int) throws(Diagnostics) {
        let body = program.instructions[index].body
        guard let memory = body.memory,
            let request = body.request(burstBytes: channels[Int(memory.rawValue)].memory.burstBytes)
        else { throw internalError("instruction \(index) is not a transfer") }
        bursts[Int(request.requester.rawValue)] = try submit(request, to: memory, row: row, at: cycle)
    }

    /// Counts the bursts of a transfer that its memory sees in the next cycle.
    private mutating func submit(
        _ request: TransferRequest, to memory: GlobalMemory, row: Int, at cycle: Int
    ) throws(Diagnostics) -> Int {
        let count = try channels[Int(memory.rawValue)].interface.submit(request, at: (cycle + 1) * machine.clockPeriod)
        outcome.count(count, of: request, in: memory, row: row)
        return count
    }

    /// The instruction started last completes at `ready`, or in the cycle after the one before it.
    private mutating func complete(_ unit: Unit, at ready: Int) {
        guard let index = units[Int(unit.rawValue)].last else { return }
        let cycle = max(ready, units[Int(unit.rawValue)].lastCompletion + 1)
        units[Int(unit.rawValue)].lastCompletion = cycle
        tokens.send(from: unit, to: works[index].signals, usable: cycle + 1)
        stale.formUnion(works[index].signals)
        outcome.completions[index] = cycle
        outcome.cycles = max(outcome.cycles, cycle)
        retired += 1
    }

    private mutating func granted(_ schedule: BeatSchedule, by channel: MemoryChannel) {
        let free = schedule.last / machine.clockPeriod + 1
        // The first edge that is neither before the data nor in the slot's own cycle.
        let edge = (schedule.last + channel.latency + machine.clockPeriod - 1) / machine.clockPeriod
        let data = max(edge, free)
        switch schedule.requester {
        case .fetch: frontEnd.granted(free: free, usable: data + 1)
        case .load: granted(.load, by: channel, free: free, data: data)
        case .store: granted(.store, by: channel, free: free, data: data)
        }
    }

    private mutating func granted(_ unit: Unit, by channel: MemoryChannel, free: Int, data: Int) {
        let start = units[Int(unit.rawValue)].lastStart
        let bursts = bursts[Int((unit == .load ? Requester.load : .store).rawValue)]
        units[Int(unit.rawValue)].free = free
        stale.insert(unit)
        let alone = channel.lastSlotAlone(bursts: bursts, from: (start + 1) * machine.clockPeriod)
        let uncontended = alone / machine.clockPeriod + 1 - start
        let fullRate = (bursts * channel.slotPeriod + machine.clockPeriod - 1) / machine.clockPeriod
        let busy = min(uncontended, fullRate)
        let cycles = TransferCycles(
            busy: busy, contention: free - start - uncontended, latency: uncontended - busy)
        if let index = units[Int(unit.rawValue)].last {
            outcome.chargeTransfer(cycles, unit: unit, row: works[index].row)
        }
        complete(unit, at: data)
    }

    // MARK: Stalls

    /// Books the cycles from when the unit was free to the start of its next instruction.
    private mutating func chargeWait(
        _ unit: Unit, entry: EventUnit.Entry, work: Work, until start: Int
    ) throws(Diagnostics) {
        var cursor = units[Int(unit.rawValue)].free
        func charge(_ cause: StallCause, until cycle: Int, ledger: inout Ledger) {
            guard cycle > cursor else { return }
            ledger.charge(cause, cycle - cursor, unit: unit, row: work.row)
            cursor = cycle
        }
        charge(.instructionFetch, until: entry.fetched, ledger: &outcome.ledger)
        charge(.instructionDispatch, until: entry.queued, ledger: &outcome.ledger)
        for sender in Unit.allCases where work.waits.contains(sender) {
            charge(.wait(for: sender), until: tokens.first(from: sender, to: unit), ledger: &outcome.ledger)
        }
        if work.drainsUnit {
            charge(.latency(of: unit), until: units[Int(unit.rawValue)].drained, ledger: &outcome.ledger)
        }
        guard cursor == start else {
            throw internalError("instruction \(entry.instruction) started late without a cause")
        }
    }

    /// Books the cycles before the first dispatch and after each unit's last instruction.
    private mutating func chargeIdleEnds() {
        for unit in Unit.allCases {
            let state = units[Int(unit.rawValue)]
            outcome.ledger.charge(.instructionFetch, outcome.firstDispatch, unit: unit, row: Workload.startRow)
            var idle = state.free
            if let last = state.last {
                outcome.ledger.charge(
                    .latency(of: unit), max(0, state.lastCompletion - idle), unit: unit, row: works[last].row)
                idle = max(idle, state.lastCompletion)
            }
            outcome.ledger.charge(.drained, outcome.cycles - idle, unit: unit, row: endRow)
        }
    }

    private func blocked() -> [Blocked] {
        Unit.allCases.compactMap { unit in
            guard let head = units[Int(unit.rawValue)].queue.first else { return nil }
            let missing = Unit.allCases.filter {
                works[head.instruction].waits.contains($0) && tokens.first(from: $0, to: unit) == never
            }
            return missing.isEmpty ? nil : Blocked(instruction: head.instruction, unit: unit, missing: missing)
        }
    }
}
