import Diagnostics
import Formats

/// Choices between tensors, element by element.
extension ONNXLowering {
    /// The greatest, or least, of all inputs.
    mutating func extreme(isGreatest: Bool) throws(Diagnostic) -> Value {
        var result = try value(0)
        for input in node.inputs.indices.dropFirst() { result = try extreme(result, try value(input), isGreatest) }
        return result
    }

    mutating func extreme(_ a: Value, _ b: Value, _ isGreatest: Bool) throws(Diagnostic) -> Value {
        if let left = a.constant, let right = b.constant {
            guard left.type.isFloat, right.type.isFloat else {
                return try folded(a, b, .int64) { isGreatest ? max($0, $1) : min($0, $1) }
            }
            return try binary("max", a, b) { isGreatest ? max($0, $1) : min($0, $1) }
        }
        let limit = Float.greatestFiniteMagnitude
        for (known, other) in [(a, b), (b, a)] {
            guard let constant = known.constant, constant.count == 1, known.shape.count <= other.shape.count else { continue }
            let bound = try constant.floats()[0]
            guard bound.isFinite else { continue }
            return try clip(other, isGreatest ? bound : -limit, isGreatest ? limit : bound)
        }
        let shape = try broadcast(a.shape, b.shape)
        let sign: Float = isGreatest ? 1 : -1
        var tensors: [String] = []
        for value in [a, b] {
            let wide = try stretched(isGreatest ? value : try scaled(value, by: -1), to: shape)
            tensors.append(try plainReal(try reshaped(wide, [Size(1), shape.product])))
        }
        let pair = floats(emit("concat", tensors, [("axis", 0)]), [Size(2), shape.product])
        let greatest = try reshaped(try reduced("global_max_pool", pair, [0], keeps: false), shape)
        return isGreatest ? greatest : try scaled(greatest, by: sign)
    }

    /// A tensor of numbers in a shape that it fits.
    mutating func stretched(_ value: Value, to shape: [Size]) throws(Diagnostic) -> Value {
        if value.shape == shape { return value }
        guard let sizes = shape.numbers else { throw Diagnostic("a tensor stretched to a size that is a symbol (--bind)") }
        let count = shape.product.number ?? .max
        try refuse(count > ConstantTensor.stretchLimit, "a constant of \(count) elements")
        if let constant = value.constant { return Value(constant.broadcast(to: sizes)) }
        let isWhole = value.edge?.numbers == .whole
        let zeros =
            isWhole
            ? ConstantTensor(sizes, [Int](repeating: 0, count: count))
            : ConstantTensor(sizes, [Float](repeating: 0, count: count))
        return try binary("add", value, Value(zeros)) { $0 + $1 }
    }

    /// a + b - both * a b of truth values.
    mutating func either(
        _ a: Value, _ b: Value, both: Int, _ known: @escaping @Sendable (Int, Int) -> Int
    ) throws(Diagnostic) -> Value {
        if a.edge == nil, b.edge == nil { return try folded(a, b, .bool, known) }
        let sum = try binary("add", a, b) { $0 + $1 }
        let product = try binary("mul", a, b) { $0 * $1 }
        let factor = Value(ConstantTensor([], [both]))
        return try binary("sub", sum, try binary("mul", product, factor) { $0 * $1 }) { $0 - $1 }
    }

    /// a where the condition is true, else b: t a + (1 - t) b, in which what is not chosen has to be finite.
    mutating func chosen(_ condition: Value, _ a: Value, _ b: Value) throws(Diagnostic) -> Value {
        let shape = try broadcast(try broadcast(condition.shape, a.shape), b.shape)
        if let truth = condition.constant, let first = a.constant, let second = b.constant, let sizes = shape.numbers {
            try refuse(shape.product.number ?? .max > ConstantTensor.stretchLimit, "a constant of \(shape.text) elements")
            return try stored(Self.selected(truth, first, second, sizes))
        }
        if [condition, a, b].allSatisfy(isCounted), [a, b].contains(where: { $0.edge != nil }) {
            // Whole numbers: b + t (a - b), exact whatever the truth.
            let change = try binary("mul", condition, try binary("sub", a, b) { $0 - $1 }) { $0 * $1 }
            return try stretched(try binary("add", b, change) { $0 + $1 }, to: shape)
        }
        let rest = try choosable(b, where: condition)
        let result = try sum(try part(condition, a, isTrue: true), try part(condition, rest, isTrue: false))
        return try stretched(result, to: shape)
    }

