import Arch
import Diagnostics

/// What the simulators need of a machine and of a program so that they neither trap nor run out of integers.
struct Limits {
    /// Of any one size, count, stride or address: products of two of them and the clock still fit in 64 bits.
    static let magnitude = 1 << 44
    /// Of the volume of one instruction's nest.
    static let volume = 0x1p40
    /// Of a whole program that runs serially, in picoseconds (over 26 days).
    static let duration = 0x1p61

    let target: Target
    private(set) var problems = Diagnostics()
    /// Upper bound of the program's picoseconds: everything after everything else.
    private var serialTime = 0.0

    init(target: Target) { self.target = target }

    mutating func checkMachine() {
        let machine = target.machine
        let positive: [(String, Int)] = [
            ("clock period", machine.clockPeriod), ("burst period", machine.memory.burstPeriod),
            ("efficiency", machine.memory.efficiency),
            ("fetched instructions", machine.frontEnd.fetchInstructions),
            ("instruction buffer", machine.frontEnd.bufferInstructions), ("queue depth", machine.frontEnd.queueDepth),
        ]
        for (name, value) in positive where value < 1 || value > 1 << 30 {
            report(machine.name, field: name, "\(value) is not within 1...\(1 << 30)")
        }
        let small: [(String, Int)] = [
            ("burst bytes", machine.memory.burstBytes), ("vector lanes", machine.vector.lanes),
            ("vector simple interval", machine.vector.simpleInterval),
            ("vector divide interval", machine.vector.divideInterval),
            ("vector elementary interval", machine.vector.elementaryInterval),
            ("vector tables per cycle", machine.vector.tablesPerCycle),
            ("vector selections per builder", machine.vector.selectionsPerBuilder),
        ]
        for (name, value) in small where value < 1 || value > 1 << 12 {
            report(machine.name, field: name, "\(value) is not within 1...\(1 << 12)")
        }
        if let shared = machine.sharedBuffer {
            for (name, value) in [("shared word", shared.bytesPerCycle), ("shared latency", shared.latency)]
            where value < 1 || value > 1 << 17 {
                report(machine.name, field: name, "\(value) is not within 1...\(1 << 17)")
            }
        }
        if machine.memory.latency < 0 || machine.memory.latency > 1 << 40 {
            report(machine.name, field: "memory latency", "\(machine.memory.latency) ps is not within 0...\(1 << 40)")
        }
        if machine.engines.count > Unit.maximumEngines || target.engines.count > Unit.maximumEngines {
            report(machine.name, field: "engines", "more than \(Unit.maximumEngines)")
        }
    }

    mutating func checkCode(_ program: Program) {
        if program.codeAddress < 0 || program.codeAddress > Self.magnitude {
            report(program.graph, field: "code address", "\(program.codeAddress) is out of range")
        }
    }

    mutating func accepts(_ instruction: Instruction, index: Int, nodes: [NodeRecord]) -> Bool {
        guard nodes.indices.contains(instruction.node) else {
            report("instruction \(index)", field: "node", "\(instruction.node) is not one of \(nodes.count) nodes")
            return false
        }
        let size = InstructionSize(instruction.body)
        if let engine = size.engine, !target.engines.indices.contains(engine) {
            report("instruction \(index)", field: "engine", "\(engine) is not one of \(target.engines.count) engines")
            return false
        }
        guard size.isInRange, size.volume <= Self.volume else {
            report("instruction \(index)", field: nil, "a size, count, stride or address is out of range")
            return false
        }
        add(cycles: 4)
        if let rows = size.memoryRows, let memory = size.memory {
            guard let channel = target.machine.channel(of: memory) else {
                report(
                    "instruction \(index)", field: memory.name,
                    "machine '\(target.machine.name)' has no such memory")
                return false
            }
            let bursts = size.volume / Double(channel.burstBytes) + 2 * rows
            serialTime += bursts * Double(channel.slotPeriod) + Double(channel.latency)
        }
        return true
    }

    mutating func add(cycles: Int) { serialTime += Double(cycles) * Double(target.machine.clockPeriod) }

    mutating func checkDuration() {
        if serialTime > Self.duration {
            report(target.machine.name, field: nil, "the program may take more than 2^61 ps")
        }
    }

    private mutating func report(_ node: String, field: String?, _ message: String) {
        problems.report(Diagnostic(node: node, field: field, message))
    }
}
