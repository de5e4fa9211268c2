import Formats
import Graph

/// Codes q with a zero point z of run time are multiplied as they are, and z times the sum of each column of the weights is taken off their
/// sums: `sub(product, mul(z, sums))`, perhaps moved. Where a conversion changes the weights, their sums change with them; z times the
/// difference would else remain.
extension Legaliser {
    /// - Parameter weights: those of the product before they became its second input.
    mutating func followColumnSums(_ index: Int, of weights: String) {
        let node = graph.nodes[index]
        guard let result = node.outputs.first, graph.types[result]?.encoding.codec == .int32, node.inputs[1] != weights,
            let type = graph.types[weights], let columns = type.shape.first
        else { return }
        let corrections = corrections(of: result, after: index)
        guard !corrections.isEmpty else { return }
        let types = graph.types
        guard
            let sums = known(weights, of: node, { ColumnSums.of(try WeightCodes.values(try $0(weights), type, types, $0), columns: columns) })
        else { return }
        for (multiply, position) in corrections where are(graph.nodes[multiply].inputs[position], sums, of: node) {
            graph.nodes[multiply].inputs[position] = converted(
                node.inputs[1], by: .columnSums, to: TensorType(shape: [columns], encoding: .int32), before: index)
        }
    }

    /// Whether a constant holds these sums: that it is multiplied by something and taken off says no more.
    private mutating func are(_ name: String, _ sums: [Int], of node: Node) -> Bool {
        guard graph.types[name]?.shape == [sums.count], graph.types[name]?.encoding.codec == .int32 else { return false }
        return known(name, of: node) { constant in
            let tensor = try constant(name)
            return sums.indices.allSatisfy { tensor.integerValue(at: $0, .int32) == sums[$0] }
        } ?? false
    }

    /// Products of which one factor is a constant, and its place among their inputs, that are taken off a sum.
    private func corrections(of sum: String, after index: Int) -> [(node: Int, position: Int)] {
        var moved: Set<String> = [sum]
        var found: [(node: Int, position: Int)] = []
        var makers: [String: Int] = [:]
        for (place, node) in graph.nodes.enumerated().dropFirst(index + 1) {
            for output in node.outputs { makers[output] = place }
            guard let first = node.inputs.first, moved.contains(first) else { continue }
            if node.operation.keepsElements { moved.formUnion(node.outputs) }
            guard node.operation == .binary(.sub), let multiply = multiplication(node.inputs[1], makers) else { continue }
            let inputs = graph.nodes[multiply].inputs
            if let position = inputs.firstIndex(where: { graph.constants.contains($0) }) { found.append((multiply, position)) }
        }
        return found
    }

    /// What made a tensor, before it was moved, when that is a multiplication.
    private func multiplication(_ name: String, _ makers: [String: Int]) -> Int? {
        guard let place = makers[name] else { return nil }
        let node = graph.nodes[place]
        if node.operation.keepsElements { return multiplication(node.inputs[0], makers) }
        return node.operation == .binary(.mul) ? place : nil
    }
}

extension Operation {
    fileprivate var keepsElements: Bool {
        switch self {
        case .reshape, .transpose: true
        default: false
        }
    }
}
