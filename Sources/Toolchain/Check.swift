import Arch
import Compiler
import Diagnostics
import Golden
import Graph
import Report

extension Job {
    /// Holds the program against the reference evaluator, bit for bit: what it yields, the states it leaves, and every
    /// edge between nodes that goes through memory.
    ///
    /// - Parameter outputs: what `compute` of this job gave for the same inputs, from empty states.
    public func check(
        _ inputs: [String: Tensor], outputs: [String: Tensor], _ how: Execution = Execution()
    ) throws -> CheckRecord {
        var keeping = options
        keeping.keepsIntermediates = true
        let values = Dictionary(program.parameters.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        let kept = try Job(model, target: target, options: keeping).setting(values)
        let original = try graph()
        let machine = try GoldenModel(target: target, program: kept.program)
        var session = Session()
        _ = try session.compute(machine, inputs, how)
        var comparison = Comparison(machine: machine)
        var states: [String: Tensor] = [:]
        let legalised = try Compiler.legalised(original, target: target, options: options, constant: model.constants)
        let expected = try model.evaluate(inputs, graph: legalised, states: &states) { node, tensors in
            for (name, tensor) in zip(node.outputs, tensors) where !legalised.outputs.contains(name) {
                comparison.compareEdge(name, of: node.name, expected: tensor)
            }
        }
        let makers = legalised.makers
        for name in legalised.outputs {
            comparison.compare(name, of: makers[name] ?? name, expected: expected[name], got: outputs[name])
        }
        for name in legalised.states {
            comparison.compare(name, of: name, expected: states[name], got: session.states[name])
        }
        return CheckRecord(
            outputs: legalised.outputs.count, edges: comparison.edges, states: legalised.states.count,
            onCore: comparison.onCore, difference: comparison.difference, fidelity: legalised == original ? [] : try fidelity(inputs, outputs, original))
    }

    /// Against the graph before legalisation.
    private func fidelity(
        _ inputs: [String: Tensor], _ outputs: [String: Tensor], _ original: Graph
    ) throws -> [CheckRecord.Fidelity] {
        var states: [String: Tensor] = [:]
        let expected = try model.evaluate(inputs, graph: original, states: &states)
        return original.outputs.map { name in
            guard let exact = expected[name], let got = outputs[name], let type = original.types[name] else {
                return .init(output: name, decibels: nil)
            }
            return .init(output: name, decibels: SignalToNoise.decibels(exact, got, codec: type.encoding.codec))
        }
    }
}

/// Collects the first difference.
private struct Comparison {
    let machine: GoldenModel
    private let buffers: [String: Buffer]
    var edges = 0
    var onCore = 0
    var difference: CheckRecord.Difference?

    init(machine: GoldenModel) {
        self.machine = machine
        let intermediates = machine.plan.program.buffers.filter { $0.role == .intermediate }
        buffers = Dictionary(intermediates.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func compareEdge(_ name: String, of node: String, expected: Tensor) {
        guard var buffer = buffers[name] else { return onCore += 1 }
        edges += 1
        // Of a padded tensor, the valid part.
        if buffer.shape.count == expected.shape.count, zip(expected.shape, buffer.shape).allSatisfy({ $0 <= $1 }) {
            buffer.shape = expected.shape
        }
        compare(name, of: node, expected: expected, got: try? machine.tensor(buffer))
    }

    mutating func compare(_ name: String, of node: String, expected: Tensor?, got: Tensor?) {
        guard difference == nil else { return }
        guard let expected, let got, expected.count == got.count else {
            difference = .init(
                node: node, tensor: name, index: [], expected: "\(expected?.shape ?? [])", got: "\(got?.shape ?? [])",
                count: 0)
            return
        }
        guard expected.storage != got.storage || expected.hasFloats else { return }
        let different = (0..<expected.count).filter { expected.code(at: $0) != got.code(at: $0) }
        guard let first = different.first else { return }
        difference = .init(
            node: node, tensor: name, index: expected.position(of: first), expected: expected.text(at: first),
            got: got.text(at: first), count: different.count)
    }
}

extension Graph {
    /// The node that yields each tensor.
    fileprivate var makers: [String: String] {
        let pairs = nodes.flatMap { node in node.outputs.map { ($0, node.name) } }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}

extension Tensor {
    /// Floats are compared by their bits: zeros have signs, and NaN equals itself.
    fileprivate var hasFloats: Bool {
        switch storage {
        case .float32, .float16, .bfloat16, .minifloat: true
        case .int8, .uint8, .int16, .uint16, .int32: false
        }
    }

    /// Index per axis of a flat index.
    fileprivate func position(of flat: Int) -> [Int] {
        var rest = flat
        var position: [Int] = []
        for size in shape.reversed() {
            position.append(rest % max(size, 1))
            rest /= max(size, 1)
        }
        return position.reversed()
    }

    /// The element as a message shows it; floats with their bits.
    fileprivate func text(at index: Int) -> String {
        guard hasFloats else { return "\(Int32(bitPattern: code(at: index)))" }
        return "\(float(at: index)) (0x\(String(code(at: index), radix: 16)))"
    }
}
