import Diagnostics
import Formats

/// What a Resize node asks for, axis by axis.
struct ResizeTarget {
    var axes: [Int]
    var counts: [Int]
    var scales: [Double]
}

extension ONNXLowering {
    mutating func resized(scales: Int, sizes: Int?, isOld: Bool) throws(Diagnostic) -> Value {
        let value = try value(0)
        let target = try resizeTarget(value, scales, sizes)
        var how = Interpolation(mode: .linear, coordinates: "asymmetric")
        if !isOld { how.coordinates = node.text("coordinate_transformation_mode", default: "half_pixel") }
        switch node.text("mode", default: "nearest") {
        case "nearest":
            how.mode = .nearest(rounding: isOld ? "floor" : node.text("nearest_mode", default: "round_prefer_floor"))
        case "linear", "bilinear": how.mode = .linear
        case "cubic": how.mode = .cubic(a: Double(node.float("cubic_coeff_a", default: -0.75)))
        case let mode: throw Diagnostic(field: "mode", "mode \(mode)")
        }
        how.isAntialiased = node.integer("antialias", default: 0) != 0
        how.isOutsideExcluded = node.integer("exclude_outside", default: 0) != 0
        guard case .codes(let format, isReal: false)? = value.edge?.numbers, how.mode == .linear, how.coordinates != "tf_crop_and_resize" else {
            return try resized(value, target, how)
        }
        return try resizedCodes(value, format, target, how)
    }

    /// Codes between codes. ONNX Runtime cuts off what is behind the point; a thousandth stands for what f32 rounds.
    private mutating func resizedCodes(_ value: Value, _ format: CodeFormat, _ target: ResizeTarget, _ how: Interpolation)
        throws(Diagnostic) -> Value
    {
        guard let scale = format.scale, case .unsigned = format.codec, var edge = value.edge else { throw Diagnostic("integer arithmetic") }
        edge.numbers = .codes(format, isReal: true)
        let numbers = try resized(Value(value.shape, .edge(edge)), target, how)
        let half = Value(ConstantTensor([], [scale * (0.5 - 0x1p-10)]))
        return try quantised(try difference(numbers, half), format, isReal: false)
    }

    private mutating func resized(_ value: Value, _ target: ResizeTarget, _ how: Interpolation) throws(Diagnostic) -> Value {
        if let resized = try resizedImage(value, target, how) { return resized }
        var result = value
        for index in target.axes.indices where target.counts[index] > 0 {
            result = try resizedAxis(result, target, index, how)
        }
        return result
    }

    /// By the operation of a graph, which takes images and counts places by the ratio of sizes.
    private mutating func resizedImage(_ value: Value, _ target: ResizeTarget, _ how: Interpolation) throws(Diagnostic) -> Value? {
        guard value.shape.count == 4, !how.isAntialiased, !how.isOutsideExcluded else { return nil }
        var new = Array(value.shape.suffix(2)).numbers ?? []
        guard new.count == 2 else { throw Diagnostic("an image whose size is a symbol (--bind)") }
        for (index, axis) in target.axes.enumerated() where target.counts[index] > 0 {
            if target.scales[index] == 1, value.shape[axis] == Size(target.counts[index]) { continue }
            let length = Double(value.shape[axis].number ?? 0) * target.scales[index]
            guard axis >= 2, length == Double(target.counts[index]) else { return nil }
            new[axis - 2] = target.counts[index]
        }
        let isHalf = how.coordinates == "half_pixel" || (how.coordinates == "pytorch_half_pixel" && !new.contains(1))
        guard isHalf || how.coordinates == "asymmetric" || how.coordinates == "align_corners" else { return nil }
        switch how.mode {
        // Whole factors round alike from the top left corner.
        case .nearest(how.coordinates == "asymmetric" ? "floor" : "round_prefer_floor"), .linear: break
        default: return nil
        }
        let isNearest = if case .nearest = how.mode { true } else { false }
        let (edge, shape) = try image(value, takesCodes: isNearest)
        let source = isNearest ? edge : try realImage(edge)
        let tensor = emit(
            "resize", [source.tensor],
            [
                ("size", integers(new)), ("mode", isNearest ? "nearest" : "bilinear"),
                ("coordinates", .string(isHalf ? "half_pixel" : how.coordinates)),
            ])
        return imageResult(tensor, source.numbers, [shape[0], shape[1], Size(new[0]), Size(new[1])], isRow: false)
    }

