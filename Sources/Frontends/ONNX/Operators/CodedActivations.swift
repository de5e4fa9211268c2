import Diagnostics
import Formats

/// Products of floats whose activations an import makes codes of, with scales that are found at run time.
extension ONNXLowering {
    /// `nil` where activations stay floats.
    var activationCodes: NumberFormat? { formats.activations.flatMap { $0.needsScale ? $0 : nil } }

    /// What enters a product with constant weights, rows [..., K]: codes with a scale per row, or per row and group, or floats.
    mutating func activationRows(_ tensor: String) throws(Diagnostic) -> String {
        guard let format = activationCodes else { return try half(tensor) }
        let sharing: JSONValue = if case .group(let group) = format.sharing { ["group": .integer(group)] } else { "token" }
        return codedRows(tensor, format, sharing)[0]
    }

    /// Codes and their scales.
    private mutating func codedRows(_ tensor: String, _ format: NumberFormat, _ sharing: JSONValue = "token") -> [String] {
        let codec = JSONValue.string(format.codec.name)
        return draft.node("\(tensor).\(format.codec.name)", "quantise", [tensor], [("codec", codec), ("dynamic", sharing)], outputs: 2)
    }

    private mutating func plainCodes(_ tensor: String, _ format: NumberFormat) -> String {
        let encoding = CodeFormat(codec: format.codec, scale: 1, zero: 0).json
        return draft.node("\(tensor).codes", "quantise", [tensor], [("encoding", encoding)])[0]
    }

    /// a [..., M, K] by b [..., K, N], both of run time: each row of a and each column of b has a scale. Products take one scale for all of
    /// b, so its codes count steps of their column's, by which the result is multiplied.
    mutating func codedProduct(_ a: Value, _ b: Value, _ shape: [Size], _ format: NumberFormat) throws(Diagnostic) -> Value {
        var order = Array(b.shape.indices)
        order.swapAt(order.count - 1, order.count - 2)
        let columns = try transposed(b, order)
        let tensor = try plainReal(columns)
        let leading = Array(columns.shape.dropLast(2)), count = columns.shape[columns.shape.count - 2]
        let scales = codedRows(tensor, format)[1]
        let each = draft.node("\(scales).each", "reshape", [scales], [("shape", (leading + [count, Size(1)]).json)])[0]
        let right = plainCodes(draft.node("\(tensor).steps", "div", [tensor, each])[0], format)
        let left = codedRows(try plainReal(a), format)[0]
        let product = floats(emit("matmul", [left, right], [("transpose_b", true), ("output", "f32")]), shape)
        let row = draft.node("\(scales).row", "reshape", [scales], [("shape", (leading + [Size(1), count]).json)])[0]
        return try binary("mul", product, floats(row, leading + [Size(1), count])) { $0 * $1 }
    }

    /// A convolution of images of floats, which have one scale for all: a window takes places of several rows.
    ///
    /// - Parameters:
    ///   - image: [B, H, W, C], the numbers of `x`, perhaps with zeros between them.
    ///   - filters: [O, C, h, w].
    mutating func codedConvolution(
        _ image: String, of x: Value, _ filters: ConstantTensor, _ bias: Value?, _ attributes: [(String, JSONValue)], _ format: NumberFormat
    ) throws(Diagnostic) -> String {
        let scale = try imageScale(image, x, format)
        let codes = plainCodes(draft.node("\(image).steps", "div", [image, scale])[0], format)
        let weights = try declareWeights(Value(filters.transposed([0, 2, 3, 1])))
        let sums = draft.node("\(wish).product", "conv2d", [codes, weights], attributes + [("output", "f32")])[0]
        let numbers = draft.node("\(wish).numbers", "mul", [sums, scale])[0]
        if let bias, bias.constant == nil { return emit("add", [numbers, try plainReal(bias)]) }
        let count = filters.shape[0]
        let offset = try declareBias(bias ?? Value(ConstantTensor([count], [Float](repeating: 0, count: count))))
        let sum = emit("add", [numbers, offset])
        products[sum] = Product(weight: weights, bias: offset, output: wish)
        return sum
    }

    /// The greatest magnitude of a tensor by the greatest code, [1].
    private mutating func imageScale(_ image: String, _ x: Value, _ format: NumberFormat) throws(Diagnostic) -> String {
        let greatest = try bound(try magnitude(x))
        let steps = draft.node("\(image).range", "div", [greatest, number(Float(format.codec.range?.upperBound ?? 1))])[0]
        let limits: [(String, JSONValue)] = [("min", .float(.leastNormalMagnitude)), ("max", .float(.greatestFiniteMagnitude))]
        return draft.node("\(image).scale", "clip", [steps], limits)[0]
    }
}
