import Arch
import Diagnostics
import Formats
import Graph

/// Vector steps of some nodes and the tensors that they read from DRAM.
struct VectorBinding {
    var domain: Domain
    var steps: [VectorStep] = []
    var operands: [String: BoundOperand] = [:]
    /// Values made by steps (or by the product that the segment starts with).
    var made: Set<String> = []
    /// Element bytes of the value that a product or window hands over.
    var handedBytes = 4
    /// The product's bias, as long as it is the last step.
    var bias: BiasStep?
    private var fresh = 0

    init(domain: Domain) { self.domain = domain }

    /// A name for an unnamed intermediate value.
    mutating func temporary(_ base: String) -> String {
        fresh += 1
        return "\(base)#\(fresh)"
    }
}

/// Why a node cannot join a segment: its operands do not lie along the segment's axes.
struct DoesNotBind: Error {}

/// Binds nodes to steps; parameters that they need become constants of the program.
struct VectorBinder {
    var lowering: Lowering
    var binding: VectorBinding
    var node: Node
    var record: Int

    /// Makes the value readable by steps: made in this segment, or loaded from DRAM.
    mutating func read(_ name: String, width: Int? = nil) throws -> String {
        if binding.made.contains(name) || binding.operands[name] != nil { return name }
        let view = try lowering.view(name)
        let bound = width == nil ? binding.domain.view(view) : binding.domain.rowView(view)
        guard let bound else { throw DoesNotBind() }
        binding.operands[name] = BoundOperand(view: bound, width: width)
        return name
    }

    /// A column parameter: a tensor of one value (or record) per index of the last axis, or per matrix of a batch.
    mutating func readColumn(_ name: String) throws -> String {
        // One tensor may be read by row and by column.
        let column = "\(name) by column"
        if binding.operands[column] != nil { return column }
        var view = try lowering.view(name)
        if view.shape.count >= 2, view.shape.last == 1 {
            view.shape.removeLast()
            view.strides.removeLast()
        }
        if view.shape.count >= 2 {
            view.shape.insert(1, at: view.shape.count - 1)
            view.strides.insert(0, at: view.strides.count - 1)
        }
        guard let bound = binding.domain.view(view) else { throw DoesNotBind() }
        binding.operands[column] = BoundOperand(view: bound, width: nil)
        return column
    }

    mutating func step(
        _ kind: VectorStep.Kind, _ output: String, _ type: ElementType, _ a: String, _ b: VectorStep.Second = .none,
        c: String? = nil, width: Int? = nil
    ) {
        binding.steps.append(VectorStep(
            kind: kind, output: output, type: type, width: width, a: a, b: b, c: c, node: record))
        binding.made.insert(output)
    }

    /// An f32 step with a name of its own.
    mutating func float(_ function: ElementwiseFunction, _ a: String, _ b: VectorStep.Second = .none, width: Int? = nil) -> String {
        let name = binding.temporary(node.name)
        step(.elementwise(function), name, .float32, a, b, width: width)
        return name
    }

    mutating func reduceRow(_ function: Reduce.Function, _ a: String) -> String {
        let name = binding.temporary(node.name)
        step(.reduceRow(function), name, .float32, a, width: 1)
        return name
    }

    /// Renames the last step's output to the node's.
    mutating func finish(_ type: ElementType? = nil) {
        guard var last = binding.steps.popLast() else { return }
        binding.made.remove(last.output)
        last.output = node.outputs[0]
        if let type { last.type = type }
        binding.steps.append(last)
        binding.made.insert(last.output)
    }
}
