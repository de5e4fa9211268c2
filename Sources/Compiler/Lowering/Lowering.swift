import Arch
import Diagnostics
import Formats
import Graph

/// State of code generation: where tensors lie, which constants the program needs, and the code so far.
struct Lowering {
    let graph: Graph
    let target: Target
    let options: CompilerOptions
    /// Values of constants; `nil` for a graph that is only timed.
    let constant: ConstantValues?
    /// Nodes that constants are the results of.
    let conversions: [String: Node]
    let laidOut: LaidOutConstants
    let decisions: [String: ProductDecision]
    var dram = MemoryMap(bytes: 1 << 40)
    var shared: MemoryMap
    /// Every tensor that has a place outside the scratchpads so far.
    var views: [String: TensorView] = [:]
    private(set) var constants = PendingConstants()
    var nodes: [NodeRecord] = []
    /// Code of the row that is being lowered.
    var emitter = Emitter()
    /// Code of finished rows: a list of lists, since attempts copy this value and must not copy all code.
    private(set) var code: [[Instruction]] = []
    var buffers: [Buffer] = []
    /// Segment of the partition that is being lowered, for lifetimes.
    var segment = 0
    /// Row of the report: what is compiled together in the end.
    private var row = 0
    var summaries: [SegmentSummary] = []
    /// What was taken to be so because the graph has no values.
    var assumptions: [String] = []
    /// Lookup tables between segments, by the tensor that they were built from.
    var tableTensors: [String: TableTensor] = [:]
    var tablePlan: TablePlan
    var lifetimes: Lifetimes

    init(
        _ constants: ConvertedConstants, target: Target, options: CompilerOptions, laidOut: LaidOutConstants,
        decisions: [String: ProductDecision], segments: [Segment]
    ) {
        graph = constants.graph
        constant = constants.constant
        conversions = constants.conversions
        self.target = target
        self.options = options
        self.laidOut = laidOut
        self.decisions = decisions
        shared = MemoryMap(bytes: options.residency == .dram ? 0 : target.machine.sharedBytes)
        lifetimes = Lifetimes(segments: segments, graph: graph)
        tablePlan = TablePlan(
            graph: graph, decisions: decisions, segments: segments, target: target, options: options)
    }

    func type(_ tensor: String) -> TensorType {
        graph.types[tensor] ?? TensorType(shape: [1], encoding: .float32)
    }

    /// The place of a tensor that already exists, or a new one for a constant that vector code reads.
    mutating func view(_ tensor: String) throws -> TensorView {
        if let view = views[tensor] { return view }
        let type = type(tensor)
        let view = try parameter(
            tensor, of: tensor, shape: type.shape, type: type.encoding.codec.elementType, traffic: .weights
        ) { try $0(tensor).bytes }
        return view
    }

    /// A constant that the program carries; `bytes` is asked only when the graph has values, and when all code is made.
    ///
    /// - Parameters:
    ///   - name: says all that the bytes depend on besides the values.
    ///   - tensor: whose values they follow from; left out, they are made for every program anew.
    mutating func parameter(
        _ name: String, of tensor: String? = nil, shape: [Int], type: ElementType, elementBytes: Int? = nil, traffic: Traffic,
        bytes: @escaping @Sendable (ConstantValues) throws -> [UInt8]
    ) throws -> TensorView {
        if let view = views[name] { return view }
        var view = TensorView(
            address: GlobalAddress(.dram, 0), shape: shape, type: type, traffic: traffic, elementBytes: elementBytes)
        let address = dram.allocateFresh(view.count * view.elementBytes)
        view.address = GlobalAddress(.dram, address)
        if let constant {
            let key = tensor.map { LaidOutConstants.Key(name: name, type: self.type($0), conversion: conversions[$0]) }
            constants.append(name, address: address) { [laidOut] in
                guard let key else { return try bytes(constant) }
                return try laidOut.bytes(key) { try bytes(constant) }
            }
        }
        views[name] = view
        return view
    }

    /// At once, not after writing code for all of it.
    func checkCapacity() throws {
        let memory = target.machine.memory.capacity
        guard dram.footprint <= memory else {
            throw Diagnostics(Diagnostic(
                node: graph.name,
                "needs at least \(dram.footprint) bytes of DRAM; machine '\(target.machine.name)' has \(memory)"))
        }
    }

    /// A program must fit this computer's memory as well: small scratchpads cut a large graph into billions of tiles.
    func checkLength(_ nodes: [Node]) throws {
        guard code.reduce(emitter.instructions.count, { $0 + $1.count }) < Emitter.limit else {
            throw Diagnostics(Diagnostic(
                node: nodes.first?.name ?? graph.name,
                "the program would be longer than \(Emitter.limit) instructions; the tiles are too small for this graph"))
        }
    }

