import Diagnostics
import Formats

extension ONNXOperator {
    static let rows: [String: ONNXOperator] = [
        "Softmax": ONNXOperator(["axis"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.softmax(try lowering.value(0))]
        },
        "LayerNormalization": ONNXOperator(["axis", "epsilon", "stash_type"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.normalised("layer_norm")]
        },
        "RMSNormalization": ONNXOperator(["axis", "epsilon", "stash_type"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.normalised("rms_norm")]
        },
        Raising.rowLayer: row("layer_norm"), Raising.rowRMS: row("rms_norm"),
        "SimplifiedLayerNormalization": simplified, "com.microsoft:SimplifiedLayerNormalization": simplified,
        "ReduceMean": ONNXOperator(["axes", "keepdims", "noop_with_empty_axes"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.reduction("global_average_pool")]
        },
        "ReduceMax": reduction(empty: -.infinity) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.reduction("global_max_pool")]
        },
    ]

    /// What was found as a pattern over one axis, with parameters of any shape.
    private static func row(_ operation: String) -> ONNXOperator {
        ONNXOperator(["axis", "epsilon"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0), rank = value.shape.count
            let axis = try lowering.axis(lowering.node.integer("axis", default: -1), rank: rank)
            let isRow = { (parameter: Value) in parameter.constant?.count == value.shape[axis].number && parameter.shape.last == value.shape[axis] }
            if axis == rank - 1, isRow(try lowering.value(1)), lowering.optional(2).map(isRow) ?? true {
                return [try lowering.normalised(operation)]
            }
            return [try lowering.normalisedAxis(operation, value, axis)]
        }
    }

    private static let simplified = ONNXOperator(["axis", "epsilon", "stash_type"]) {
        (lowering: inout ONNXLowering) throws(Diagnostic) in
        [try lowering.normalised("rms_norm")]
    }
}

extension ONNXLowering {
    mutating func softmax(_ value: Value) throws(Diagnostic) -> Value {
        let rank = value.shape.count
        let isOld = node.version < 13
        let axis = try self.axis(node.integer("axis", default: isOld ? 1 : -1), rank: rank)
        if isOld, axis != rank - 1 {
            // Before version 13 all axes from this one on were a single row.
            let rows = [Array(value.shape[..<axis]).product, Array(value.shape[axis...]).product]
            let flat = try reshaped(value, rows)
            return try reshaped(floats(emit("softmax", [try plainReal(flat)]), rows), value.shape)
        }
        let edge = try ordered(try real(value), value.shape, order(of: value, endingIn: axis))
        return Value(value.shape, .edge(Edge(emit("softmax", [edge.tensor]), .floats, order: edge.order)))
    }

    /// The order in which a tensor lies if this axis is its last; else all others first.
    private func order(of value: Value, endingIn axis: Int) -> [Int] {
        if let edge = value.edge, edge.inner == nil, edge.order.last == axis { return edge.order }
        return value.shape.indices.filter { $0 != axis } + [axis]
    }

    /// One axis, wherever it lies, times and plus tensors that are stretched to the others.
    mutating func normalisedAxis(_ operation: String, _ value: Value, _ axis: Int) throws(Diagnostic) -> Value {
        guard let length = value.shape[axis].number, length <= ConstantTensor.stretchLimit else {
            throw Diagnostic("rows whose length is a symbol (--bind)")
        }
        let ones = declare(ConstantTensor([length], [Float](repeating: 1, count: length)), name: "\(wish).gamma")
        let edge = try ordered(try real(value), value.shape, order(of: value, endingIn: axis))
        let epsilon = [("epsilon", JSONValue.float(node.float("epsilon", default: 1e-5)))]
        let normal = draft.node("\(wish).normal", operation, [edge.tensor, ones], epsilon)[0]
        let rows = Value(value.shape, .edge(Edge(normal, .floats, order: edge.order)))
        let product = try binary("mul", rows, try self.value(1)) { $0 * $1 }
        return try optional(2).map { beta throws(Diagnostic) in try binary("add", product, beta) { $0 + $1 } } ?? product
    }

    mutating func normalised(_ operation: String) throws(Diagnostic) -> Value {
        try refuse(
            node.outputs.dropFirst().contains { !$0.isEmpty && uses[$0] ?? 0 > 0 }, "the outputs of mean and deviation")
        return try normalised(operation, try value(0), gamma: 1, beta: 2, epsilon: 1e-5)
    }

