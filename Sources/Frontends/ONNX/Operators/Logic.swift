import Diagnostics
import Formats

/// Masks: comparisons of what is known, and choices by truth values of run time.
extension ONNXOperator {
    static let logic: [String: ONNXOperator] = [
        "Equal": compared(.equal, { $0 == $1 }, { $0 == $1 }), "Greater": compared(.greater, { $0 > $1 }, { $0 > $1 }),
        "GreaterOrEqual": compared(.greaterOrEqual, { $0 >= $1 }, { $0 >= $1 }), "Less": compared(.less, { $0 < $1 }, { $0 < $1 }),
        "LessOrEqual": compared(.lessOrEqual, { $0 <= $1 }, { $0 <= $1 }),
        "And": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let (a, b) = (try lowering.value(0), try lowering.value(1))
            let shape = try lowering.broadcast(a.shape, b.shape)
            for (known, other) in [(a, b), (b, a)] where other.edge != nil {
                guard let constant = known.constant, try constant.integers().allSatisfy({ $0 != 0 }) else { continue }
                if other.shape == shape { return [other] }
                // Stretched by what is true everywhere.
                let ones = ConstantTensor(constant.shape, [Int](repeating: 1, count: constant.count))
                return [try lowering.binary("mul", other, Value(ones)) { $0 * $1 }]
            }
            return [try lowering.folded(a, b, .bool) { $0 != 0 && $1 != 0 ? 1 : 0 }]
        },
        "Or": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.either(try lowering.value(0), try lowering.value(1), both: 1) { $0 != 0 || $1 != 0 ? 1 : 0 }]
        },
        "Xor": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.either(try lowering.value(0), try lowering.value(1), both: 2) { ($0 != 0) != ($1 != 0) ? 1 : 0 }]
        },
        "Not": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let (value, one) = (try lowering.value(0), Value(ConstantTensor([], [1])))
            if value.edge == nil { return [try lowering.folded(value, one, .bool) { truth, _ in truth == 0 ? 1 : 0 }] }
            return [try lowering.binary("sub", one, value) { $0 - $1 }]
        },
        "Mod": ONNXOperator(["fmod"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let isTruncated = lowering.node.integer("fmod", default: 0) != 0
            let (a, b) = (try lowering.value(0), try lowering.value(1))
            if isTruncated, a.constant?.type.isFloat == true, b.constant != nil {
                return [try lowering.binary("mod", a, b) { $0.truncatingRemainder(dividingBy: $1) }]
            }
            if a.edge != nil || b.edge != nil, lowering.isCounted(a), lowering.isCounted(b) {
                return [try lowering.remainder(a, b, isTruncated: isTruncated)]
            }
            return [
                try lowering.folded(a, b, .int64) { a, b in
                    if b == 0 || b == -1 { return 0 }
                    let rest = a % b
                    return isTruncated || rest == 0 || (rest < 0) == (b < 0) ? rest : rest + b
                }
            ]
        },
        "Max": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in [try lowering.extreme(isGreatest: true)] },
        "Min": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in [try lowering.extreme(isGreatest: false)] },
        "Where": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.chosen(try lowering.value(0), try lowering.value(1), try lowering.value(2))]
        },
    ]

    private static func compared(
        _ comparison: ONNXLowering.Comparison, _ whole: @escaping @Sendable (Int, Int) -> Bool,
        _ floats: @escaping @Sendable (Float, Float) -> Bool
    ) -> ONNXOperator {
        ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let (a, b) = (try lowering.value(0), try lowering.value(1))
            if let sizes = lowering.comparedSizes(a, b, comparison) { return [sizes] }
            guard let left = a.constant, let right = b.constant else { return [try lowering.compared(a, b, comparison)] }
            guard left.type.isFloat || right.type.isFloat else { return [try lowering.folded(a, b, .bool) { whole($0, $1) ? 1 : 0 }] }
            let truth = try lowering.binary("compared", a, b) { floats($0, $1) ? 1 : 0 }
            return [try lowering.stored((truth.constant ?? left).truncated(.bool, 0...1))]
        }
    }
}

extension ONNXLowering {
    /// Sizes that are symbols, which are positive, beside numbers that are not, and beside themselves.
    func comparedSizes(_ a: Value, _ b: Value, _ comparison: Comparison) -> Value? {
        guard comparison == .equal, case .sizes(let left) = a.content, case .sizes(let right) = b.content,
            (left + right).numbers == nil, left.count == right.count || left.count == 1 || right.count == 1
        else { return nil }
        var truths: [Size] = []
        for index in 0..<max(left.count, right.count) {
            let (x, y) = (left[left.count == 1 ? 0 : index], right[right.count == 1 ? 0 : index])
            let isBelow = [(x, y), (y, x)].contains { $0.number == nil && $1.number.map { $0 < 1 } ?? false }
            guard isBelow || x == y || (x.number != nil && y.number != nil) else { return nil }
            truths.append(Size(x == y ? 1 : 0))
        }
        return Value(left.count >= right.count ? a.shape : b.shape, .sizes(truths))
    }

    /// Whole numbers that are known, element by element.
    func folded(
        _ a: Value, _ b: Value, _ type: ElementType, _ function: @escaping @Sendable (Int, Int) -> Int
    ) throws(Diagnostic) -> Value {
        guard let left = a.constant, let right = b.constant, !left.type.isFloat, !right.type.isFloat,
            let shape = try broadcast(a.shape, b.shape).numbers
        else { throw Diagnostic("operands other than whole numbers that are known") }
        let count = shape.reduce(1, *)
        try refuse(count > ConstantTensor.stretchLimit, "a constant of \(count) elements")
        let (x, y) = (left.broadcast(to: shape), right.broadcast(to: shape))
        return try stored(
            ConstantTensor(type, shape) { () throws(Diagnostic) in
                let (first, second) = (try x.integers(), try y.integers())
                return .integers(first.indices.map { function(first[$0], second[$0]) })
            })
    }
}