    /// Frees what no later segment reads.
    mutating func endSegment() {
        if !options.keepsIntermediates {
            for (address, bytes) in lifetimes.expired(after: segment) { release(address, bytes: bytes) }
        }
        segment += 1
    }

    /// Starts the node that the next instructions belong to.
    mutating func begin(_ name: String, operation: String, macs: Int = 0) -> Int {
        nodes.append(NodeRecord(name: name, operation: operation, segment: row, macs: macs))
        return nodes.count - 1
    }

    /// Ends a row of the report.
    mutating func endRow(_ names: [String], note: String) {
        summaries.append(SegmentSummary(nodes: names, note: note))
        code.append(emitter.instructions)
        emitter = Emitter()
        row += 1
    }

    /// The code of all rows. They are given up one by one, so that the program is not in memory twice.
    mutating func finishedCode() -> [Instruction] {
        var instructions: [Instruction] = []
        instructions.reserveCapacity(code.reduce(0) { $0 + $1.count })
        for row in code.indices {
            instructions += code[row]
            code[row] = []
        }
        return instructions
    }

    func failure(_ node: Node, _ field: String? = nil, _ message: String) -> Diagnostics {
        Diagnostics(Diagnostic(node: node.name, field: field, message))
    }
}

public typealias ConstantValues = @Sendable (String) throws -> Tensor

/// Which segments still need the bytes of a buffer. Views share the buffer of the tensor that they look at.
struct Lifetimes {
    private var owner: [String: String] = [:]
    private var lastUse: [String: Int] = [:]
    private var owned: [String: (address: GlobalAddress, bytes: Int)] = [:]
    private var ends: [Int: [String]] = [:]

    init(segments: [Segment], graph: Graph) {
        for (index, segment) in segments.enumerated() {
            for node in segment.nodes {
                for input in graph.dependencies(of: node) { touch(input, at: index) }
                for output in node.outputs {
                    // Conservative: a view operation that turns out to be a copy keeps its source a little longer.
                    if node.operation.isView, let source = node.inputs.first { owner[output] = root(source) }
                    touch(output, at: index)
                }
            }
        }
        // States live on for the next program.
        for name in graph.outputs + graph.states { touch(name, at: Int.max) }
        for (tensor, index) in lastUse { ends[index, default: []].append(tensor) }
    }

    private func root(_ tensor: String) -> String { owner[tensor] ?? tensor }

    private mutating func touch(_ tensor: String, at index: Int) {
        let name = root(tensor)
        lastUse[name] = max(lastUse[name] ?? 0, index)
    }

    /// An output or a state, or a tensor of which one is a view: the host or the next program sees its bytes.
    func isKept(_ tensor: String) -> Bool { lastUse[root(tensor)] == Int.max }

    mutating func own(_ tensor: String, address: GlobalAddress, bytes: Int) { owned[tensor] = (address, bytes) }

    /// A dense copy lives as long as the tensor that it was made of.
    mutating func ownCopy(_ copy: String, of tensor: String, address: GlobalAddress, bytes: Int) {
        owned[copy] = (address, bytes)
        ends[lastUse[root(tensor)] ?? Int.max, default: []].append(copy)
    }

    /// Ranges whose last reader is this segment.
    mutating func expired(after segment: Int) -> [(address: GlobalAddress, bytes: Int)] {
        (ends[segment] ?? []).sorted().compactMap { tensor in
            guard root(tensor) == tensor else { return nil }
            return owned.removeValue(forKey: tensor)
        }
    }
}

extension Operation {
    /// May yield a view of its first input instead of new bytes.
    var isView: Bool {
        switch self {
        case .reshape, .transpose, .slice, .split, .append: true
        default: false
        }
    }
}

extension Graph {
    /// Tensors that a node reads, run-time scales of its operands included.
    func dependencies(of node: Node) -> [String] {
        var names = node.inputs
        for input in node.inputs {
            if let encoding = types[input]?.encoding { names += encoding.scale.tensors }
        }
        if let output = node.outputs.first, let encoding = types[output]?.encoding,
            case .requantise = node.operation
        {
            names += encoding.scale.tensors
        }
        return names
    }
}

extension Scale {
    var tensors: [String] {
        switch self {
        case .none, .uniform: []
        case .tensor(let name, _): [name]
        case .product(let row, let column): row.tensors + column.tensors
        }
    }
}
