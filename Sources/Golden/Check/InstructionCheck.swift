import Arch
import Diagnostics

/// Proves, before anything runs, that an instruction touches only bytes that exist and that its fields make sense.
struct InstructionCheck {
    let target: Target
    let dramBytes: Int
    let nodes: [NodeRecord]
    /// Index of the instruction being checked and the instruction.
    var index = 0
    var node: Int = 0
    var found = Diagnostics()

    init(target: Target, program: Program) {
        self.target = target
        dramBytes = program.dramBytes
        nodes = program.nodes
    }

    mutating func check(_ instruction: Instruction, index: Int) {
        self.index = index
        node = instruction.node
        if !nodes.indices.contains(node) {
            report("node", "node \(node) is not in the program's \(nodes.count) nodes")
        }
        switch instruction.body {
        case .load(let transfer), .store(let transfer): check(transfer)
        case .gather(let gather): check(gather)
        case .fill(let fill): check(fill)
        case .mma(let multiply): check(multiply, shape: nil)
        case .lmma(let multiply, let shape): check(multiply, shape: shape)
        case .buildTables(let tables): check(tables)
        case .elementwise(let elementwise): check(elementwise)
        case .reduce(let reduce): check(reduce)
        }
    }

    var nodeName: String? { nodes.indices.contains(node) ? nodes[node].name : nil }

    mutating func report(_ field: String, _ message: String) {
        found.report(Diagnostic(node: nodeName, field: "instructions[\(index)].\(field)", message))
    }

    mutating func require(_ condition: Bool, _ field: String, _ message: @autoclosure () -> String) {
        if !condition { report(field, message()) }
    }

    mutating func require(_ extent: Extent, in space: Space, _ field: String) {
        require(extent, size: target.machine.scratchpads[space], name: space.name, field)
    }

    mutating func require(_ extent: Extent, in memory: GlobalMemory, _ field: String) {
        let size =
            switch memory {
            case .dram: dramBytes
            case .shared: target.machine.sharedBytes
            }
        require(extent, size: size, name: memory.name, field)
    }

    private mutating func require(_ extent: Extent, size: Int, name: String, _ field: String) {
        if extent.isMalformed {
            report(field, "counts must be at least 1 and the range must be finite")
        } else if !extent.fits(size) {
            report(field, "bytes \(extent.low)..<\(extent.high) lie outside '\(name)', which has \(size) bytes")
        }
    }

    /// A nest with strides of zero could ask for any number of steps on a few bytes: it must end within reason.
    mutating func requireSteps(_ counts: [Int], _ field: String) {
        var steps = Extent(start: 0, bytes: 1)
        for count in counts { steps.sweep(count: count, stride: steps.high) }
        // Counts below one are reported where the range is.
        let isCounted = counts.allSatisfy { $0 >= 1 }
        require(!isCounted || steps.fits(1 << 40), field, "the loops make more than 2^40 steps")
    }
}
