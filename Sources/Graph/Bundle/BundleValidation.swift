import Diagnostics
import Formats

extension Bundle {
    /// Decodes every constant of the graph and checks what types cannot say: codes, scales that are positive, zero
    /// points inside their codec, weights that obey their structure, shifts inside 64-bit arithmetic.
    ///
    /// - Throws: one diagnostic per constant that is wrong, at its first wrong element.
    public func validate(for graph: Graph) throws(Diagnostics) {
        let roles = ConstantRoles(graph)
        let constants = graph.constants.compactMap { name in graph.types[name].map { (name: name, type: $0) } }
        let found: [Diagnostic?] = filledInParallel(count: constants.count, workPerItem: 1 << 16) { range, found in
            for index in range {
                let (name, type) = constants[index]
                (found + index).initialize(to: problem(of: name, type, roles, graph))
            }
        }
        var problems = Diagnostics()
        for problem in found.compactMap(\.self) { problems.report(problem) }
        guard problems.isEmpty else { throw problems }
    }

    private func problem(of name: String, _ type: TensorType, _ roles: ConstantRoles, _ graph: Graph) -> Diagnostic? {
        do throws(Diagnostic) {
            let tensor = try tensor(named: name, type: type)
            try Self.check(tensor, name, type, roles)
            try checkStructure(tensor, name, type, graph)
            return nil
        } catch { return error }
    }

    private func checkStructure(
        _ tensor: Tensor, _ name: String, _ type: TensorType, _ graph: Graph
    ) throws(Diagnostic) {
        guard type.encoding.structure != .dense else { return }
        let zeros = try zeroElements(of: type, types: graph.types)
        do throws(Diagnostic) {
            if let mix = type.encoding.structure.mix {
                _ = try MixedWeights(mix, shape: type.shape).counts { zeros.isZero(tensor, at: $0) }
            }
            guard let pattern = type.encoding.structure.pattern else { return }
            try KeptWeights(type: type, pattern: pattern, zeros: zeros).check(tensor)
        } catch { throw Diagnostic(node: name, field: error.field, error.message) }
    }

    private static func check(
        _ tensor: Tensor, _ name: String, _ type: TensorType, _ roles: ConstantRoles
    ) throws(Diagnostic) {
        if roles.scaled[name] != nil,
            let index = (0..<tensor.count).first(where: { !(tensor.float(at: $0) > 0 && tensor.float(at: $0).isFinite) }
            )
        {
            throw Diagnostic(node: name, field: "[\(index)]", "is \(tensor.float(at: index)), a scale must be positive")
        }
        for user in roles.zeroed[name] ?? [] {
            guard let range = user.range else { continue }
            let outside = (0..<tensor.count).first {
                !range.contains(Int(tensor.integerValue(at: $0, type.encoding.codec)))
            }
            guard let index = outside else { continue }
            let value = tensor.integerValue(at: index, type.encoding.codec)
            throw Diagnostic(
                node: name, field: "[\(index)]", "is \(value), a zero point outside \(user.name)")
        }
        if roles.shifts.contains(name) {
            let outside = (0..<tensor.count).first { !(0...62).contains(tensor.integerValue(at: $0, .int32)) }
            if let index = outside { throw Diagnostic(node: name, field: "[\(index)]", "a shift of 0 to 62 expected") }
        }
        if roles.multipliers.contains(name) {
            let outside = (0..<tensor.count).first { tensor.integerValue(at: $0, .int32) <= 0 }
            if let index = outside {
                throw Diagnostic(node: name, field: "[\(index)]", "a positive multiplier expected")
            }
        }
    }
}

/// What constants are used for besides being an operand.
struct ConstantRoles: Hashable {
    /// Codecs of the tensors that a constant is the scale of, or the zero point of.
    var scaled: [String: [Codec]] = [:]
    var zeroed: [String: [Codec]] = [:]
    var multipliers: Set<String> = []
    var shifts: Set<String> = []

    init(_ graph: Graph) {
        let tensors = graph.inputs + graph.states + graph.constants + graph.nodes.flatMap(\.outputs)
        for type in tensors.compactMap({ graph.types[$0] }) {
            if case .tensor(let name, _) = type.encoding.scale { scaled[name, default: []].append(type.encoding.codec) }
            if case .tensor(let name, _) = type.encoding.zeroPoint { zeroed[name, default: []].append(type.encoding.codec) }
        }
        for node in graph.nodes {
            guard case .requantise(let requantisation) = node.operation else { continue }
            if let name = requantisation.multiplier { multipliers.insert(name) }
            if let name = requantisation.shift { shifts.insert(name) }
        }
    }
}
