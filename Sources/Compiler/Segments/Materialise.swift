import Arch
import Graph

extension Lowering {
    /// A dense copy of a strided tensor, made once.
    mutating func materialised(_ name: String) throws -> TensorView {
        let copyName = "\(name) (dense)"
        if let view = views[copyName] { return view }
        let source = try view(name)
        let target = TensorView(
            address: try placeCopy(copyName, of: name, bytes: source.count * source.elementBytes), shape: source.shape,
            type: source.type, traffic: .activations, elementBytes: source.elementBytes)
        views[copyName] = target
        let record = begin("\(name).copy", operation: "copy")
        try copy(source, to: target, record: record)
        endRow(["\(name).copy"], note: "dense copy")
        return target
    }

    /// Moves a tensor through the core; both sides may be strided.
    mutating func copy(_ source: TensorView, to target: TensorView, record: Int) throws {
        guard source.count > 0 else { return }
        var domain = Domain(merging: target.shape, views: [source, target], keepsLast: 0)
        if domain.counts.isEmpty { domain = Domain(shape: [1], groups: [[0]]) }
        var binding = VectorBinding(domain: domain)
        guard let from = domain.view(source), let to = domain.view(target) else { throw DoesNotBind() }
        binding.operands["source"] = BoundOperand(view: from, width: nil)
        // Elements are packed in the order of the target only where the orders differ.
        let sameOrder = TileLayout(view: from, counts: domain.counts).localStrides
            == TileLayout(view: to, counts: domain.counts).localStrides
        let stored = sameOrder ? "source" : "packed"
        if !sameOrder {
            binding.steps.append(VectorStep(
                kind: .elementwise(.copy), output: "packed", type: source.type, width: nil, a: "source", b: .none, node: record))
        }
        var failure: DoesNotFit?
        emitter.node = record
        for tiling in BoxTiling.candidates(counts: domain.counts, wholeAxes: 0) {
            var code = TileCode(
                binding: binding, outputs: [stored: BoundOperand(view: to, width: nil)],
                capacity: self.target.machine.scratchpads)
            code.emitter.node = record
            do {
                try code.generate(tiling.boxes(domain.counts), record: record)
                emitter.append(code.emitter.instructions)
                return
            } catch let error as DoesNotFit { failure = error }
        }
        throw failure ?? DoesNotFit(space: .activations, bytes: 1)
    }
}
