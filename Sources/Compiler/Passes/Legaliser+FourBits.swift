import Arch
import Diagnostics
import Formats
import Graph

/// Integer codes of more than four bits become four-bit ones: a node of its own for each operand, which later users share.
extension Legaliser {
    /// - Parameters:
    ///   - activations: what they become; `nil` when they stay.
    ///   - weights: whether they are converted; the type is chosen by their values.
    mutating func makeFourBits(_ index: Int, engine: Int, activations: Codec?, weights: Bool) {
        let node = graph.nodes[index]
        guard let x = graph.types[node.inputs[0]], let w = graph.types[node.inputs[1]] else { return }
        guard canRescale(node) else {
            report(node, "its int32 sum counts in units of the operands, which four-bit codes change; f32 output, or a sum that "
                + "dequantise or requantise without a multiplier reads, expected")
            return
        }
        var factor: Float = 1
        if let activations {
            guard case .uniform(let zero) = x.encoding.zeroPoint, x.encoding.scale.isNumber else {
                report(node, "the activations have scales or zero points that are tensors; numbers expected to make four-bit codes of them")
                return
            }
            factor = Self.factor(x.encoding.codec, zero: zero, to: activations)
            graph.nodes[index].inputs[0] = encoded(node.inputs[0], x, activations, factor: factor, before: index)
        }
        if weights {
            let choice = fourBits(of: node.inputs[1], for: node, w)
            graph.nodes[index].inputs[1] = encoded(node.inputs[1], w, choice.codec, factor: choice.factor, before: index)
            factor *= choice.factor
        }
        rescaleSum(index, by: factor)
        let codec = graph.types[graph.nodes[index].inputs[0]]?.encoding.codec ?? x.encoding.codec
        decisions[node.name] = Self.decision(engine: engine, target.engines[engine], codec)
    }

    /// The type and factor of least error; without values flint4, its greatest number standing for the greatest that the
    /// codes have.
    private mutating func fourBits(
        of name: String, for node: Node, _ type: TensorType
    ) -> (codec: Codec, factor: Float) {
        let types = graph.types
        if let values = known(name, of: node, { try WeightCodes.values(try $0(name), type, types, $0) }) {
            let result = FourBitSearch(values).run()
            return (result.codec, result.factor)
        }
        let zero = if case .uniform(let zero) = type.encoding.zeroPoint { zero } else { 0 }
        return (.flint(.signed), Self.factor(type.encoding.codec, zero: zero, to: .flint(.signed)))
    }

    /// The greatest magnitude that is left of a code without its zero point becomes the greatest of the new codec.
    private static func factor(_ codec: Codec, zero: Int, to target: Codec) -> Float {
        guard let range = codec.range, let top = target.range?.upperBound else { return 1 }
        return Float(top) / Float(max(1, abs(range.lowerBound - zero), abs(range.upperBound - zero)))
    }

    private mutating func encoded(
        _ name: String, _ type: TensorType, _ codec: Codec, factor: Float, before index: Int
    ) -> String {
        let scale = divided(type.encoding.scale, by: factor, before: index)
        return converted(
            name, by: .encode(factor: factor),
            to: TensorType(shape: type.shape, encoding: TensorEncoding(codec: codec, scale: scale)), before: index)
    }
}

extension Scale {
    /// None, or one that is known from the graph alone.
    fileprivate var isNumber: Bool {
        switch self {
        case .none, .uniform: true
        case .tensor, .product: false
        }
    }
}
