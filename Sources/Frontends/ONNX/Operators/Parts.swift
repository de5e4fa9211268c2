import Diagnostics
import Formats

extension ONNXLowering {
    mutating func sliced(_ value: Value) throws(Diagnostic) -> Value {
        let rank = value.shape.count
        let isOld = node.version < 10
        let starts = isOld ? (node.integers("starts") ?? []).map { Size($0) } : try sizes(1, "starts")
        let ends = isOld ? (node.integers("ends") ?? []).map { Size($0) } : try sizes(2, "ends")
        let given = isOld ? node.integers("axes") : node.has(3) ? try integers(3, "axes") : nil
        let steps = !isOld && node.has(4) ? try integers(4, "steps") : [Int](repeating: 1, count: starts.count)
        let axes = try self.axes(given ?? Array(0..<starts.count), rank: rank)
        try refuse(
            ends.count != starts.count || axes.count != starts.count || steps.count != starts.count,
            "lists of different lengths")
        if steps.contains(where: { $0 < 0 }) { return try backwards(value, starts, ends, axes, steps) }
        try refuse(steps.contains(0), "steps that are not positive", field: "steps")
        var (from, to, by) = ([Size](repeating: Size(0), count: rank), value.shape, [Int](repeating: 1, count: rank))
        for (index, axis) in axes.enumerated() {
            from[axis] = Self.place(starts[index], value.shape[axis])
            to[axis] = Self.place(ends[index], value.shape[axis])
            by[axis] = min(steps[index], 1 << 32)
        }
        return try part(value, from, to, by)
    }

    /// Elements from `from` to `to` of each axis, in steps.
    mutating func part(_ value: Value, _ from: [Size], _ to: [Size], _ steps: [Int]? = nil) throws(Diagnostic) -> Value {
        let rank = value.shape.count
        let by = steps ?? [Int](repeating: 1, count: rank)
        var shape: [Size] = []
        for axis in 0..<rank {
            let length = to[axis] - from[axis]
            if let number = length.number {
                try refuse(number < 1, "a slice without elements")
                shape.append(Size((number - 1) / by[axis] + 1))
            } else {
                try refuse(by[axis] != 1, "steps over a size that is a symbol", field: "steps")
                shape.append(length)
            }
        }
        if shape == value.shape, by.allSatisfy({ $0 == 1 }) { return value }
        if let numbers = from.numbers {
            if case .sizes(let sizes) = value.content, rank == 1, let count = shape[0].number {
                return Value(sizes: (0..<count).map { sizes[numbers[0] + $0 * by[0]] })
            }
            if let constant = value.constant, let counts = shape.numbers {
                return Value(constant.sliced(starts: numbers, steps: by, counts: counts))
            }
        }
        return try slice(value, from, to, by, shape)
    }

    /// A slice with steps to the front, place by place.
    private mutating func backwards(_ value: Value, _ starts: [Size], _ ends: [Size], _ axes: [Int], _ steps: [Int])
        throws(Diagnostic) -> Value
    {
        var result = value
        for (index, axis) in axes.enumerated() {
            guard let length = value.shape[axis].number, let start = starts[index].number, let end = ends[index].number,
                steps[index] != 0, length <= 1 << 20, (-1 << 20...1 << 20).contains(steps[index])
            else { throw Diagnostic(field: "steps", "steps over a size that is a symbol, or above 2^20") }
            let isBackwards = steps[index] < 0
            func place(_ given: Int) -> Int {
                let counted = given < 0 ? given + length : given
                return isBackwards ? min(max(counted, -1), length - 1) : min(max(counted, 0), length)
            }
            let places = Array(stride(from: place(start), to: place(end), by: steps[index]))
            try refuse(places.isEmpty, "a slice without elements")
            if let constant = result.constant, let shape = result.shape.numbers {
                var (from, by, counts) = (shape.map { _ in 0 }, shape.map { _ in 1 }, shape)
                (from[axis], by[axis], counts[axis]) = (places[0], steps[index], places.count)
                result = try stored(constant.sliced(starts: from, steps: by, counts: counts))
            } else {
                result = try taken(result, axis, places)
            }
        }
        return result
    }

    private mutating func slice(_ value: Value, _ from: [Size], _ to: [Size], _ by: [Int], _ shape: [Size])
        throws(Diagnostic) -> Value
    {
        var edge = try moved(value)
        if edge.numbers == .sums { edge = try real(value) }
        if edge.inner != nil { edge = try plain(edge, value.shape) }
        let cut = value.shape.indices.filter { from[$0].number != 0 || to[$0] != value.shape[$0] || by[$0] != 1 }
        let places = cut.map { axis in edge.order.firstIndex(of: axis) ?? axis }
        var attributes = [
            ("axes", integers(places)), ("starts", cut.map { from[$0] }.json), ("ends", cut.map { to[$0] }.json),
        ]
        if cut.contains(where: { by[$0] != 1 }) { attributes.append(("steps", integers(cut.map { by[$0] }))) }
        edge.tensor = emit("slice", [edge.tensor], attributes)
        return Value(shape, .edge(edge))
    }

