import Formats

/// What a tensor of N:M structure must be: a constant whose codec can say zero, scaled by whole blocks.
struct StructureRule {
    /// As texts say it.
    let name: String
    /// Elements of a block.
    let blockLength: Int
    let encoding: TensorEncoding
    let shape: [Int]
    let isConstant: Bool

    /// Everything that is wrong, as texts that follow the field's name.
    var problems: [String] {
        var problems: [String] = []
        if !isConstant { problems.append("is \(name), which only constants have") }
        if !encoding.codec.hasZero {
            problems.append("is \(name), but \(encoding.codec.name) has no zero that could be left out")
        }
        if encoding.structure.mix != nil, shape.count < 2 {
            problems.append("is \(name), but one axis is not cut into blocks of 16 by 16")
        }
        if encoding.structure.sharedColumns > 1, shape.count < 2 {
            problems.append("is \(name) shared by columns, but has no axis of output columns")
        }
        if shape.isEmpty { problems.append("is \(name), but a scalar has no axis to cut into blocks") }
        let shared = [("scales", encoding.scale.granularity), ("zero points", encoding.zeroPoint.granularity)]
        for (what, granularity) in shared {
            guard case .group(let size) = granularity, let last = shape.last, size < last,
                !size.isMultiple(of: blockLength)
            else { continue }
            problems.append(
                "is \(name), but \(what) come in groups of \(size), whole blocks of \(blockLength) expected")
        }
        return problems
    }
}

extension RuleContext {
    /// Blocks of kept values make sense along K of a weight only; every other operation takes dense operands.
    mutating func checkStructures(of operation: Operation) {
        checkMix(of: operation)
        let weight: Int? =
            switch operation {
            case .linear, .conv2d, .tableLinear, .matmul(transposeB: true, _): 1
            default: nil
            }
        if case .matmul = operation, let type = inputs.dropFirst().first, type.shape.count > 2 {
            require(
                type.encoding.structure.sharedColumns == 1, "inputs[1]",
                "keeps the same positions in several columns, which is for one matrix and not for a batch of them")
        }
        for (index, type) in inputs.enumerated() where index != weight {
            guard let name = type.encoding.structure.name else { continue }
            require(
                false, "inputs[\(index)]",
                "is \(name) structured; only the weights of linear, conv2d and matmul with transpose_b are")
        }
    }

    /// Blocks are of the output columns that one product makes side by side.
    private mutating func checkMix(of operation: Operation) {
        guard inputs.count > 1, let name = inputs[1].encoding.structure.mix?.name else { return }
        switch operation {
        case .linear: return
        case .conv2d(let convolution, _) where convolution.groups == 1: return
        default: require(false, "inputs[1]", "is \(name) block by block, which weights of linear and ungrouped conv2d are")
        }
    }
}
