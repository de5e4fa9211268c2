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
        ]
        for (name, value) in small where value < 1 || value > 1 << 12 {
            report(machine.name, field: name, "\(value) is not within 1...\(1 << 12)")
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
        if case .some(let engine) = instruction.body.engine, !target.engines.indices.contains(engine) {
            report("instruction \(index)", field: "engine", "\(engine) is not one of \(target.engines.count) engines")
            return false
        }
        guard let volume = volume(of: instruction.body), volume <= Self.volume else {
            report("instruction \(index)", field: nil, "a size, count, stride or address is out of range")
            return false
        }
        add(cycles: 4)
        if let rows = instruction.body.memoryRows {
            let bursts = volume / Double(target.machine.memory.burstBytes) + 2 * Double(rows)
            serialTime += bursts * Double(target.machine.memory.burstPeriod) + Double(target.machine.memory.latency)
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

    /// Product of the counts; `nil` when a number is out of range.
    private func volume(of body: Instruction.Body) -> Double? {
        guard body.reach <= Double(Self.magnitude) else { return nil }
        var product = 1.0
        var isInRange = true
        body.forEachCount { count in
            isInRange = isInRange && 0...Self.magnitude ~= count
            product *= Double(max(count, 1))
        }
        return isInRange ? product : nil
    }
}

extension Instruction.Body {
    var engine: Int? {
        switch self {
        case .mma(let multiply), .lmma(let multiply, _): multiply.engine
        case .load, .gather, .fill, .store, .buildTables, .elementwise, .reduce: nil
        }
    }

    /// Contiguous rows of a transfer.
    fileprivate var memoryRows: Int? {
        switch self {
        case .load(let transfer), .store(let transfer): transfer.loops.steps
        case .gather(let gather): gather.count
        case .fill, .mma, .lmma, .buildTables, .elementwise, .reduce: nil
        }
    }

    /// Visits the counts whose product is the work of the instruction.
    fileprivate func forEachCount(_ visit: (Int) -> Void) {
        switch self {
        case .load(let transfer), .store(let transfer):
            visit(transfer.rowBytes)
            for loop in transfer.loops { visit(loop.count) }
        case .gather(let gather):
            visit(gather.rowBytes)
            visit(gather.count)
        case .fill(let fill):
            visit(fill.rowBytes)
            for loop in fill.loops { visit(loop.count) }
        case .mma(let multiply), .lmma(let multiply, _):
            visit(multiply.outerRows.count)
            visit(multiply.innerRows.count)
            visit(multiply.ky.count)
            visit(multiply.kx.count)
            visit(multiply.run)
            visit(multiply.columns)
        case .buildTables(let build):
            visit(build.outerRows.count)
            visit(build.innerRows.count)
            visit(build.elements)
        case .elementwise(let elementwise):
            for loop in elementwise.loops { visit(loop.count) }
        case .reduce(let reduce):
            for loop in reduce.outer { visit(loop.count) }
            for loop in reduce.inner { visit(loop.count) }
        }
    }

    /// Greatest magnitude of the DRAM addresses.
    fileprivate var reach: Double {
        switch self {
        case .load(let transfer), .store(let transfer):
            transfer.loops.reduce(magnitude(transfer.dram)) { $0 + magnitude($1.count) * magnitude($1.dramStride) }
        case .gather(let gather): magnitude(gather.dram) + magnitude(gather.rows) * magnitude(gather.rowPitch)
        case .fill, .mma, .lmma, .buildTables, .elementwise, .reduce: 0
        }
    }
}

private func magnitude(_ value: Int) -> Double { Double(value.magnitude) }
