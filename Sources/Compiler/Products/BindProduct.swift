import Arch
import Diagnostics
import Formats
import Graph

extension VectorBinder {
    /// What the vector unit adds to the engine's sum: scale, zero-point correction, bias.
    mutating func bindProduct(_ source: ProductSource, isNeededElsewhere: Bool) throws {
        let output = lowering.type(node.outputs[0])
        binding.made.insert(source.sum)
        if output.encoding.codec.isInteger {
            try bindAccumulator(source, isNeededElsewhere: isNeededElsewhere)
        } else {
            try bindFloat(source)
        }
    }

    private mutating func bindAccumulator(_ source: ProductSource, isNeededElsewhere: Bool) throws {
        guard let bias = try readBias(source) else {
            // The sum itself is the output: no step, the product takes its name.
            binding.made.insert(node.outputs[0])
            return
        }
        step(.elementwise(.addInteger), node.outputs[0], .int32, source.sum, .value(bias.operand))
        if let last = binding.steps.last {
            binding.bias = BiasStep(
                step: last, operand: bias.operand, bias: bias.bias, isNeededElsewhere: isNeededElsewhere)
        }
    }

    /// int32 per column: the node's bias minus the activation's zero point times the column's weights.
    private mutating func readBias(_ source: ProductSource) throws -> (operand: String, bias: ProductBias)? {
        let x = lowering.type(node.inputs[0]).encoding
        guard case .uniform(let zero) = x.zeroPoint else {
            throw lowering.failure(node, "inputs[0]", "has a zero point per element group; one for the tensor expected")
        }
        let hasBias = node.inputs.count > 2 && lowering.type(node.inputs[2]).encoding.codec.isInteger
        guard hasBias || zero != 0 else { return nil }
        if hasBias, zero == 0, !lowering.graph.constants.contains(node.inputs[2]) {
            throw lowering.failure(node, "inputs[2]", "is made at run time; a constant bias expected")
        }
        let (node, weightType) = (node, lowering.type(node.inputs[1]))
        let zeroCodec = lowering.zeroCodec(weightType.encoding)
        let count = source.geometry.groups * source.geometry.columns
        let bias = ProductBias(accumulator: source.sum, count: count) { constant in
            try Self.biases(node, weightType: weightType, zeroCodec: zeroCodec, zero: zero, hasBias: hasBias, count: count, constant: constant)
        }
        let name = "\(node.name) bias"
        _ = try lowering.parameter(name, shape: [count], type: .int32, traffic: .scales) { constant in
            try bias.values(constant).littleEndianBytes
        }
        return (try readColumn(name), bias)
    }

    private static func biases(
        _ node: Node, weightType: TensorType, zeroCodec: Codec, zero: Int, hasBias: Bool, count: Int, constant: ConstantValues
    ) throws -> [Int32] {
        var values = Array(repeating: 0, count: count)
        if hasBias {
            let tensor = try constant(node.inputs[2])
            for index in 0..<count { values[index] = Int(tensor.integerValue(at: index, .int32)) }
        }
        if zero != 0 {
            let sums = try WeightCodes(tensor: try constant(node.inputs[1]), type: weightType, zeroCodec: zeroCodec).columnSums(constant)
            for index in 0..<count { values[index] -= zero * sums[index].sum }
        }
        return try values.enumerated().map { index, value in
            guard let narrow = Int32(exactly: value) else {
                throw Diagnostics(Diagnostic(
                    node: node.name, field: "inputs[2]",
                    "with the activation's zero point the bias of column \(index) is \(value), which does not fit int32"))
            }
            return narrow
        }
    }

    private mutating func bindFloat(_ source: ProductSource) throws {
        let x = lowering.type(node.inputs[0])
        let w = lowering.type(node.inputs[1])
        if source.isScaled {
            try bindScaled(source, x: x, w: w)
        } else {
            var sum = source.sum
            if let correction = try readBias(source) {
                sum = binding.temporary(node.name)
                step(.elementwise(.addInteger), sum, .int32, source.sum, .value(correction.operand))
            }
            let scale = try productScale(x.encoding.scale, w.encoding.scale, shape: x.shape)
            step(.elementwise(.dequantise(zero: 0)), binding.temporary(node.name), .float32, sum, scale)
        }
        if node.inputs.count > 2 {
            let bias = try read(node.inputs[2])
            _ = float(.addFloat, binding.steps.last?.output ?? source.sum, .value(bias))
        }
        finish()
        binding.made.insert(node.outputs[0])
    }

    /// The engine has scaled by what is grouped along K; the rest follows once.
    private mutating func bindScaled(_ source: ProductSource, x: TensorType, w: TensorType) throws {
        guard x.encoding.zeroPoint == .uniform(0) else {
            throw lowering.failure(node, "inputs[0]", "has a zero point and the product is scaled along K; zero point 0 expected")
        }
        var rest: VectorStep.Second = .none
        let weightsGrouped: Bool
        if case .image(let image) = source.weights { weightsGrouped = image.scaleAddress != nil } else { weightsGrouped = false }
        let row: Scale = source.activationScales == nil ? x.encoding.scale : .none
        let column: Scale = weightsGrouped ? .none : w.encoding.scale
        if row != .none || column != .none { rest = try productScale(row, column, shape: x.shape) }
        switch rest {
        case .none: break
        case .value, .float, .integer:
            _ = float(.multiplyFloat, source.sum, rest)
        }
    }
}