    /// A start or an end counted from the start, inside the axis.
    private static func place(_ place: Size, _ length: Size) -> Size {
        guard let number = place.number else { return place }
        let counted = number < 0 ? length + Size(max(number, -(1 << 40))) : place
        guard let size = length.number, let inside = counted.number else { return number >= 1 << 30 ? length : counted }
        return Size(min(max(inside, 0), size))
    }

    mutating func split(_ value: Value) throws(Diagnostic) -> [Value] {
        let axis = try axis(node.integer("axis", default: 0), rank: value.shape.count)
        let count = node.outputs.count
        var sizes = (node.integers("split") ?? []).map { Size($0) }
        if node.has(1) { sizes = try self.sizes(1, "sizes") }
        if sizes.isEmpty {
            if let length = value.shape[axis].number {
                let part = (length + count - 1) / count
                sizes = (0..<count).map { Size(min(part, length - $0 * part)) }
            } else if let part = value.shape[axis].divided(by: Size(count)) {
                sizes = [Size](repeating: part, count: count)
            }
        }
        try refuse(
            sizes.count != count || sizes.reduce(Size(0), +) != value.shape[axis]
                || sizes.contains { $0.number.map { $0 < 1 } ?? false },
            "sizes that do not add up", field: "split")
        var edge = try moved(value)
        if edge.numbers == .sums { edge = try real(value) }
        if edge.inner != nil { edge = try plain(edge, value.shape) }
        let place = edge.order.firstIndex(of: axis) ?? axis
        if count == 1 { return [value] }
        let tensors = draft.node(
            wish, "split", [edge.tensor], [("axis", .integer(place)), ("sizes", sizes.json)], outputs: count)
        return zip(tensors, sizes).map { tensor, size in
            var shape = value.shape
            shape[axis] = size
            return Value(shape, .edge(Edge(tensor, edge.numbers, order: edge.order)))
        }
    }

    mutating func gathered(_ table: Value, _ indices: Value) throws(Diagnostic) -> Value {
        let axis = try axis(node.integer("axis", default: 0), rank: table.shape.count)
        return try gathered(table, indices, axis: axis, name: node.inputs[0])
    }

    /// - Parameter name: of a table of weights, whose format the import chooses.
    mutating func gathered(_ table: Value, _ indices: Value, axis: Int, name: String? = nil) throws(Diagnostic) -> Value {
        let rank = table.shape.count
        try refuse(axis >= rank, "a table of shape \(table.shape.text)")
        let shape = Array(table.shape[..<axis]) + indices.shape + Array(table.shape[(axis + 1)...])
        if let known = indices.constant {
            let places = try known.integers()
            if case .sizes(let sizes) = table.content, rank == 1 {
                let counted = places.map { $0 < 0 ? $0 + sizes.count : $0 }
                try refuse(!counted.allSatisfy { sizes.indices.contains($0) }, "an index out of range")
                return Value(shape, .sizes(counted.map { sizes[$0] }))
            }
            // A single place is a slice.
            if places.count == 1 {
                let at = places[0] < 0 ? table.shape[axis] + Size(places[0]) : Size(places[0])
                if let length = table.shape[axis].number, let place = at.number {
                    try refuse(!(0..<length).contains(place), "an index out of range")
                }
                var (from, to) = ([Size](repeating: Size(0), count: rank), table.shape)
                (from[axis], to[axis]) = (at, at + Size(1))
                var cut = table.shape
                cut[axis] = Size(1)
                return try reshaped(try slice(table, from, to, [Int](repeating: 1, count: rank), cut), shape)
            }
            guard let length = table.shape[axis].number else {
                throw Diagnostic("indices into an axis whose size is a symbol")
            }
            let counted = places.map { $0 < 0 ? $0 + length : $0 }
            try refuse(!counted.allSatisfy { (0..<length).contains($0) }, "an index out of range")
            return try gather(table, Value(ConstantTensor(known.shape, counted)), axis, shape, name)
        }
        return try gather(table, indices, axis, shape, name)
    }

    /// Places of an axis, in this order.
    mutating func taken(_ value: Value, _ axis: Int, _ places: [Int]) throws(Diagnostic) -> Value {
        var shape = value.shape
        shape[axis] = Size(places.count)
        return try gather(value, Value(ConstantTensor([places.count], places)), axis, shape)
    }

