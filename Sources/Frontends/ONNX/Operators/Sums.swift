import Diagnostics
import Formats

/// Reductions that are made of means and greatest numbers, and running sums.
extension ONNXOperator {
    private static let reduction: Set<String> = ["axes", "keepdims", "noop_with_empty_axes"]

    /// - Parameter empty: what is found over no elements.
    static func reduction(
        empty: Float, _ lower: @escaping @Sendable (inout ONNXLowering) throws(Diagnostic) -> [Value]
    ) -> ONNXOperator {
        ONNXOperator(reduction) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            guard value.shape.contains(where: { $0.number == 0 }), value.edge == nil, let axes = try lowering.reducedAxes(value) else {
                return try lower(&lowering)
            }
            let kept = value.shape.indices.filter { lowering.keepsAxes || !axes.contains($0) }
            let shape = kept.map { axes.contains($0) ? 1 : value.shape[$0].number ?? 0 }
            return [Value(ConstantTensor(shape, [Float](repeating: empty, count: shape.reduce(1, *))))]
        }
    }

    static let sums: [String: ONNXOperator] = [
        "ReduceSum": reduction(empty: 0) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.sum(of: try lowering.value(0))]
        },
        "ReduceSumSquare": reduction(empty: 0) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            return [try lowering.sum(of: try lowering.binary("mul", value, value) { $0 * $1 })]
        },
        "ReduceL1": reduction(empty: 0) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.sum(of: try lowering.magnitude(try lowering.value(0)))]
        },
        "ReduceMin": reduction(empty: .infinity) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            guard let axes = try lowering.reducedAxes(value) else { return [value] }
            let negative = try lowering.scaled(value, by: -1)
            let greatest = try lowering.reduced("global_max_pool", negative, axes, keeps: lowering.keepsAxes)
            return [try lowering.scaled(greatest, by: -1)]
        },
        "ReduceProd": ONNXOperator(reduction) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            guard case .sizes(let sizes) = try lowering.value(0).content else {
                throw Diagnostic("products of numbers other than sizes")
            }
            return [Value(lowering.keepsAxes ? [Size(1)] : [], .sizes([sizes.product]))]
        },
        "Mean": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            var sum = try lowering.value(0)
            for input in lowering.node.inputs.indices.dropFirst() {
                sum = try lowering.binary("add", sum, try lowering.value(input)) { $0 + $1 }
            }
            return [try lowering.scaled(sum, by: 1 / Float(lowering.node.inputs.count))]
        },
        "CumSum": ONNXOperator(["exclusive", "reverse"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.runningSum(try lowering.value(0))]
        },
        "InstanceNormalization": ONNXOperator(["epsilon"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            try lowering.refuse(value.shape.count < 3, "an input of fewer than 3 axes")
            return [try lowering.normalisedGroups(value, groups: nil)]
        },
        "GroupNormalization": ONNXOperator(["epsilon", "num_groups", "stash_type"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            let groups = lowering.node.integer("num_groups", default: 0)
            try lowering.refuse(groups < 1 || value.shape.count < 2, "groups that do not fit", field: "num_groups")
            return [try lowering.normalisedGroups(value, groups: groups)]
        },
        "MeanVarianceNormalization": ONNXOperator(["axes"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            let axes = try lowering.axes(lowering.node.integers("axes") ?? [0, 2, 3], rank: value.shape.count)
            let order = value.shape.indices.filter { !axes.contains($0) } + axes.sorted()
            let turned = try lowering.transposed(value, order)
            let kept = Array(turned.shape.prefix(order.count - axes.count)).product
            // 1e-9 is added to the deviation there, its square to the variance here.
            let rows = try lowering.normalisedRows(try lowering.reshaped(turned, [kept, turned.shape.suffix(axes.count).product]), 1e-18)
            return [try lowering.transposed(try lowering.reshaped(rows, turned.shape), order.indices.map { order.firstIndex(of: $0) ?? $0 })]
        },
    ]
}

extension Sequence<Size> {
    var product: Size { reduce(Size(1), *) }
}

extension ONNXLowering {
    mutating func sum(of value: Value) throws(Diagnostic) -> Value {
        if case .sizes(let sizes) = value.content {
            return Value(keepsAxes ? [Size(1)] : [], .sizes([sizes.reduce(Size(0), +)]))
        }
        guard let axes = try reducedAxes(value) else { return value }
        return try sum(of: value, axes, keeps: keepsAxes)
    }

    mutating func sum(of value: Value, _ axes: [Int], keeps: Bool) throws(Diagnostic) -> Value {
        guard let count = axes.map({ value.shape[$0] }).product.number else { throw Diagnostic("a sum over a size that is a symbol (--bind)") }
        let isWhole = value.edge?.numbers == .whole
        let mean = try reduced("global_average_pool", isWhole ? try number(of: value) : value, axes, keeps: keeps)
        let sum = try scaled(mean, by: Float(count))
        // Rounding finds whole sums below 2^22 again.
        return isWhole ? try counted(sum) : sum
    }

    mutating func magnitude(_ value: Value) throws(Diagnostic) -> Value {
        let negative = try unary("relu", try scaled(value, by: -1))
        return try binary("add", try unary("relu", value), negative) { $0 + $1 }
    }

    /// A product with a triangle of ones.
    mutating func runningSum(_ value: Value) throws(Diagnostic) -> Value {
        let axes = try integers(1, "an axis")
        try refuse(axes.count != 1, "other than one axis")
        let axis = try self.axis(axes[0], rank: value.shape.count)
        guard let length = value.shape[axis].number, length <= 1 << 11 else {
            throw Diagnostic("a running sum over more than 2048 places, or a size that is a symbol")
        }
        let isReversed = node.integer("reverse", default: 0) != 0
        if value.edge?.numbers == .whole { return try runningCount(value, axis, length, isReversed: isReversed) }
        let own = node.integer("exclusive", default: 0) == 0 ? 0 : 1
        let ones = (0..<length * length).map { index -> Float in
            let (to, from) = (index / length, index % length)
            return (isReversed ? from - to : to - from) >= own ? 1 : 0
        }
        return try multiplied(value, axis, ConstantTensor([length, length], ones))
    }

    /// Of whole numbers, exact: sums of 2, 4, 8, ... neighbours.
    private mutating func runningCount(_ value: Value, _ axis: Int, _ length: Int, isReversed: Bool) throws(Diagnostic) -> Value {
        func moved(_ value: Value, _ distance: Int, _ lowering: inout ONNXLowering) throws(Diagnostic) -> Value {
            let kept = length - distance
            let part = try lowering.piece(value, axis, Size(isReversed ? distance : 0), Size(isReversed ? length : kept))
            var amounts = value.shape.map { _ in [0, 0] }
            amounts[axis] = isReversed ? [0, distance] : [distance, 0]
            return try lowering.padded(part, amounts)
        }
        var sum = value
        for distance in sequence(first: 1, next: { $0 * 2 }).prefix(while: { $0 < length }) {
            sum = try binary("add", sum, try moved(sum, distance, &self)) { $0 + $1 }
        }
        guard node.integer("exclusive", default: 0) != 0 else { return sum }
        return try binary("sub", sum, value) { $0 - $1 }
    }

    // MARK: Norms

    /// Rows [..., L] less their mean, divided by their deviation.
    mutating func normalisedRows(_ value: Value, _ epsilon: Float) throws(Diagnostic) -> Value {
        guard let length = value.shape.last?.number, length <= ConstantTensor.stretchLimit else {
            throw Diagnostic("rows of more than \(ConstantTensor.stretchLimit) places, or whose length is a symbol (--bind)")
        }
        let ones = declare(ConstantTensor([length], [Float](repeating: 1, count: length)), name: "\(wish).gamma")
        return floats(emit("layer_norm", [try plainReal(value), ones], [("epsilon", .float(epsilon))]), value.shape)
    }

    /// - Parameter groups: of channels that are one row; `nil` when each is its own.
    mutating func normalisedGroups(_ value: Value, groups: Int?) throws(Diagnostic) -> Value {
        let shape = value.shape
        let rows = groups.map { Size($0) } ?? shape[1]
        guard let channels = shape[1].divided(by: rows) else { throw Diagnostic(field: "num_groups", "does not fit the channels") }
        let length = channels * shape.dropFirst(2).product
        let normal = try reshaped(
            try normalisedRows(try reshaped(value, [shape[0], rows, length]), node.float("epsilon", default: 1e-5)), shape)
        // Before version 21 groups have scales, not channels.
        func parameter(_ input: Int) throws(Diagnostic) -> Value {
            let given = try self.value(input)
            let column = shape.dropFirst(2).map { _ in Size(1) }
            if given.shape == [shape[1]] { return try reshaped(given, [shape[1]] + column) }
            guard given.shape == [rows], let constant = given.constant, let run = channels.number else {
                throw Diagnostic("parameters of shape \(given.shape.text)")
            }
            let places = (0..<constant.count * run).map { $0 / run }
            return try reshaped(Value(constant.picked([places.count]) { places }), [shape[1]] + column)
        }
        let scaled = try binary("mul", normal, try parameter(1)) { $0 * $1 }
        return try binary("add", scaled, try parameter(2)) { $0 + $1 }
    }
}