    private mutating func sum(_ a: Value?, _ b: Value?) throws(Diagnostic) -> Value {
        guard let a, let b else { return a ?? b ?? Value(ConstantTensor([], [Float(0)])) }
        return try binary("add", a, b) { $0 + $1 }
    }

    private static func selected(_ truth: ConstantTensor, _ a: ConstantTensor, _ b: ConstantTensor, _ shape: [Int]) -> ConstantTensor {
        let (t, x, y) = (truth.broadcast(to: shape), a.broadcast(to: shape), b.broadcast(to: shape))
        let isFloat = a.type.isFloat || b.type.isFloat
        return ConstantTensor(isFloat ? .float32 : a.type, shape) { () throws(Diagnostic) in
            let truths = try t.integers()
            if isFloat {
                let (first, second) = (try x.floats(), try y.floats())
                return .floats(truths.indices.map { truths[$0] != 0 ? first[$0] : second[$0] })
            }
            let (first, second) = (try x.integers(), try y.integers())
            return .integers(truths.indices.map { truths[$0] != 0 ? first[$0] : second[$0] })
        }
    }

    /// One side of a choice, 0 where the other is chosen; `nil` when it is 0 everywhere.
    private mutating func part(_ condition: Value, _ side: Value, isTrue: Bool) throws(Diagnostic) -> Value? {
        if let truth = condition.constant {
            let mask = truth.truths(isTrue)
            guard let constant = side.constant else { return try binary("mul", side, Value(mask)) { $0 * $1 } }
            // Chosen, not multiplied: what is not chosen may be infinite.
            let shape = try broadcast(condition.shape, side.shape)
            guard let sizes = shape.numbers, shape.product.number ?? .max <= ConstantTensor.stretchLimit else {
                throw Diagnostic("a constant of \(shape.text) elements")
            }
            let zero = ConstantTensor([], [Float(0)])
            return Value(Self.selected(truth, isTrue ? constant : zero, isTrue ? zero : constant, sizes))
        }
        guard var edge = condition.edge, edge.numbers == .whole else { throw Diagnostic("a condition that is no truth value") }
        edge.tensor = draft.node("\(edge.tensor).float", "dequantise", [edge.tensor])[0]
        edge.numbers = .floats
        var share = Value(condition.shape, .edge(edge))
        if let constant = side.constant {
            let numbers = try constant.floats()
            if numbers.allSatisfy({ $0 == 0 }), constant.count == 1 { return nil }
            if let first = numbers.first, first.isInfinite, numbers.allSatisfy({ $0 == first }) {
                // ln of what is left: 0 where the other is chosen.
                let penalty = try unary("log", isTrue ? try complement(share) : share)
                return first < 0 ? penalty : try scaled(penalty, by: -1)
            }
            try refuse(numbers.contains { !$0.isFinite }, "choices between infinite numbers and others in one constant")
        }
        if !isTrue { share = try complement(share) }
        return try binary("mul", share, side) { $0 * $1 }
    }
}

extension ConstantTensor {
    /// 1 where truth values are as given, else 0.
    func truths(_ wanted: Bool) -> ConstantTensor {
        ConstantTensor(.float32, shape) { [self] () throws(Diagnostic) in
            .floats(try integers().map { ($0 != 0) == wanted ? 1 : 0 })
        }
    }
}