    private mutating func gather(_ table: Value, _ indices: Value, _ axis: Int, _ shape: [Size], _ name: String? = nil)
        throws(Diagnostic) -> Value
    {
        let places = try moved(indices)
        try refuse(places.numbers != .whole, "indices that are no whole numbers")
        var edge: Edge
        if let constant = table.constant, constant.type.isFloat {
            // A table of weights.
            edge = Edge(declare(table: constant, name: name), .floats, rank: table.shape.count)
        } else if let constant = table.constant, let codec = constant.type.codes {
            // Codes whose scale stands at the node that dequantises them.
            let codes = QuantisedConstant(
                codec: codec, codes: constant, scales: ConstantTensor([1], [Float(1)]), sharing: .tensor, isPlain: true)
            edge = Edge(
                draft.constant(ImportedConstant(name: name ?? "\(wish).table", content: .codes(codes))),
                .codes(CodeFormat(codec: codec, scale: nil, zero: 0), isReal: false), rank: table.shape.count)
        } else {
            edge = try moved(table)
        }
        if edge.numbers == .sums { edge = try real(table) }
        let rest = table.shape.indices.filter { $0 != axis }
        edge = try ordered(edge, table.shape, [axis] + rest)
        let flat = try plain(places, indices.shape)
        let tensor = emit("gather", [edge.tensor, flat.tensor])
        let count = indices.shape.count
        let order = Array(axis..<axis + count) + rest.map { $0 < axis ? $0 : $0 + count - 1 }
        return Value(shape, .edge(Edge(tensor, edge.numbers, order: order)))
    }

    private mutating func declare(table: ConstantTensor, name: String?) -> String {
        guard let name, let format = formats.weights, !format.scalesWeights else { return declare(table, name: name ?? "\(wish).table") }
        return declare(table, name: name, codec: format.codec)
    }

    mutating func enlarged(_ value: Value) throws(Diagnostic) -> Value {
        let mode = node.text("mode", default: "constant")
        let rank = value.shape.count
        let isOld = node.version < 11
        let pads = isOld ? node.integers("pads") ?? [] : try integers(1, "amounts")
        let axes = !isOld && node.has(3) ? try self.axes(try integers(3, "axes"), rank: rank) : Array(0..<rank)
        try refuse(
            pads.count != 2 * axes.count || pads.contains { $0 < 0 || $0 > 1 << 30 }, "amounts \(pads)", field: "pads")
        let fill = isOld ? node.float("value", default: 0) : node.has(2) ? try number(2, "a fill") : 0
        var amounts = [[Int]](repeating: [0, 0], count: rank)
        for (index, axis) in axes.enumerated() { amounts[axis] = [pads[index], pads[index + axes.count]] }
        try refuse(!fill.isFinite, "a fill that is no number")
        if mode != "constant" { return try continued(value, amounts, mode) }
        return try padded(value, amounts, fill)
    }

    /// More elements before and behind, which are those of the tensor: the last one, or mirrored, or from the other end.
    private mutating func continued(_ value: Value, _ amounts: [[Int]], _ mode: String) throws(Diagnostic) -> Value {
        var result = value
        for (axis, amount) in amounts.enumerated() where amount != [0, 0] {
            guard let length = value.shape[axis].number else { throw Diagnostic("a size that is a symbol (--bind)") }
            try refuse(max(length, amount[0], amount[1]) > 1 << 20, "more than 2^20 places")
            let places = (-amount[0]..<length + amount[1]).map { place -> Int in
                switch mode {
                case "edge": return min(max(place, 0), length - 1)
                case "wrap": return (place % length + length) % length
                default:
                    let period = max(1, 2 * (length - 1)), inside = (place % period + period) % period
                    return inside < length ? inside : period - inside
                }
            }
            try refuse(!["edge", "wrap", "reflect"].contains(mode), "mode \(mode)", field: "mode")
            result = try taken(result, axis, places)
        }
        return result
    }

    /// More elements before and behind, by axis.
    mutating func padded(_ value: Value, _ amounts: [[Int]], _ fill: Float = 0) throws(Diagnostic) -> Value {
        if amounts.allSatisfy({ $0 == [0, 0] }) { return value }
        var edge = try moved(value)
        var fill = fill
        switch edge.numbers {
        case .whole: break
        // Codes that the model reads as codes are filled with one, which stands for a number.
        case .codes(let format, isReal: false): fill = (fill - Float(format.zero)) * (format.scale ?? 1)
        default: edge = try real(value)
        }
        if edge.inner != nil { edge = try plain(edge, value.shape) }
        edge.tensor = emit(
            "pad", [edge.tensor],
            [("amounts", .array(edge.order.map { integers(amounts[$0]) })), ("value", .float(fill))])
        return Value(zip(value.shape, amounts).map { $0 + Size($1[0] + $1[1]) }, .edge(edge))
    }
}
