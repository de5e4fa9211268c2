import Diagnostics
import Formats

extension ONNXOperator {
    private static let window: Set<String> = [
        "auto_pad", "kernel_shape", "pads", "strides", "ceil_mode", "dilations", "storage_order", "count_include_pad",
    ]

    static let images: [String: ONNXOperator] = [
        "MaxPool": ONNXOperator(window) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.refuse(
                lowering.node.outputs.count > 1 && !lowering.node.outputs[1].isEmpty, "the output Indices")
            return [try lowering.pool("max_pool", try lowering.value(0))]
        },
        "AveragePool": ONNXOperator(window) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.pool("average_pool", try lowering.value(0))]
        },
        "GlobalMaxPool": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            return [try lowering.reduced("global_max_pool", value, Array(2..<max(2, value.shape.count)), keeps: true)]
        },
        "GlobalAveragePool": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            return [
                try lowering.reduced("global_average_pool", value, Array(2..<max(2, value.shape.count)), keeps: true)
            ]
        },
        "BatchNormalization": ONNXOperator(["epsilon", "momentum", "spatial", "training_mode"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.batchNormalisation()]
        },
        "Resize": ONNXOperator([
            "mode", "coordinate_transformation_mode", "nearest_mode", "antialias", "axes", "cubic_coeff_a",
            "exclude_outside",
            "extrapolation_value", "keep_aspect_ratio_policy",
        ]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let isOld = lowering.node.version < 11
            return [try lowering.resized(scales: isOld ? 1 : 2, sizes: isOld ? nil : 3, isOld: isOld)]
        },
        "Upsample": ONNXOperator(["mode", "scales"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.resized(scales: 1, sizes: nil, isOld: true)]
        },
    ]
}

/// A window that slides over an image.
struct ImageWindow {
    var size: [Int]
    var strides: [Int]
    var dilations: [Int]
    /// top, left, bottom, right
    var padding: [Int]
    /// Height and width of the result.
    var result: [Size]
}

extension ONNXLowering {
    /// Numbers or codes of an image [B, C, H, W] as [B, H, W, C]; rows of values become images of height 1.
    ///
    /// - Parameter takesCodes: codes may stay codes that stand for nothing else.
    mutating func image(_ value: Value, takesCodes: Bool = false) throws(Diagnostic) -> (tensor: Edge, shape: [Size]) {
        var shape = value.shape
        var edge = try moved(value)
        let isCodes = if case .codes(_, let isReal) = edge.numbers { isReal || takesCodes } else { false }
        if !isCodes { edge = try real(value) }
        if shape.count == 3 {
            shape.insert(Size(1), at: 2)
            // What another image operation has made of a row.
            if edge.inner == shape, edge.order == [0, 2, 3, 1] { return (Edge(edge.tensor, edge.numbers, order: edge.order), shape) }
            edge = try plain(edge, value.shape)
            edge = Edge(
                draft.node("\(edge.tensor).image", "reshape", [edge.tensor], [("shape", shape.json)])[0], edge.numbers,
                rank: 4)
        }
        try refuse(shape.count != 4, "images of \(shape.count - 2) axes")
        return (try ordered(edge, shape, [0, 2, 3, 1]), shape)
    }

    /// The result of an image operation as ONNX has it: rows lose the height of 1 again, when their order is asked for.
    func imageResult(_ tensor: String, _ numbers: Edge.Numbers, _ shape: [Size], isRow: Bool) -> Value {
        let order = [0, 2, 3, 1]
        guard isRow else { return Value(shape, .edge(Edge(tensor, numbers, order: order))) }
        return Value([shape[0], shape[1], shape[3]], .edge(Edge(tensor, numbers, order: order, inner: shape)))
    }

