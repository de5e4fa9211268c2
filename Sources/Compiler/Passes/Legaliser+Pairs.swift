import Arch
import Diagnostics
import Formats
import Graph

/// Integer codes become outlier-victim pairs: a node of its own for each operand, which later users share.
extension Legaliser {
    mutating func makePairs(
        _ index: Int, engine: Int, activations: OutlierVictimPair, weights: OutlierVictimPair, _ rules: PairRules
    ) {
        let node = graph.nodes[index]
        guard let x = graph.types[node.inputs[0]], let w = graph.types[node.inputs[1]] else { return }
        guard case .uniform(let zero) = x.encoding.zeroPoint else {
            report(
                node, "the activations have a zero point per element group; one for the tensor expected to make pairs of them")
            return
        }
        for (type, what) in [(x, "activations"), (w, "weights")] {
            guard case .tensor(_, .group(let size)) = type.encoding.scale, !size.isMultiple(of: 2),
                size < type.shape.last ?? 1
            else { continue }
            report(node, "the \(what) have scales for groups of \(size) along K, which cut pairs; an even number expected")
            return
        }
        let factor = factor(node, x.encoding, zero: zero, format: activations)
        if x.encoding.codec.pairs == nil {
            graph.nodes[index].inputs[0] = pairs(
                node.inputs[0], x, activations, rules, factor: factor,
                scale: divided(x.encoding.scale, by: factor, before: index), before: index)
        }
        var weightFactor: Float = 1
        if w.encoding.codec.pairs == nil {
            weightFactor = self.weightFactor(node, w, PairEncoder(weights, rules: rules))
            graph.nodes[index].inputs[1] = pairs(
                node.inputs[1], w, weights, rules, factor: weightFactor,
                scale: divided(w.encoding.scale, by: weightFactor, before: index), before: index)
            followColumnSums(index, of: node.inputs[1])
        }
        if factor * weightFactor != 1 { rescaleSum(index, by: factor * weightFactor) }
        let codec = graph.types[graph.nodes[index].inputs[0]]?.encoding.codec ?? .outlierVictim(activations)
        decisions[node.name] = Self.decision(engine: engine, target.engines[engine], codec)
    }

    private mutating func pairs(
        _ name: String, _ type: TensorType, _ format: OutlierVictimPair, _ rules: PairRules, factor: Float, scale: Scale,
        before index: Int
    ) -> String {
        let encoding = TensorEncoding(codec: .outlierVictim(format), scale: scale, pairRules: rules)
        return converted(
            name, by: .encode(factor: factor), to: TensorType(shape: type.shape, encoding: encoding), before: index)
    }

    /// By what activations are multiplied so that none of them is an outlier: 1 where none is one anyway (a lone -128 goes
    /// to -127), where the scale is not a number that can be changed with it, or where the sum's unit must stay what it is.
    private func factor(_ node: Node, _ x: TensorEncoding, zero: Int, format: OutlierVictimPair) -> Float {
        guard let range = x.codec.range, x.codec.pairs == nil, canRescale(node) else { return 1 }
        let greatest = max(abs(range.lowerBound - zero), abs(range.upperBound - zero))
        switch x.scale {
        case .uniform where !format.isNormal(greatest): return Float(format.greatestNormal) / Float(greatest)
        case .uniform, .none, .tensor, .product: return 1
        }
    }

    /// 1 where no code is an outlier, the sum's unit must stay what it is, or values are not known.
    private mutating func weightFactor(_ node: Node, _ w: TensorType, _ encoder: PairEncoder) -> Float {
        guard canRescale(node), let range = w.encoding.codec.range else { return 1 }
        if case .uniform(let zero) = w.encoding.zeroPoint,
            encoder.format.isNormal(range.lowerBound - zero), encoder.format.isNormal(range.upperBound - zero)
        { return 1 }
        let types = graph.types
        return known(node.inputs[1], of: node) { constant in
            let values = try WeightCodes.values(try constant(node.inputs[1]), w, types, constant)
            return PairFactorSearch(encoder, values, width: max(1, w.shape.last ?? 1)).run()
        } ?? 1
    }

    /// An int32 sum counts in units of the scales, which its readers must be able to take from its encoding.
    func canRescale(_ node: Node) -> Bool {
        guard node.inputs.count < 3 || graph.constants.contains(node.inputs[2]) else { return false }
        guard graph.types[node.outputs[0]]?.encoding.codec == .int32 else { return true }
        return !graph.outputs.contains(node.outputs[0]) && graph.nodes.allSatisfy { reader in
            guard reader.inputs.contains(node.outputs[0]) else { return true }
            switch reader.operation {
            case .dequantise: return true
            case .requantise(let requantisation): return requantisation.multiplier == nil
            default: return false
            }
        }
    }

    /// The sum counts in units `1 / factor` as large; so must its bias.
    mutating func rescaleSum(_ index: Int, by factor: Float) {
        let node = graph.nodes[index]
        guard var type = graph.types[node.outputs[0]], type.encoding.codec == .int32 else { return }
        if case .product = type.encoding.scale, let x = graph.types[node.inputs[0]], let w = graph.types[node.inputs[1]] {
            type.encoding.scale = .product(x.encoding.scale, w.encoding.scale)
            graph.types[node.outputs[0]] = type
        }
        guard node.inputs.count > 2, let bias = graph.types[node.inputs[2]] else { return }
        graph.nodes[index].inputs[2] = converted(node.inputs[2], by: .rescale(factor: factor), to: bias, before: index)
    }
}
