import Diagnostics
import Formats

/// Weights of a recurrent layer that are codes, for products with what becomes codes at run time.
struct DynamicWeights {
    /// Codes [columns, inputs], which count themselves.
    var codes: String
    /// int32 sums of the codes less their zero point, by column.
    var sums: String
    /// One, or one for each column.
    var scales: String
}

extension ONNXLowering {
    /// The weights [inputs, columns] of a direction.
    ///
    /// - Parameter scale: the input that holds scales; zero points are behind it. Each is one number, or one for each column.
    mutating func dynamicWeights(
        _ input: Int, scale: Int, _ layer: RecurrentLayer, _ direction: Int, inputs: Int
    ) throws(Diagnostic) -> DynamicWeights {
        let columns = layer.cell.parts * layer.hidden
        let codes = try parameter(input, direction, layer, [inputs, columns], "weights").transposed([1, 0])
        guard let codec = codes.type.codes, codec.bits == 8 else { throw Diagnostic("weights of other types than int8 and uint8") }
        let isOne = try constant(scale, "a scale").shape.count == 1
        let shape = isOne ? [] : [columns]
        let scales = try parameter(scale, direction, layer, shape, "scales")
        let zeros = try parameter(scale + 1, direction, layer, shape, "zero points")
        guard case .quantised(var weights) = try quantised(codes, codec, scales, zeros, isOne ? .tensor : .axis(0)).content
        else { throw Diagnostic("weights that are no codes of integers") }
        weights.isPlain = true
        if weights.zeros == nil { weights.sharing = .tensor }
        let sums = ImportedConstant(name: "\(wish).sums", content: .whole(weights.sums(along: 0)))
        return DynamicWeights(
            codes: declare(codes: weights), sums: draft.constant(sums), scales: declare(weights.scales, name: "\(wish).scale"))
    }

    /// A tensor as codes of uint8, with a scale and a zero point for all of it, by weights: f32 [..., columns], axes in ONNX's order.
    mutating func dynamicProduct(_ value: Value, _ weights: DynamicWeights) throws(Diagnostic) -> String {
        let dynamic = try dynamicParameters(of: value)
        let codes = try plain(try moved(try middleCodes(value, dynamic)), value.shape)
        let sums = emit("linear", [codes.tensor, weights.codes], [("output", "int32")])
        let excess = emit("mul", [wholeZero(dynamic), weights.sums])
        let numbers = emit("dequantise", [emit("sub", [sums, excess])])
        return emit("mul", [numbers, emit("mul", [dynamic.scale, weights.scales])])
    }
}
