import Formats

/// What a tensor with a dictionary must be: a dense constant of f16 numbers.
struct DictionaryRule {
    let encoding: TensorEncoding
    let isConstant: Bool

    /// Everything that is wrong, as texts that follow the field's name.
    var problems: [String] {
        var problems: [String] = []
        if encoding.codec != .float16 { problems.append("is one of f16 numbers, not of \(encoding.codec.name)") }
        if encoding.structure != .dense { problems.append("is that of a dense weight, which no N:M structure leaves") }
        if !isConstant { problems.append("belongs to constants only") }
        return problems
    }
}

extension RuleContext {
    mutating func assignCentroids() -> [TensorType]? {
        guard arity(1), kind(0, .float, .scaledFloat, .codes, .flint) else { return nil }
        guard let declared, declared.dictionary != nil else {
            require(false, "encoding.dictionary", "is missing")
            return nil
        }
        return [TensorType(shape: inputs[0].shape, encoding: declared)]
    }
}
