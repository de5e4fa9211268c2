import Arch
import Diagnostics

extension Workload {
    /// Checks what the simulators rely on and reports every instruction that breaks it.
    init(_ program: Program, target: Target) throws(Diagnostics) {
        let rows = RowTable(program.nodes)
        self.init(rows: rows)
        var limits = Limits(target: target)
        limits.checkMachine()
        limits.checkCode(program)
        if !limits.problems.isEmpty { throw limits.problems }
        works.reserveCapacity(program.instructions.count)
        let fixed = FixedTiming(target: target)
        for (index, instruction) in program.instructions.enumerated() {
            guard limits.accepts(instruction, index: index, nodes: program.nodes) else { continue }
            add(
                instruction, timing: fixed.timing(of: instruction), row: rows.rowOfNode[instruction.node],
                limits: &limits)
            count(instruction.body, row: rows.rowOfNode[instruction.node], target: target)
        }
        limits.checkDuration()
        if !limits.problems.isEmpty { throw limits.problems }
    }

    private mutating func add(_ instruction: Instruction, timing: UnitTiming?, row: Int, limits: inout Limits) {
        let unit = instruction.unit
        var duration = Work.Duration.transfer
        if let timing {
            let (occupancy, latency) = (timing.occupancy, timing.latency)
            limits.add(cycles: occupancy + latency)
            duration = .fixed(occupancy: occupancy, latency: latency)
            for part in timing.occupancyParts {
                fixedBusy.charge(part.term, part.cycles, unit: unit, row: row)
                parts.add(part, unit: unit)
            }
        }
        works.append(
            Work(
                unit: unit, waits: instruction.waits, signals: instruction.signals, row: row, duration: duration,
                drainsUnit: instruction.body.drainsUnit))
    }

    /// Bytes of the memory interface and events for energy.
    private mutating func count(_ body: Instruction.Body, row: Int, target: Target) {
        memory[row].readBytes[.instructions] += ISA.instructionBytes
        switch body {
        case .load(let transfer): memory[row].readBytes[transfer.traffic] += transfer.bytes
        case .gather(let gather): memory[row].readBytes[gather.traffic] += gather.bytes
        case .store(let transfer): memory[row].writtenBytes[transfer.traffic] += transfer.bytes
        case .fill: break
        case .mma(let multiply): count(target.engines[multiply.engine].activity(multiply, shape: nil), row: row)
        case .lmma(let multiply, let shape):
            count(target.engines[multiply.engine].activity(multiply, shape: shape), row: row)
        case .buildTables(let build): events[row][.tableEntry] += build.rows * build.tablesPerRow * build.format.count
        case .elementwise(let elementwise): events[row][.vectorOperation] += elementwise.elements
        case .reduce(let reduce): events[row][.vectorOperation] += reduce.outputs * reduce.elementsPerOutput
        }
    }

    private mutating func count(_ activity: [Event: Int], row: Int) {
        for (event, count) in activity { events[row][event] += count }
    }
}
