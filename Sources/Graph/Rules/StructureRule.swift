import Formats

/// What a tensor of N:M structure must be: a constant whose codec can say zero, scaled by whole blocks.
struct StructureRule {
    let pattern: NOfM
    let encoding: TensorEncoding
    let shape: [Int]
    let isConstant: Bool

    /// Everything that is wrong, as texts that follow the field's name.
    var problems: [String] {
        var problems: [String] = []
        if !isConstant { problems.append("is \(pattern.name), which only constants have") }
        if !encoding.codec.hasZero {
            problems.append("is \(pattern.name), but \(encoding.codec.name) has no zero that could be left out")
        }
        if encoding.structure.sharedColumns > 1, shape.count < 2 {
            problems.append("is \(pattern.name) shared by columns, but has no axis of output columns")
        }
        if shape.isEmpty { problems.append("is \(pattern.name), but a scalar has no axis to cut into blocks") }
        let shared = [("scales", encoding.scale.granularity), ("zero points", encoding.zeroPoint.granularity)]
        for (what, granularity) in shared {
            guard case .group(let size) = granularity, let last = shape.last, size < last,
                !size.isMultiple(of: pattern.m)
            else { continue }
            problems.append(
                "is \(pattern.name), but \(what) come in groups of \(size), whole blocks of \(pattern.m) expected")
        }
        return problems
    }
}

extension RuleContext {
    /// Blocks of kept values make sense along K of a weight only; every other operation takes dense operands.
    mutating func checkStructures(of operation: Operation) {
        let weight: Int? =
            switch operation {
            case .linear, .conv2d, .matmul(transposeB: true, _): 1
            default: nil
            }
        if case .matmul = operation, let type = inputs.dropFirst().first, type.shape.count > 2 {
            require(
                type.encoding.structure.sharedColumns == 1, "inputs[1]",
                "keeps the same positions in several columns, which is for one matrix and not for a batch of them")
        }
        for (index, type) in inputs.enumerated() where index != weight {
            guard let pattern = type.encoding.structure.pattern else { continue }
            require(
                false, "inputs[\(index)]",
                "is \(pattern.name) structured; only the weights of linear, conv2d and matmul with transpose_b are")
        }
    }
}
