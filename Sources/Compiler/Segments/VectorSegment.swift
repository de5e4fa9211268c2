import Arch
import Diagnostics
import Graph

extension Lowering {
    /// Lowers a chain of vector nodes, tile by tile over the shape of its outputs.
    mutating func lowerVector(_ segment: Segment, consumers: [String: [String]]) throws {
        let shape = type(segment.nodes[0].outputs[0]).shape
        let clean = self
        for domain in [vectorDomain(segment, shape: shape), Domain(shape: shape, groups: shape.indices.map { [$0] })] {
            self = clean
            do {
                try lowerVector(segment, domain: domain, consumers: consumers)
                return
            } catch is DoesNotBind { continue }
        }
        self = clean
        guard segment.nodes.count > 1 else {
            throw failure(segment.nodes[0], "inputs", "do not lie along the axes of the output")
        }
        for node in segment.nodes { try lowerVector(Segment(kind: .vector, nodes: [node]), consumers: consumers) }
    }

    private mutating func lowerVector(_ segment: Segment, domain: Domain, consumers: [String: [String]]) throws {
        var binding = VectorBinding(domain: domain)
        for node in segment.nodes {
            let record = begin(node.name, operation: node.operation.name)
            var binder = VectorBinder(lowering: self, binding: binding, node: node, record: record)
            try binder.bind()
            self = binder.lowering
            binding = binder.binding
        }
        let tables = try tableOutputs(segment, domain: domain)
        let bound = try bindOutputs(storedOutputs(segment, tables: tables, consumers: consumers), domain: domain)
        let wholeAxes = segment.nodes.contains { $0.operation.needsRows } ? 1 : 0
        var failure: DoesNotFit?
        for tiling in BoxTiling.candidates(counts: domain.counts, wholeAxes: wholeAxes) {
            var code = TileCode(
                binding: binding, outputs: bound, tables: tables, capacity: target.machine.scratchpads)
            do {
                try code.generate(tiling.boxes(domain.counts))
                emitter.append(code.emitter.instructions)
                endRow(segment.nodes.map(\.name), note: "tile " + tiling.tile.map(String.init).joined(separator: "x"))
                return
            } catch let error as DoesNotFit { failure = error }
        }
        throw tooLarge(segment.nodes[0], failure)
    }

    func tooLarge(_ node: Node, _ failure: DoesNotFit?) -> Diagnostics {
        let space = failure.map { "the \($0.space.name) scratchpad of \(target.machine.scratchpads[$0.space]) bytes" } ?? "the scratchpads"
        return self.failure(node, nil, "its smallest tile (one row) does not fit into \(space) of machine '\(target.machine.name)'")
    }

    /// The domain with as many merged axes as the tensors of the segment allow.
    private func vectorDomain(_ segment: Segment, shape: [Int]) -> Domain {
        let names = Set(segment.nodes.flatMap { graph.dependencies(of: $0) + $0.outputs })
        let existing = names.sorted().compactMap { name -> TensorView? in
            guard type(name).shape.count <= shape.count else { return nil }
            var view = views[name] ?? TensorView(
                address: GlobalAddress(.dram, 0), shape: type(name).shape, type: .int8, traffic: .activations)
            // A row parameter does not constrain the last axis.
            if view.shape.count == shape.count, view.shape.last != shape.last { view.shape[shape.count - 1] = 1 }
            guard zip(view.shape.reversed(), shape.reversed()).allSatisfy({ $0 == $1 || $0 == 1 }) else { return nil }
            return view
        }
        let keepsLast =
            segment.nodes.contains { $0.operation.needsMatrix } ? 2 : segment.nodes.contains { $0.operation.usesLastAxis(graph, $0) || tablePlan.places[$0.outputs[0]] == .producer } ? 1 : 0
        return Domain(merging: shape, views: existing, keepsLast: keepsLast)
    }

    /// Places the outputs of a segment and sees them along its domain.
    mutating func bindOutputs(_ outputs: [String], domain: Domain) throws -> [String: BoundOperand] {
        var bound: [String: BoundOperand] = [:]
        for name in outputs {
            let view = try allocate(name)
            let width = view.shape == domain.shape ? nil : view.shape.last
            guard let seen = width == nil ? domain.view(view) : domain.rowView(view) else { throw DoesNotBind() }
            bound[name] = BoundOperand(view: seen, width: width)
        }
        return bound
    }
}

extension Operation {
    /// The meaning of the last axis matters: rows, or parameters along it.
    fileprivate func usesLastAxis(_ graph: Graph, _ node: Node) -> Bool {
        switch self {
        case .binary, .unary, .clip: false
        case .quantise, .requantise: graph.types[node.outputs[0]]?.encoding.hasOneScale != true || isRequantise
        case .dequantise: graph.types[node.inputs[0]]?.encoding.hasOneScale != true
        default: true
        }
    }

    private var isRequantise: Bool { if case .requantise = self { true } else { false } }
}

extension TensorEncoding {
    fileprivate var hasOneScale: Bool {
        switch (scale, zeroPoint) {
        case (.none, .uniform), (.uniform, .uniform), (.tensor(_, .tensor), .uniform): true
        default: false
        }
    }
}

extension TileCode {
    /// Loads of a tile are ahead of the vector work of the tile before.
    mutating func generate(_ boxes: [Box], record: Int? = nil) throws(DoesNotFit) {
        var next: [TileValue] = []
        let record = record ?? binding.steps.first?.node ?? 0
        for (index, box) in boxes.enumerated() {
            if index == 0 {
                emitter.node = record
                next = try loadOperands(box)
            }
            let operands = next
            if index + 1 < boxes.count {
                emitter.node = record
                next = try loadOperands(boxes[index + 1])
            }
            try run(box, operands: operands)
            try store(box)
        }
    }
}