    /// - Parameters:
    ///   - gamma: the input that it is.
    ///   - epsilon: where the node has none.
    mutating func normalised(_ operation: String, _ value: Value, gamma: Int, beta: Int?, epsilon: Float) throws(Diagnostic) -> Value {
        let rank = value.shape.count
        let axis = try self.axis(node.integer("axis", default: -1), rank: rank)
        let normal = Array(value.shape[axis...])
        guard let sizes = normal.numbers else { throw Diagnostic("rows whose length is a symbol") }
        func parameter(_ value: Value) throws(Diagnostic) -> ConstantTensor {
            guard let constant = value.constant else { throw Diagnostic("parameters computed at run time") }
            try refuse(
                constant.shape.count > rank || constant.count > sizes.reduce(1, *), "parameters of another shape")
            let tail = Array(constant.shape.drop { $0 == 1 })
            guard tail.count <= sizes.count, zip(tail.reversed(), sizes.reversed()).allSatisfy({ $0 == $1 || $0 == 1 })
            else {
                throw Diagnostic("parameters of shape \(constant.shape)")
            }
            let own = constant.reshaped([Int](repeating: 1, count: sizes.count - tail.count) + tail)
            return own.broadcast(to: sizes).reshaped([sizes.reduce(1, *)])
        }
        var parameters = [declare(try parameter(try self.value(gamma)), name: "\(wish).gamma")]
        if let beta = beta.flatMap({ optional($0) }) { parameters.append(declare(try parameter(beta), name: "\(wish).beta")) }
        let attributes = [("epsilon", JSONValue.float(node.float("epsilon", default: epsilon)))]
        let isOne = axis == rank - 1
        let flat = isOne ? value : try reshaped(value, Array(value.shape[..<axis]) + [normal.product])
        let order = isOne ? order(of: flat, endingIn: axis) : Array(flat.shape.indices)
        let edge = try ordered(try real(flat), flat.shape, order)
        let result = Value(
            flat.shape, .edge(Edge(emit(operation, [edge.tensor] + parameters, attributes), .floats, order: order)))
        return isOne ? result : try reshaped(result, value.shape)
    }

    mutating func reduction(_ operation: String) throws(Diagnostic) -> Value {
        let value = try value(0)
        guard let axes = try reducedAxes(value) else { return value }
        guard operation == "global_max_pool", value.edge?.numbers == .whole else {
            return try reduced(operation, value, axes, keeps: keepsAxes)
        }
        return try counted(try reduced(operation, try number(of: value), axes, keeps: keepsAxes))
    }

    var keepsAxes: Bool { node.integer("keepdims", default: 1) != 0 }

    /// The axes that the node reduces; `nil` for none.
    func reducedAxes(_ value: Value) throws(Diagnostic) -> [Int]? {
        let given = node.has(1) ? try integers(1, "axes") : node.integers("axes") ?? []
        if given.isEmpty, node.integer("noop_with_empty_axes", default: 0) != 0 { return nil }
        let axes = try self.axes(given, rank: value.shape.count)
        return axes.isEmpty ? Array(value.shape.indices) : axes
    }

    /// The mean or the greatest number over some axes, by the operation of a graph that takes height and width of an image.
    mutating func reduced(_ operation: String, _ value: Value, _ axes: [Int], keeps: Bool) throws(Diagnostic) -> Value {
        let rank = value.shape.count
        let kept = value.shape.indices.filter { !axes.contains($0) }
        let shape =
            keeps
            ? value.shape.indices.map { axes.contains($0) ? Size(1) : value.shape[$0] } : kept.map { value.shape[$0] }
        var edge = try real(value)
        if rank == 4, Set(axes) == [2, 3] {
            edge = try ordered(edge, value.shape, [0, 2, 3, 1])
            let full = Value(
                [value.shape[0], value.shape[1], Size(1), Size(1)],
                .edge(Edge(emit(operation, [edge.tensor]), .floats, order: [0, 2, 3, 1])))
            return keeps ? full : try reshaped(full, shape)
        }
        // What is kept before the first reduced axis are images, what is kept behind it channels.
        let first = axes.min() ?? 0
        let (outer, channels) = (kept.filter { $0 < first }, kept.filter { $0 > first })
        let reducedAxes = axes.sorted()
        edge = try ordered(edge, value.shape, outer + reducedAxes + channels)
        let image = [outer, reducedAxes, channels].map { $0.map { value.shape[$0] }.product }
        let wide = draft.node(
            "\(edge.tensor).image", "reshape", [edge.tensor], [("shape", [image[0], image[1], Size(1), image[2]].json)])[
                0]
        return try reshaped(floats(emit(operation, [wide]), [image[0], Size(1), Size(1), image[2]]), shape)
    }
}
