import Diagnostics
import Formats

/// Images of three axes [B, C, D, H, W], which a graph takes as images of two.
extension ONNXLowering {
    /// A convolution whose channels are those of all taps along D, side by side.
    mutating func volumeConvolution(_ x: Value, _ weight: Value, _ bias: Value?) throws(Diagnostic) -> Value {
        guard let constant = weight.constant, constant.shape.count == 5 else {
            throw Diagnostic("weights computed at run time, or of shape \(weight.shape.text)")
        }
        let kernel = constant.shape
        let groups = node.integer("group", default: 1)
        try refuse(groups < 1 || Size(kernel[1] * groups) != x.shape[1] || kernel[0] % groups != 0, "groups that do not fit", field: "group")
        let (depth, plane) = try volumeWindows(Array(kernel.dropFirst(2)), x.shape)
        // [O, C, D, H, W] as [O, D * C, H, W], in each group.
        let turned = try transposed(weight, [0, 2, 1, 3, 4])
        let filters = try reshaped(turned, [kernel[0], kernel[2] * kernel[1], kernel[3], kernel[4]].map { Size($0) })
        let attributes = [
            ("stride", integers(plane.strides)), ("padding", integers(plane.padding)), ("dilation", integers(plane.dilations)),
            ("groups", .integer(groups)),
        ]
        let shape = [x.shape[0], Size(kernel[0]), depth.result[1]] + plane.result
        if let codes = codes(x), case .quantised(let constant) = filters.content, constant.isPerFilter,
            let moved = constant.transposed([0, 2, 3, 1])
        {
            // Numbers, because sums with a scale per channel are not reshaped.
            let isWhole = constant.isPlain && bias == nil
            let rows = try tapsSideBySide(codes, x.shape, depth, groups)
            let tensors = try [rows, declare(codes: moved)] + (bias.map { bias throws(Diagnostic) in [try declareBias(bias)] } ?? [])
            let product = draft.node("\(wish).planes", "conv2d", tensors, attributes + [("output", isWhole ? "int32" : "f32")])[0]
            return volume(product, isWhole ? .sums : .floats, shape)
        }
        let taps = try tapsSideBySide(try real(x), x.shape, depth, groups)
        if let format = activationCodes, let known = filters.constant {
            return volume(try codedConvolution(taps, of: x, known, bias, attributes, format), .floats, shape)
        }
        let rows = try half(taps)
        let tensors = try [rows, declareWeights(Value(filters.constant.map { $0.transposed([0, 2, 3, 1]) } ?? constant))]
            + (bias.map { bias throws(Diagnostic) in [try declareBias(bias)] } ?? [])
        let product = draft.node("\(wish).planes", "conv2d", tensors, attributes)[0]
        return volume(product, .floats, shape)
    }

    mutating func volumePool(_ operation: String, _ kernel: [Int], _ x: Value) throws(Diagnostic) -> Value {
        let (depth, plane) = try volumeWindows(kernel, x.shape)
        if needsTaps(operation, [depth, plane]) {
            return try tappedPool(operation, x, [(depth, [(1, 0)]), (plane, [(0, 1), (1, 2)])])
        }
        var edge = try moved(x)
        let isCodes = if case .codes = edge.numbers { operation == "max_pool" } else { false }
        if !isCodes { edge = try real(x) }
        edge = try ordered(edge, x.shape, [0, 2, 3, 4, 1])
        let (batch, channels) = (x.shape[0], x.shape[1])
        let planes = [batch * x.shape[2], x.shape[3], x.shape[4], channels]
        var tensor = draft.node("\(edge.tensor).planes", "reshape", [edge.tensor], [("shape", planes.json)])[0]
        tensor = draft.node("\(wish).planes", operation, [tensor], try poolAttributes(operation, plane))[0]
        let columns = [batch, x.shape[2], plane.result[0] * plane.result[1], channels]
        tensor = draft.node("\(wish).columns", "reshape", [tensor], [("shape", columns.json)])[0]
        var along = depth
        (along.size, along.strides, along.padding) = (depth.size.reversed(), depth.strides.reversed(), [depth.padding[1], 0, depth.padding[3], 0])
        tensor = draft.node("\(wish).columns", operation, [tensor], try poolAttributes(operation, along))[0]
        return volume(tensor, edge.numbers, [batch, channels, depth.result[1]] + plane.result)
    }

    /// A tensor [B * D, H, W, C] or alike as an image of three axes.
    private mutating func volume(_ tensor: String, _ numbers: Edge.Numbers, _ shape: [Size]) -> Value {
        let order = [0, 2, 3, 4, 1]
        let whole = emit("reshape", [tensor], [("shape", order.map { shape[$0] }.json)])
        return Value(shape, .edge(Edge(whole, numbers, order: order)))
    }

    /// The window along D, as that of a row, and the one along H and W.
    mutating func volumeWindows(_ kernel: [Int], _ shape: [Size]) throws(Diagnostic) -> (depth: ImageWindow, plane: ImageWindow) {
        try refuse(kernel.count != 3 || shape.count != 5, "a window of \(kernel.count) axes for \(shape.count - 2)")
        let given = node
        defer { node = given }
        func part(_ places: [Int]) throws(Diagnostic) -> ImageWindow {
            for (name, count) in [("strides", 3), ("dilations", 3), ("pads", 6)] {
                guard let numbers = given.integers(name) else { continue }
                guard numbers.count == count else { throw Diagnostic(field: name, "is \(numbers)") }
                let kept = (places + (count == 6 ? places.map { $0 + 3 } : [])).map { Int64(numbers[$0]) }
                node.attributes[name]?.ints = kept
            }
            let image = places.count == 1 ? [shape[0], shape[1], Size(1), shape[2]] : [shape[0], shape[1], shape[3], shape[4]]
            return try window(places.map { kernel[$0] }, image, isRow: places.count == 1)
        }
        return (try part([0]), try part([1, 2]))
    }

    /// [B, D, H, W, C] as [B * D', H, W, taps * C]: the planes that a window along D meets, in each group of channels.
    private mutating func tapsSideBySide(_ edge: Edge, _ shape: [Size], _ depth: ImageWindow, _ groups: Int) throws(Diagnostic) -> String {
        var tensor = try ordered(edge, shape, [0, 2, 3, 4, 1]).tensor
        guard let result = depth.result[1].number, let channels = shape[1].number else {
            throw Diagnostic("an image whose depth is a symbol (--bind)")
        }
        let (before, behind) = (depth.padding[1], depth.padding[3])
        if before + behind > 0 {
            let amounts = [[0, 0], [before, behind], [0, 0], [0, 0], [0, 0]].map { integers($0) }
            tensor = draft.node("\(tensor).deep", "pad", [tensor], [("amounts", .array(amounts))])[0]
        }
        let plane = [shape[0] * Size(result), shape[3], shape[4]]
        let parts = (0..<depth.size[1]).map { tap -> String in
            let start = tap * depth.dilations[1], end = start + (result - 1) * depth.strides[1] + 1
            let cut = draft.node(
                "\(tensor).tap", "slice", [tensor],
                [("axes", [1]), ("starts", integers([start])), ("ends", integers([end])), ("steps", integers([depth.strides[1]]))])[0]
            let grouped = plane + [Size(groups), Size(channels / groups)]
            return draft.node("\(cut).rows", "reshape", [cut], [("shape", grouped.json)])[0]
        }
        let joined = draft.node("\(tensor).taps", "concat", parts, [("axis", 4)])[0]
        return draft.node("\(joined).rows", "reshape", [joined], [("shape", (plane + [Size(parts.count * channels)]).json)])[0]
    }
}
