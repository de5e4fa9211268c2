import Formats

/// What a tensor of outlier-victim pairs must be: dense, symmetric, and no pair under two scales.
struct PairRule {
    let encoding: TensorEncoding
    let shape: [Int]

    /// Everything that is wrong, with the key of the encoding that says it.
    var problems: [(key: String, message: String)] {
        let name = encoding.codec.name
        var problems: [(key: String, message: String)] = []
        if encoding.zeroPoint != .uniform(0) { problems.append(("zero", "\(name) has no zero point")) }
        if encoding.structure != .dense {
            problems.append(("structure", "\(name) makes pairs of neighbours, which N:M structure takes away"))
        }
        if shape.isEmpty { problems.append(("codec", "is \(name), but a scalar has no axis to make pairs along")) }
        switch encoding.scale.granularity {
        case .axis(let axis) where axis == shape.count - 1:
            problems.append(("axis", "is that of the pairs, whose two values share a scale"))
        case .group(let size) where !size.isMultiple(of: 2) && size < shape.last ?? 1:
            problems.append(("group", "is \(size), which cuts pairs; an even number expected"))
        case .tensor, .axis, .group: break
        }
        return problems
    }
}

extension RuleContext {
    /// Pairs have values along the last axis of their tensor only: products and what makes numbers of them take pairs.
    mutating func checkPairs(of operation: Operation) {
        switch operation {
        case .linear, .conv2d, .matmul, .dequantise, .columnSums: return
        default: break
        }
        for (index, type) in inputs.enumerated() where type.encoding.kind == .pairs {
            require(
                false, "inputs[\(index)]",
                "is \(type.text), outlier-victim pairs, which only linear, conv2d, matmul and dequantise take")
        }
    }
}
