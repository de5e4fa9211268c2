/// Operations along the last axis: softmax, norms, rotary embedding, mask.
extension RuleContext {
    mutating func softmax() -> [TensorType]? {
        guard arity(1), rank(0, 1...Sizes.maximumRank, "[..., C]"), kind(0, .float) else { return nil }
        return [TensorType(shape: inputs[0].shape, encoding: .float32)]
    }

    mutating func layerNorm(epsilon: Float) -> [TensorType]? { norm(parameters: ["gamma", "beta"], epsilon) }

    mutating func rmsNorm(epsilon: Float) -> [TensorType]? { norm(parameters: ["gamma"], epsilon) }

    /// gamma is always given, beta may be left out.
    private mutating func norm(parameters: [String], _ epsilon: Float) -> [TensorType]? {
        guard arity(2...1 + parameters.count), rank(0, 1...Sizes.maximumRank, "[..., C]") else { return nil }
        var fits = kind(0, .float)
        for (index, what) in parameters.enumerated() where index + 1 < inputs.count {
            fits = vector(index + 1, inputs[0].shape.last ?? 0, what) && fits
        }
        fits = require(epsilon >= 0 && epsilon.isFinite, "epsilon", "is \(epsilon), 0 or more expected") && fits
        return fits ? [TensorType(shape: inputs[0].shape, encoding: .float32)] : nil
    }

    mutating func rope(_ rope: Rope) -> [TensorType]? {
        guard arity(1), rank(0, 2...Sizes.maximumRank, "[..., S, D]"), kind(0, .float) else { return nil }
        let depth = inputs[0].shape.last ?? 0
        let turned = rope.rotaryDimension
        require(
            turned > 0 && turned <= depth && turned.isMultiple(of: 2), "rotary_dimension",
            "is \(turned), an even number up to D = \(depth) expected")
        require(rope.base > 0 && rope.base.isFinite, "base", "is \(rope.base), a positive number expected")
        require(
            rope.factors.isEmpty || rope.factors.count == turned / 2 && rope.factors.allSatisfy { $0 > 0 && $0.isFinite }, "factors",
            "has \(rope.factors.count) entries, \(turned / 2) positive numbers expected")
        require(
            rope.magnitude > 0 && rope.magnitude.isFinite, "magnitude", "is \(rope.magnitude), a positive number expected")
        position(rope.position)
        return [TensorType(shape: inputs[0].shape, encoding: .float32)]
    }

    mutating func mask(position: Int, window: Int?) -> [TensorType]? {
        guard arity(1), rank(0, 2...Sizes.maximumRank, "[..., Q, K]"), kind(0, .float) else { return nil }
        self.position(position)
        if let window { require(window > 0, "window", "is \(window), a positive number expected") }
        return [TensorType(shape: inputs[0].shape, encoding: .float32)]
    }

    mutating func position(_ position: Int) {
        require(
            (0...Sizes.maximumPosition).contains(position), "position",
            "is \(position), 0 to \(Sizes.maximumPosition) expected")
    }
}
