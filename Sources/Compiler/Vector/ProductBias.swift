import Graph

/// The integer bias of a product, zero-point correction of the activations included, before it is an instruction.
struct ProductBias {
    /// The product's value without bias.
    var accumulator: String
    var count: Int
    var values: @Sendable (ConstantValues) throws -> [Int32]
}

extension VectorBinding {
    /// Takes the bias step back when a requantisation can add the bias itself.
    mutating func takeBias(of value: String) -> ProductBias? {
        guard let bias = bias, bias.step.output == value, steps.last == bias.step, !bias.isNeededElsewhere else { return nil }
        steps.removeLast()
        operands[bias.operand] = nil
        made.remove(value)
        self.bias = nil
        return bias.bias
    }
}

struct BiasStep {
    var step: VectorStep
    var operand: String
    var bias: ProductBias
    var isNeededElsewhere: Bool
}
