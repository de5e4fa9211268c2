import Diagnostics
import Formats

/// Pools with windows that a graph does not have: with gaps, or reaching over counted padding. Every tap of the window is a part of
/// the padded image, and the result the greatest of them or their sum over how many count.
struct TapAxis {
    /// Of the image.
    var length: Int
    var size: Int
    var stride: Int
    var dilation: Int
    var before: Int
    var behind: Int
    /// Of the padding behind, what was asked for; the rest rounds the result up, and does not count.
    var counted: Int
    var result: Int

    func start(_ tap: Int) -> Int { tap * dilation }
    func end(_ tap: Int) -> Int { tap * dilation + (result - 1) * stride + 1 }

    /// Taps of each result that count in an average.
    func counts(padding: Bool) -> [Float] {
        let places = padding ? -before..<length + counted : 0..<length
        return (0..<result).map { place in
            Float((0..<size).count { places.contains(place * stride + $0 * dilation - before) })
        }
    }
}

extension ONNXLowering {
    /// Whether windows of this node are taken tap by tap.
    func needsTaps(_ operation: String, _ windows: [ImageWindow]) -> Bool {
        windows.contains { $0.dilations.contains { $0 != 1 } } || countsPadding(operation) && node.integer("ceil_mode", default: 0) != 0
    }

    /// - Parameter windows: each with its axes of the image, counted from the first behind the channels.
    mutating func tappedPool(_ operation: String, _ value: Value, _ windows: [(window: ImageWindow, places: [(own: Int, axis: Int)])])
        throws(Diagnostic) -> Value
    {
        var axes: [TapAxis] = []
        for (window, places) in windows {
            for (own, axis) in places { axes.append(try tapAxis(window, own, axis, value.shape)) }
        }
        let count = axes.reduce(1) { min($0, 1 << 11) * min($1.size, 1 << 11) }
        try refuse(count > 1 << 10, "a window of more than 1024 places")
        let isGreatest = operation == "max_pool"
        let amounts = [[0, 0], [0, 0]] + axes.map { [$0.before, $0.behind] }
        let image = try padded(value, amounts, isGreatest ? -Float.greatestFiniteMagnitude : 0)
        let shape = value.shape.prefix(2) + axes.map { Size($0.result) }
        let parts = try taps(try plainReal(image), axes).map { floats($0, Array(shape)) }
        if isGreatest {
            var stacked: [Value] = []
            for part in parts { stacked.append(try reshaped(part, [Size(1)] + shape)) }
            return try reduced("global_max_pool", try concatenated(stacked, axis: 0), [0], keeps: false)
        }
        var sum = parts[0]
        for part in parts.dropFirst() { sum = try binary("add", sum, part) { $0 + $1 } }
        return try binary("div", sum, Value(Self.counts(axes, padding: countsPadding(operation)))) { $0 / $1 }
    }

    private func tapAxis(_ window: ImageWindow, _ own: Int, _ axis: Int, _ shape: [Size]) throws(Diagnostic) -> TapAxis {
        guard let length = shape[2 + axis].number, let result = window.result[own].number else {
            throw Diagnostic("a window over a size that is a symbol (--bind)")
        }
        let behind = window.padding[own + 2]
        // Padding that is found automatically is never rounded up.
        let given = node.text("auto_pad", default: "NOTSET") == "NOTSET" ? node.integers("pads")?[shape.count - 2 + axis] ?? 0 : behind
        return TapAxis(
            length: length, size: window.size[own], stride: window.strides[own], dilation: window.dilations[own],
            before: window.padding[own], behind: behind, counted: given, result: result)
    }

    /// Parts of the image for every place of the window, the last axis fastest.
    private mutating func taps(_ image: String, _ axes: [TapAxis]) -> [String] {
        var places: [[Int]] = [[]]
        for axis in axes { places = places.flatMap { place in (0..<axis.size).map { place + [$0] } } }
        return places.map { place in
            let attributes: [(String, JSONValue)] = [
                ("axes", integers(axes.indices.map { $0 + 2 })), ("starts", integers(zip(axes, place).map { $0.start($1) })),
                ("ends", integers(zip(axes, place).map { $0.end($1) })), ("steps", integers(axes.map(\.stride))),
            ]
            return draft.node("\(wish).tap", "slice", [image], attributes)[0]
        }
    }

    /// How many taps count at each place of the result.
    private static func counts(_ axes: [TapAxis], padding: Bool) -> ConstantTensor {
        let counts = axes.map { $0.counts(padding: padding) }
        let numbers = counts.reduce([Float(1)]) { product, next in product.flatMap { factor in next.map { factor * $0 } } }
        return ConstantTensor([1, 1] + axes.map(\.result), numbers)
    }
}
