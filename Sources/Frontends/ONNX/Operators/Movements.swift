import Diagnostics
import Formats

extension ONNXOperator {
    static let movements: [String: ONNXOperator] = [
        "Identity": identity(["none"]),
        "Dropout": ONNXOperator(["ratio", "seed"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.refuse(
                lowering.node.outputs.dropFirst().contains { !$0.isEmpty && lowering.uses[$0] ?? 0 > 0 },
                "the output mask")
            let isTraining = lowering.node.has(2) ? try lowering.integers(2, "training") != [0] : false
            let ratio = lowering.node.has(1) ? try lowering.number(1, "a ratio") : lowering.node.float("ratio", default: 0.5)
            try lowering.refuse(isTraining && ratio != 0, "training")
            return [try lowering.value(0)]
        },
        "Reshape": ONNXOperator(["allowzero", "shape"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            return [try lowering.reshaped(value, try lowering.reshapeTarget(value))]
        },
        "Flatten": ONNXOperator(["axis"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            let given = lowering.node.integer("axis", default: 1)
            let axis = given == value.shape.count ? given : try lowering.axis(given, rank: value.shape.count)
            return [
                try lowering.reshaped(
                    value, [Array(value.shape[..<axis]).product, Array(value.shape[axis...]).product])
            ]
        },
        "Squeeze": ONNXOperator(["axes"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            let rank = value.shape.count
            let given = lowering.node.has(1) ? try lowering.integers(1, "axes") : lowering.node.integers("axes")
            let axes = try lowering.axes(
                given ?? value.shape.indices.filter { value.shape[$0].number == 1 }, rank: rank)
            try lowering.refuse(
                axes.contains { value.shape[$0].number != 1 }, "an axis whose size is not 1", field: "axes")
            return [
                try lowering.reshaped(value, value.shape.indices.filter { !axes.contains($0) }.map { value.shape[$0] })
            ]
        },
        "Unsqueeze": ONNXOperator(["axes"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            let given = lowering.node.has(1) ? try lowering.integers(1, "axes") : lowering.node.integers("axes") ?? []
            let rank = value.shape.count + given.count
            let axes = try lowering.axes(given, rank: rank)
            try lowering.refuse(Set(axes).count != axes.count || rank > 64, "axes that are named twice", field: "axes")
            var shape = value.shape
            for axis in axes.sorted() { shape.insert(Size(1), at: axis) }
            return [try lowering.reshaped(value, shape)]
        },
        "Transpose": ONNXOperator(["perm"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            let permutation = lowering.node.integers("perm") ?? Array(value.shape.indices.reversed())
            try lowering.refuse(permutation.sorted() != Array(value.shape.indices), "is \(permutation)", field: "perm")
            return [try lowering.transposed(value, permutation)]
        },
        "Concat": ONNXOperator(["axis"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            var parts: [Value] = []
            for input in lowering.node.inputs.indices { parts.append(try lowering.value(input)) }
            return [try lowering.concatenated(parts)]
        },
        "Slice": ONNXOperator(["axes", "starts", "ends"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.sliced(try lowering.value(0))]
        },
        "Split": ONNXOperator(["axis", "split", "num_outputs"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.split(try lowering.value(0))
        },
        "Gather": ONNXOperator(["axis"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.gathered(try lowering.value(0), try lowering.value(1))]
        },
        "Pad": ONNXOperator(["mode", "pads", "value"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.enlarged(try lowering.value(0))]
        },
        "Expand": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            let shape = try lowering.broadcast(value.shape, try lowering.sizes(1, "a shape"))
            if shape == value.shape { return [value] }
            return [try lowering.stretched(value, to: shape)]
        },
    ]

    private static func identity(_ attributes: Set<String>) -> ONNXOperator {
        ONNXOperator(attributes) { (lowering: inout ONNXLowering) throws(Diagnostic) in [try lowering.value(0)] }
    }
}

extension ONNXLowering {
    mutating func transposed(_ value: Value, _ permutation: [Int]) throws(Diagnostic) -> Value {
        let shape = permutation.map { value.shape[$0] }
        switch value.content {
        case .edge(var edge):
            if edge.inner != nil { edge = try plain(edge, value.shape) }
            edge.order = edge.order.map { axis in permutation.firstIndex(of: axis) ?? axis }
            return Value(shape, .edge(edge))
        case .quantised(let codes):
            if let moved = codes.transposed(permutation) { return Value(shape, .quantised(moved)) }
            return Value(codes.numbers.transposed(permutation))
        case .sizes(let sizes) where value.shape.count < 2: return Value(value.shape, .sizes(sizes))
        default:
            guard let constant = value.constant else { throw Diagnostic("sizes that are transposed") }
            return Value(constant.transposed(permutation))
        }
    }

    func reshapeTarget(_ value: Value) throws(Diagnostic) -> [Size] {
        let given = node.integers("shape")
        let wanted = if let given { given.map { Size($0) } } else { try sizes(1, "a shape") }
        let keepsZero = node.integer("allowzero", default: 0) == 0
        var shape = wanted
        for (axis, size) in wanted.enumerated() where size.number == 0 && keepsZero {
            guard axis < value.shape.count else {
                throw Diagnostic("a shape that keeps axis \(axis) of \(value.shape.count)")
            }
            shape[axis] = value.shape[axis]
        }
        let total = value.shape.product
        if let open = shape.firstIndex(of: Size(-1)) {
            shape[open] = Size(1)
            guard let rest = total.divided(by: shape.product) else {
                throw Diagnostic("\(value.shape.text) in the shape \(wanted.text), which a graph cannot say")
            }
            shape[open] = rest
        }
        try refuse(shape.product != total, "\(value.shape.text) in the shape \(shape.text)")
        return shape
    }

    mutating func reshaped(_ value: Value, _ shape: [Size]) throws(Diagnostic) -> Value {
        if shape == value.shape { return value }
        switch value.content {
        case .sizes(let sizes): return Value(shape, .sizes(sizes))
        case .edge(let edge): return try reshaped(edge, value.shape, shape)
        case .quantised(var codes):
            guard let sizes = shape.numbers, codes.sharing == .tensor || isSplitBehind(codes, sizes) else { break }
            codes.codes = codes.codes.reshaped(sizes)
            return Value(shape, .quantised(codes))
        case .constant: break
        }
        guard let constant = value.constant, let sizes = shape.numbers else {
            throw Diagnostic("a constant in the shape \(shape.text)")
        }
        return Value(constant.reshaped(sizes))
    }

    /// Scales per index of the first axis stay where they are when only what is behind it changes.
    private func isSplitBehind(_ codes: QuantisedConstant, _ shape: [Int]) -> Bool {
        codes.sharing == .axis(0) && shape.first == codes.codes.shape.first
    }

    private mutating func reshaped(_ edge: Edge, _ old: [Size], _ shape: [Size]) throws(Diagnostic) -> Value {
        // An image that is flattened: a linear layer behind it may take it as it lies.
        if edge.inner == nil, !edge.isPlain, edge.order.first == 0, shape.count == 2, shape[0] == old[0], old.count == 4
        {
            let long = edge.order.filter { old[$0].number != 1 }
            if long != long.sorted() {
                return Value(shape, .edge(Edge(edge.tensor, edge.numbers, order: edge.order, inner: old)))
            }
        }
        let flat = try plain(edge, old)
        return Value(
            shape, .edge(Edge(emit("reshape", [flat.tensor], [("shape", shape.json)]), flat.numbers, rank: shape.count))
        )
    }

    /// Edges of one kind of numbers in one order.
    private mutating func alike(_ values: [Value]) throws(Diagnostic) -> ([String], Edge) {
        var edges: [Edge] = []
        for value in values {
            if let edge = value.edge, edge.numbers == .whole || edge.isRealCodes || edge.isRaw {
                edges.append(edge)
            } else {
                edges.append(try real(value))
            }
        }
        if Set(edges.map(\.numbers)).count > 1 {
            edges = []
            for value in values { edges.append(try real(value)) }
        }
        let model = edges.first { !$0.isPlain && $0.inner == nil } ?? edges[0]
        let order = model.inner == nil ? model.order : Array(values[0].shape.indices)
        var tensors: [String] = []
        for (edge, value) in zip(edges, values) { tensors.append(try ordered(edge, value.shape, order).tensor) }
        return (tensors, Edge("", edges[0].numbers, order: order))
    }

    mutating func concatenated(_ parts: [Value]) throws(Diagnostic) -> Value {
        try refuse(parts.isEmpty, "nothing to concatenate")
        return try concatenated(parts, axis: try axis(node.integer("axis", default: 1), rank: parts[0].shape.count))
    }

    mutating func concatenated(_ all: [Value], axis: Int) throws(Diagnostic) -> Value {
        let rank = all[0].shape.count
        // A past that is bound to 0 adds nothing.
        let parts = all.filter { $0.shape.count != rank || $0.shape[axis].number != 0 }
        if parts.count < all.count, parts.count < 2 { return parts.first ?? all[0] }
        let lists = parts.compactMap { part in if case .sizes(let sizes) = part.content { sizes } else { nil } }
        if lists.count == parts.count, rank == 1 { return Value(sizes: lists.flatMap { $0 }) }
        for part in parts {
            var other = part.shape
            if other.count == rank { other[axis] = parts[0].shape[axis] }
            try refuse(
                other != parts[0].shape, "shapes \(parts[0].shape.text) and \(part.shape.text), which do not fit")
        }
        var shape = parts[0].shape
        shape[axis] = parts.reduce(Size(0)) { $0 + $1.shape[axis] }
        let constants = parts.compactMap(\.constant)
        if constants.count == parts.count { return Value(ConstantTensor.concatenated(constants, axis: axis)) }
        var (tensors, edge) = try alike(parts)
        edge.tensor = emit("concat", tensors, [("axis", .integer(edge.order.firstIndex(of: axis) ?? axis))])
        return Value(shape, .edge(edge))
    }
}