    /// Reads the window of the node.
    func window(_ kernel: [Int], _ image: [Size], isRow: Bool) throws(Diagnostic) -> ImageWindow {
        let axes = isRow ? 1 : 2
        func numbers(_ name: String, _ count: Int, _ fill: Int) throws(Diagnostic) -> [Int] {
            let given = node.integers(name) ?? [Int](repeating: fill, count: count)
            guard given.count == count, given.allSatisfy({ abs($0) <= 1 << 16 }) else {
                throw Diagnostic(field: name, "is \(given)")
            }
            return given
        }
        let size = isRow ? [1] + kernel : kernel
        var strides = try numbers("strides", axes, 1), dilations = try numbers("dilations", axes, 1)
        var pads = try numbers("pads", 2 * axes, 0)
        if isRow { (strides, dilations, pads) = ([1] + strides, [1] + dilations, [0, pads[0], 0, pads[1]]) }
        try refuse(
            size.count != 2 || !(strides + dilations + size).allSatisfy { $0 > 0 }, "a window that is not positive")
        try refuse(pads.contains { $0 < 0 }, "negative padding", field: "pads")
        var result: [Size] = []
        let mode = node.text("auto_pad", default: "NOTSET")
        for axis in 0..<2 {
            let span = dilations[axis] * (size[axis] - 1) + 1
            if mode == "SAME_UPPER" || mode == "SAME_LOWER" {
                guard let length = image[2 + axis].number else {
                    throw Diagnostic(field: "auto_pad", "\(mode) of a size that is a symbol")
                }
                let count = (length + strides[axis] - 1) / strides[axis]
                let total = max(0, (count - 1) * strides[axis] + span - length)
                pads[axis] = mode == "SAME_UPPER" ? total / 2 : total - total / 2
                pads[axis + 2] = total - pads[axis]
            } else if mode == "VALID" {
                (pads[axis], pads[axis + 2]) = (0, 0)
            }
            let room = image[2 + axis] + Size(pads[axis] + pads[axis + 2] - span)
            if let room = room.number {
                try refuse(room < 0, "a window larger than the image")
                let isCeiled = node.integer("ceil_mode", default: 0) != 0
                var count = room / strides[axis] + 1
                if isCeiled, room % strides[axis] != 0, count * strides[axis] < (image[2 + axis].number ?? 0) + pads[axis]
                {
                    count += 1
                    pads[axis + 2] += (count - 1) * strides[axis] - room
                }
                result.append(Size(count))
            } else {
                guard strides[axis] == 1 else {
                    throw Diagnostic("a window with a stride over a size that is a symbol")
                }
                result.append(room + Size(1))
            }
        }
        return ImageWindow(size: size, strides: strides, dilations: dilations, padding: pads, result: result)
    }

    /// What a convolution adds around an image, by axis of ONNX's tensor.
    mutating func paddingOfConvolution(_ weights: [Size], _ shape: [Size]) throws(Diagnostic) -> [[Int]] {
        guard let kernel = weights.numbers, kernel.count == shape.count, 3...5 ~= shape.count else {
            throw Diagnostic("weights of another shape: \(weights.text)")
        }
        if shape.count == 5 {
            let (depth, plane) = try volumeWindows(Array(kernel.dropFirst(2)), shape)
            let (along, across) = (depth.padding, plane.padding)
            return [[0, 0], [0, 0], [along[1], along[3]], [across[0], across[2]], [across[1], across[3]]]
        }
        let isRow = shape.count == 3
        let image = isRow ? [shape[0], shape[1], Size(1), shape[2]] : shape
        let padding = try window(Array(kernel.dropFirst(2)), image, isRow: isRow).padding
        let sides = [[padding[0], padding[2]], [padding[1], padding[3]]]
        return [[0, 0], [0, 0]] + (isRow ? [sides[1]] : sides)
    }

    mutating func pool(_ operation: String, _ value: Value) throws(Diagnostic) -> Value {
        let isRow = value.shape.count == 3
        guard let kernel = node.integers("kernel_shape") else { throw Diagnostic(field: "kernel_shape", "is missing") }
        if value.shape.count == 5 { return try volumePool(operation, kernel, value) }
        let (edge, shape) = try image(value, takesCodes: operation == "max_pool")
        let window = try window(kernel, shape, isRow: isRow)
        if needsTaps(operation, [window]) {
            return try tappedPool(operation, value, [(window, isRow ? [(1, 0)] : [(0, 0), (1, 1)])])
        }
        // An average of codes is rounded to a code; that of numbers is not.
        let source = operation == "max_pool" ? edge : try realImage(edge)
        let tensor = emit(operation, [source.tensor], try poolAttributes(operation, window))
        return imageResult(tensor, source.numbers, [shape[0], shape[1]] + window.result, isRow: isRow)
    }

    func poolAttributes(_ operation: String, _ window: ImageWindow) throws(Diagnostic) -> [(String, JSONValue)] {
        for index in 0..<4 where window.padding[index] >= window.size[index % 2] {
            throw Diagnostic(field: "pads", "padding that is not smaller than the window")
        }
        let attributes = [
            ("window", integers(window.size)), ("stride", integers(window.strides)), ("padding", integers(window.padding)),
        ]
        return attributes + (countsPadding(operation) ? [("count_include_padding", true)] : [])
    }

    func countsPadding(_ operation: String) -> Bool {
        operation == "average_pool" && node.integer("count_include_pad", default: 0) != 0
    }

