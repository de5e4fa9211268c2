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
        var costs = CostTable(target: target, nodes: program.nodes.count)
        for (index, instruction) in program.instructions.enumerated() {
            guard limits.accepts(instruction, index: index, nodes: program.nodes) else { continue }
            let row = rows.rowOfNode[instruction.node]
            let duration = costs.duration(of: instruction, row: row)
            if case .fixed(let occupancy, let latency) = duration { limits.add(cycles: occupancy + latency) }
            works.append(
                Work(
                    unit: instruction.unit, waits: instruction.waits, signals: instruction.signals, row: row,
                    duration: duration, drainsUnit: instruction.body.drainsUnit))
            countBytes(instruction.body, row: row)
        }
        limits.checkDuration()
        if !limits.problems.isEmpty { throw limits.problems }
        for cost in costs.all { book(cost) }
    }

    /// Bytes of the memory interfaces, and of what they fill and empty.
    private mutating func countBytes(_ body: Instruction.Body, row: Int) {
        memory[row][.dram].readBytes[.instructions] += ISA.instructionBytes
        switch body {
        case .load(let transfer):
            memory[row][transfer.global.memory].readBytes[transfer.traffic] += transfer.bytes
            scratchpads[row].add(transfer.bytes, transfer.local.space, isWrite: true)
        case .gather(let gather):
            memory[row][gather.global.memory].readBytes[gather.traffic] += gather.bytes
            scratchpads[row].add(gather.bytes, gather.local.space, isWrite: true)
        case .store(let transfer):
            memory[row][transfer.global.memory].writtenBytes[transfer.traffic] += transfer.bytes
            scratchpads[row].add(transfer.bytes, transfer.local.space, isWrite: false)
        case .fill, .mma, .lmma, .buildTables, .elementwise, .reduce: break
        }
    }

    /// Busy cycles and events of all instructions that cost this.
    private mutating func book(_ cost: InstructionCost) {
        for part in cost.timing.occupancyParts {
            fixedBusy.charge(part.term, part.cycles * cost.uses, unit: cost.unit, row: cost.row)
            parts.add(.init(part.term, part.name, part.cycles * cost.uses), unit: cost.unit)
        }
        for (event, count) in cost.events { events[cost.row][Int(cost.unit.rawValue)][event] += count * cost.uses }
        for moved in cost.moved { scratchpads[cost.row].add(moved.bytes * cost.uses, moved.space, isWrite: moved.isWrite) }
    }
}