    /// One axis: the nearest places, or a product with a matrix of weights.
    private mutating func resizedAxis(_ value: Value, _ target: ResizeTarget, _ index: Int, _ how: Interpolation)
        throws(Diagnostic) -> Value
    {
        let (axis, count) = (target.axes[index], target.counts[index])
        guard let length = value.shape[axis].number else { throw Diagnostic("a size that is a symbol (--bind)") }
        let isCut = how.coordinates == "tf_crop_and_resize"
        if !isCut, count == length, target.scales[index] == 1 { return value }
        let limit = ConstantTensor.stretchLimit
        try refuse(count > limit || length > limit || count * length > limit, "weights of \(count) by \(length) places")
        var how = how
        if isCut {
            let region = try constant(1, "a region").floats().map(Double.init)
            try refuse(region.count != 2 * target.axes.count, "a region of \(region.count) numbers")
            how.region = (region[index], region[index + target.axes.count])
        }
        let rows = (0..<count).map { how.neighbours(of: $0, length: length, count: count, scale: target.scales[index]) }
        let isWhole = rows.allSatisfy { $0.count == 1 && $0[0].weight == 1 }
        if isWhole { return try taken(value, axis, rows.map { $0[0].index }) }
        var weights = [Double](repeating: 0, count: count * length)
        for (place, row) in rows.enumerated() { for part in row { weights[place * length + part.index] += part.weight } }
        let outside = node.float("extrapolation_value", default: 0)
        let bias = rows.contains { $0.isEmpty } ? ConstantTensor([count], rows.map { $0.isEmpty ? outside : 0 }) : nil
        return try multiplied(value, axis, ConstantTensor([count, length], weights.map { Float($0) }), bias)
    }

    /// An axis times a matrix [new, old].
    mutating func multiplied(_ value: Value, _ axis: Int, _ matrix: ConstantTensor, _ bias: ConstantTensor? = nil)
        throws(Diagnostic) -> Value
    {
        let others = value.shape.indices.filter { $0 != axis } + [axis]
        let edge = try ordered(try real(value), value.shape, others)
        let tensors = [try activationRows(edge.tensor), declare(factors: matrix)] + (bias.map { [declare($0, name: "\(wish).bias")] } ?? [])
        var shape = value.shape
        shape[axis] = Size(matrix.shape[0])
        return Value(shape, .edge(Edge(emit("linear", tensors, [("output", "f32")]), .floats, order: others)))
    }

    /// A matrix of the import's own, in the format of activations.
    private mutating func declare(factors: ConstantTensor) -> String {
        let name = "\(wish).matrix"
        guard let format = activationCodes else { return declare(factors, name: name, codec: formats.activations?.codec ?? .float32) }
        return draft.constant(ImportedConstant(name: name, content: .weights(factors, NumberFormat(codec: format.codec))))
    }

    // MARK: Sizes

    private func resizeTarget(_ value: Value, _ scales: Int, _ sizes: Int?) throws(Diagnostic) -> ResizeTarget {
        let rank = value.shape.count
        let axes = try self.axes(node.integers("axes") ?? Array(0..<rank), rank: rank)
        if let sizes, node.has(sizes) { return try resizeTarget(value, axes, sizes: try self.sizes(sizes, "sizes")) }
        let factors: [Float] =
            if let given = node.attributes["scales"] { given.floats } else { try constant(scales, "scales").floats() }
        try refuse(factors.count != axes.count, "scales of \(factors.count) axes")
        var target = ResizeTarget(axes: axes, counts: [], scales: factors.map { Double($0) })
        for (axis, factor) in zip(axes, factors) {
            guard factor != 1 || value.shape[axis].number != nil else {
                target.counts.append(0)
                continue
            }
            guard let length = value.shape[axis].number else { throw Diagnostic("a size that is a symbol (--bind)") }
            let count = (Float(length) * factor).rounded(.down)
            try refuse(!(count >= 1 && count < 0x1p20), "a scale of \(factor) for \(length) elements")
            target.counts.append(Int(count))
        }
        return target
    }

    /// Counts are 0 where an axis stays as it is.
    private func resizeTarget(_ value: Value, _ axes: [Int], sizes: [Size]) throws(Diagnostic) -> ResizeTarget {
        try refuse(sizes.count != axes.count, "sizes of \(sizes.count) axes")
        var target = ResizeTarget(axes: axes, counts: [], scales: [])
        for (axis, size) in zip(axes, sizes) {
            let isKept = size == value.shape[axis] && size.number == nil
            guard isKept || (size.number ?? 0 > 0 && value.shape[axis].number != nil) else {
                throw Diagnostic("a size that is a symbol (--bind)")
            }
            target.counts.append(size.number ?? 0)
            target.scales.append(isKept ? 1 : Double(size.number ?? 1) / Double(value.shape[axis].number ?? 1))
        }
        let policy = node.text("keep_aspect_ratio_policy", default: "stretch")
        guard policy != "stretch" else { return target }
        let extreme = policy == "not_larger" ? target.scales.min() : policy == "not_smaller" ? target.scales.max() : nil
        guard let scale = extreme else { throw Diagnostic(field: "keep_aspect_ratio_policy", "policy \(policy)") }
        let lengths = axes.map { (scale * Double(value.shape[$0].number ?? 1) + 0.5).rounded(.down) }
        try refuse(!lengths.allSatisfy { $0 >= 1 && $0 < 0x1p20 }, "sizes of \(lengths)")
        target.scales = axes.map { _ in scale }
        target.counts = lengths.map { Int($0) }
        return target
    }
}