    mutating func realImage(_ edge: Edge) throws(Diagnostic) -> Edge {
        guard edge.numbers != .floats else { return edge }
        return Edge(draft.node("\(edge.tensor).real", "dequantise", [edge.tensor])[0], .floats, order: edge.order)
    }

    func integers(_ numbers: [Int]) -> JSONValue { .array(numbers.map { .integer($0) }) }

    mutating func convolution(_ x: Value, _ weight: Value, _ bias: Value?) throws(Diagnostic) -> Value {
        if x.shape.count == 5 { return try volumeConvolution(x, weight, bias) }
        guard let kernel = weight.shape.numbers, kernel.count == x.shape.count, kernel.count >= 3 else {
            throw Diagnostic("weights of another shape: \(weight.shape.text)")
        }
        let isRow = x.shape.count == 3
        if let given = node.integers("kernel_shape"), given != Array(kernel.dropFirst(2)) {
            throw Diagnostic(field: "kernel_shape", "is \(given), the weights are \(kernel)")
        }
        let (edge, shape) = try image(x)
        let window = try window(Array(kernel.dropFirst(2)), shape, isRow: isRow)
        let groups = node.integer("group", default: 1)
        try refuse(
            groups < 1 || Size(kernel[1] * groups) != shape[1] || kernel[0] % groups != 0, "groups that do not fit",
            field: "group")
        let attributes = [
            ("stride", integers(window.strides)), ("padding", integers(window.padding)),
            ("dilation", integers(window.dilations)), ("groups", .integer(groups)),
        ]
        let result = [shape[0], Size(kernel[0])] + window.result
        let filters =
            isRow ? try reshaped(weight, [Size(kernel[0]), Size(kernel[1]), Size(1), Size(kernel[2])]) : weight
        return try convolution(edge, x, filters, bias, attributes, result, isRow)
    }

    /// Of codes where image and filters are codes, of f32 numbers otherwise.
    mutating func convolution(
        _ edge: Edge, _ x: Value, _ filters: Value, _ bias: Value?, _ attributes: [(String, JSONValue)], _ result: [Size],
        _ isRow: Bool
    ) throws(Diagnostic) -> Value {
        let isInteger: Bool =
            if case .quantised(let constant) = filters.content { constant.isPerFilter && edge.isRealCodes } else {
                false
            }
        if isInteger, case .quantised(let constant) = filters.content, let moved = constant.transposed([0, 2, 3, 1]),
            let offset = try integerBias(x, filters, bias)
        {
            let tensors = [edge.tensor, declare(codes: moved)] + (offset.map { [$0] } ?? [])
            let tensor = emit("conv2d", tensors, attributes + [("output", "int32")])
            return imageResult(tensor, .sums, result, isRow: isRow)
        }
        if isInteger, case .quantised(let constant) = filters.content, let moved = constant.transposed([0, 2, 3, 1]),
            let bias
        {
            // A bias in other units is added to the numbers.
            let tensor = emit(
                "conv2d", [edge.tensor, declare(codes: moved), try declareBias(bias)], attributes + [("output", "f32")])
            return imageResult(tensor, .floats, result, isRow: isRow)
        }
        let image = try realImage(edge).tensor
        if let format = activationCodes, let constant = filters.constant {
            return imageResult(try codedConvolution(image, of: x, constant, bias, attributes, format), .floats, result, isRow: isRow)
        }
        return try floatConvolution(try half(image), filters, bias, attributes, result, isRow)
    }

    mutating func floatConvolution(
        _ tensor: String, _ filters: Value, _ bias: Value?, _ attributes: [(String, JSONValue)], _ result: [Size],
        _ isRow: Bool
    ) throws(Diagnostic) -> Value {
        let permutation = [0, 2, 3, 1]
        let isKnown = filters.constant != nil
        let weights =
            if let constant = filters.constant {
                try declareWeights(Value(constant.transposed(permutation)))
            } else { try half(try ordered(try real(filters), filters.shape, permutation).tensor) }
        var tensors = [tensor, weights]
        var offset: String?
        if let bias, bias.constant != nil {
            offset = try declareBias(bias)
        } else if let bias {
            offset = try plainReal(bias)
        }
        if let offset { tensors.append(offset) }
        let product = emit("conv2d", tensors, attributes)
        if isKnown { products[product] = Product(weight: weights, bias: offset, output: wish) }
        return imageResult(product, .floats, result, isRow: isRow)
    }
}

extension QuantisedConstant {
    /// One scale for all, or per index of the first axis.
    var isPerFilter: Bool { sharing == .tensor || sharing == .axis(0) }
}
