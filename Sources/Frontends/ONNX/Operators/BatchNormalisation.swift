import Diagnostics
import Formats

extension ONNXLowering {
    mutating func batchNormalisation() throws(Diagnostic) -> Value {
        try refuse(node.integer("training_mode", default: 0) != 0, "training", field: "training_mode")
        try refuse(node.integer("spatial", default: 1) == 0, "statistics per place", field: "spatial")
        try refuse(node.outputs.dropFirst().contains { !$0.isEmpty && uses[$0] ?? 0 > 0 }, "the outputs of training")
        let value = try value(0)
        let gamma = try constant(1, "a scale"), beta = try constant(2, "an offset")
        let mean = try constant(3, "a mean"), variance = try constant(4, "a variance")
        let epsilon = node.float("epsilon", default: 1e-5)
        let channels = gamma.count
        let scale = ConstantTensor(.float32, [channels]) { () throws(Diagnostic) in
            let (factors, variances) = (try gamma.floats(), try variance.floats())
            return .floats(factors.indices.map { factors[$0] / (variances[$0] + epsilon).squareRoot() })
        }
        let offset = ConstantTensor(.float32, [channels]) { () throws(Diagnostic) in
            let (factors, offsets, means) = (try scale.floats(), try beta.floats(), try mean.floats())
            return .floats(factors.indices.map { offsets[$0] - means[$0] * factors[$0] })
        }
        try refuse(
            [gamma, beta, mean, variance].contains { $0.shape != [channels] } || value.shape.count < 2
                || value.shape[1] != Size(channels),
            "parameters of another shape")
        if let edge = value.edge, uses[node.inputs[0]] == 1, fold(scale, offset, into: edge.tensor) { return value }
        let shape = [channels] + [Int](repeating: 1, count: value.shape.count - 2)
        let product = try binary("mul", value, Value(scale.reshaped(shape))) { $0 * $1 }
        return try binary("add", product, Value(offset.reshaped(shape))) { $0 + $1 }
    }

    /// A product that nothing else reads takes scale and offset of its columns into its weights.
    private mutating func fold(_ scale: ConstantTensor, _ offset: ConstantTensor, into tensor: String) -> Bool {
        guard let product = products[tensor], uses[product.output] == 1,
            let weight = draft.constants.first(where: { $0.name == product.weight }), let numbers = weight.numbers, numbers.shape.first == scale.count
        else { return false }
        let run = numbers.count / max(1, scale.count)
        let folded = ConstantTensor(.float32, numbers.shape) { () throws(Diagnostic) in
            let (weights, factors) = (try numbers.floats(), try scale.floats())
            return .floats(weights.indices.map { weights[$0] * factors[$0 / run] })
        }
        draft.replace(weight.replacing(folded))
        guard let name = product.bias, let bias = draft.constants.first(where: { $0.name == name }),
            case .floats(let old, let codec) = bias.content
        else {
            let name = declare(offset, name: "\(wish).bias")
            draft.append(input: name, toNodeOf: tensor)
            products[tensor]?.bias = name
            return true
        }
        let sum = ConstantTensor(.float32, old.shape) { () throws(Diagnostic) in
            let (biases, factors, offsets) = (try old.floats(), try scale.floats(), try offset.floats())
            return .floats(biases.indices.map { biases[$0] * factors[$0] + offsets[$0] })
        }
        draft.replace(ImportedConstant(name: name, content: .floats(sum, codec)))
        return true
    }
}
