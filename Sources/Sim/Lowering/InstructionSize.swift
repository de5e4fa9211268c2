import Arch

/// How large an instruction is, taken from its numbers before anything computes with them.
struct InstructionSize {
    /// Product of the counts, those below one taken as one.
    private(set) var volume = 1.0
    /// All counts and memory addresses are at most `Limits.magnitude`, no count is negative.
    private(set) var isInRange = true
    /// Contiguous rows of a transfer, and where they lie.
    private(set) var memoryRows: Double?
    private(set) var memory: GlobalMemory?
    private(set) var engine: Int?

    init(_ body: Instruction.Body) {
        switch body {
        case .load(let transfer), .store(let transfer): add(transfer)
        case .gather(let gather):
            add(gather.rowBytes)
            add(gather.count)
            reach(magnitude(gather.global.offset) + magnitude(gather.rows) * magnitude(gather.rowPitch))
            memoryRows = Double(gather.count)
            memory = gather.global.memory
        case .fill(let fill):
            add(fill.rowBytes)
            for loop in fill.loops { add(loop.count) }
        case .mma(let multiply), .lmma(let multiply, _): add(multiply)
        case .buildTables(let build):
            add(build.outerRows.count)
            add(build.innerRows.count)
            add(max(build.elements, build.selectedPerRow))
        case .elementwise(let elementwise):
            for loop in elementwise.loops { add(loop.count) }
        case .reduce(let reduce):
            for loop in reduce.outer { add(loop.count) }
            for loop in reduce.inner { add(loop.count) }
        }
    }

    private mutating func add(_ transfer: Transfer) {
        add(transfer.rowBytes)
        var rows = 1.0
        var farthest = magnitude(transfer.global.offset)
        for loop in transfer.loops {
            add(loop.count)
            rows *= Double(loop.count)
            farthest += magnitude(loop.count) * magnitude(loop.globalStride)
        }
        reach(farthest)
        memoryRows = rows
        memory = transfer.global.memory
    }

    private mutating func add(_ multiply: Multiply) {
        engine = multiply.engine
        add(multiply.outerRows.count)
        add(multiply.innerRows.count)
        add(multiply.ky.count)
        add(multiply.kx.count)
        add(multiply.run)
        add(multiply.columns)
    }

    private mutating func add(_ count: Int) {
        isInRange = isInRange && 0...Limits.magnitude ~= count
        volume *= Double(max(count, 1))
    }

    private mutating func reach(_ address: Double) {
        isInRange = isInRange && address <= Double(Limits.magnitude)
    }

    private func magnitude(_ value: Int) -> Double { Double(value.magnitude) }
}
