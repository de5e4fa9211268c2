import Diagnostics
import Formats

/// DynamicQuantizeLinear: codes of uint8 with a scale and a zero point that a tensor's least and greatest number give.
///
/// A graph's codes have no zero point of run time, so what is multiplied are the int8 codes c = q - 128, of static scale 1, and the sum
/// over (q - z)(w - u) is that over c (w - u) less (z - 128) times the sum of w - u. All of it is exact, as in ONNX.
struct DynamicCodes: Sendable {
    var source: Value
    /// Numbers of one element each: the scale, the zero point less 128, and the zero point.
    var scale: String
    var zero: String
    var offset: String
    /// The codes of the zero point, which products name beside those of the source.
    var zeroCodes: String
}

extension ONNXLowering {
    /// The scale and zero point of a tensor.
    mutating func dynamicParameters(of value: Value) throws(Diagnostic) -> DynamicCodes {
        let (upper, lower) = (try bound(value), try bound(try scaled(value, by: -1)))
        // The scale of a tensor of zeros is 1 in ONNX; any other one gives the same zeros.
        let range = emit("div", [emit("add", [upper, lower]), number(255)])
        let limits: [(String, JSONValue)] = [
            ("min", .float(.leastNormalMagnitude)), ("max", .float(.greatestFiniteMagnitude)),
        ]
        let scale = emit("clip", [range], limits)
        let codes = rounded(emit("div", [lower, scale]), .unsigned(bits: 8))
        let zero = emit("dequantise", [codes])
        return DynamicCodes(source: value, scale: scale, zero: emit("add", [zero, number(-128)]), offset: zero, zeroCodes: codes)
    }

    mutating func dynamicallyQuantised() throws(Diagnostic) -> [Value] {
        let value = try value(0)
        let dynamic = try dynamicParameters(of: value)
        let codes = try dynamicCodes(of: value, scale: dynamic.scale, offset: dynamic.offset, .unsigned(bits: 8))
        dynamics[codes.tensor] = dynamic
        let format = CodeFormat(codec: .unsigned(bits: 8), scale: 1, zero: 0)
        return [
            Value(value.shape, .edge(codes)), Value([], .edge(Edge(dynamic.scale, .floats, rank: 0))),
            Value([], .edge(Edge(dynamic.zeroCodes, .codes(format, isReal: false), rank: 0))),
        ]
    }

    /// The greatest number of a tensor, at least 0: channels one by one, then all of them.
    mutating func bound(_ value: Value) throws(Diagnostic) -> String {
        let axes = Array(value.shape.indices)
        let last = value.edge.flatMap { $0.inner == nil ? $0.order.last : nil } ?? axes.last
        var part = value
        if axes.count > 1 {
            part = try reduced("global_max_pool", value, axes.filter { $0 != last }, keeps: false)
        }
        if part.shape.isEmpty { part = try reshaped(part, [Size(1)]) }
        return emit("relu", [try real(try reduced("global_max_pool", part, [0], keeps: true)).tensor])
    }

    /// Numbers as codes of scale 1: rounded half to even, saturated.
    private mutating func rounded(_ tensor: String, _ codec: Codec) -> String {
        emit("quantise", [tensor], [("encoding", CodeFormat(codec: codec, scale: 1, zero: 0).json)])
    }

    /// round(x / scale) + offset, saturated.
    private mutating func dynamicCodes(of source: Value, scale: String, offset: String, _ codec: Codec)
        throws(Diagnostic) -> Edge
    {
        var edge = try real(source)
        let steps = emit("dequantise", [rounded(emit("div", [edge.tensor, scale]), .signed(bits: 16))])
        edge.tensor = rounded(emit("add", [steps, offset]), codec)
        edge.numbers = .codes(CodeFormat(codec: codec, scale: 1, zero: 0), isReal: false)
        return edge
    }

    // MARK: Products

    /// Operands of an integer product, codes that count themselves; the correction is there where their zero point is one of run time.
    struct IntegerOperands {
        var x: Value
        var weights: QuantisedConstant
        /// Of the source, where what is outside of it has to be codes as well.
        var dynamic: DynamicCodes?
        /// The zero point that codes are read with less the one that they are written with.
        var excess = 0
    }

    /// - Parameter axis: of the weights, their columns.
    private mutating func integerOperands(axis: Int) throws(Diagnostic) -> IntegerOperands {
        let x = try value(0)
        guard var edge = x.edge, case .codes(let format, isReal: false) = edge.numbers,
            let codes = try value(1).constant, let codec = codes.type.codes
        else { throw Diagnostic("operands other than codes and constant weights") }
        let zero = node.has(3) ? try constant(3, "a zero point") : nil
        let count = zero?.count ?? 1
        try refuse(
            codes.shape.count <= axis || count != 1 && count != codes.shape[axis], "zero points of another shape")
        let ones = ConstantTensor([count], [Float](repeating: 1, count: count))
        guard case .quantised(var weights) = try quantised(codes, codec, ones, zero, count == 1 ? .tensor : .axis(axis)).content
        else { throw Diagnostic("weights that are no codes of integers") }
        if weights.zeros == nil { weights.sharing = .tensor }
        weights.isPlain = true
        if let dynamic = dynamics[edge.tensor], node.has(2), values[node.inputs[2]]?.edge?.tensor == dynamic.zeroCodes {
            return IntegerOperands(x: x, weights: weights, dynamic: dynamic)
        }
        let offset = node.has(2) ? try constant(2, "a zero point").integers() : [0]
        try refuse(offset.count != 1, "zero points of another shape")
        edge.numbers = .codes(format, isReal: true)
        return IntegerOperands(x: Value(x.shape, .edge(edge)), weights: weights, excess: offset[0] - format.zero)
    }

    /// Codes of int8 that stand for themselves.
    mutating func middleCodes(_ source: Value, _ dynamic: DynamicCodes) throws(Diagnostic) -> Value {
        var edge = try dynamicCodes(of: source, scale: dynamic.scale, offset: dynamic.zero, .signed(bits: 8))
        if case .codes(let format, _) = edge.numbers { edge.numbers = .codes(format, isReal: true) }
        return Value(source.shape, .edge(edge))
    }

    /// The zero point less 128 as int32 [1].
    mutating func wholeZero(_ dynamic: DynamicCodes) -> String { emit("quantise", [dynamic.zero], [("encoding", "int32")]) }

    /// Whole numbers of sums, less what their zero point adds to each column.
    ///
    /// - Parameters:
    ///   - axis: of the weights, their columns.
    ///   - rank: of a tensor of columns that fits the sums.
    private mutating func corrected(_ sums: Value, _ operands: IntegerOperands, axis: Int, rank: Int) throws(Diagnostic)
        -> Value
    {
        guard var edge = sums.edge, edge.numbers == .sums else { throw Diagnostic("weights that are no codes of integers") }
        edge.numbers = .whole
        let whole = Value(sums.shape, .edge(edge))
        let (columns, excess) = (operands.weights.sums(along: axis), operands.excess)
        let shape = ([columns.count] + [Int](repeating: 1, count: rank - 1)).map { Size($0) }
        guard let dynamic = operands.dynamic else {
            if excess == 0 { return whole }
            let part = ConstantTensor(.int64, columns.shape) { () throws(Diagnostic) in .integers(try columns.integers().map { $0 * excess }) }
            return try binary("sub", whole, try reshaped(Value(part), shape)) { $0 - $1 }
        }
        let part = try binary("mul", Value([Size(1)], .edge(Edge(wholeZero(dynamic), .whole, rank: 1))), Value(columns)) { $0 * $1 }
        return try binary("sub", whole, try reshaped(part, shape)) { $0 - $1 }
    }

    mutating func integerProduct() throws(Diagnostic) -> Value {
        let operands = try integerOperands(axis: 1)
        guard operands.weights.codes.shape.count == 2, let turned = operands.weights.transposed([1, 0]) else {
            throw Diagnostic("weights of other than 2 axes")
        }
        let x = try operands.dynamic.map { dynamic throws(Diagnostic) in try middleCodes(dynamic.source, dynamic) } ?? operands.x
        let sums = try linear(x, Value(turned.codes.shape.map { Size($0) }, .quantised(turned)), nil)
        return try corrected(sums, operands, axis: 1, rank: 1)
    }

    mutating func integerConvolution() throws(Diagnostic) -> Value {
        let operands = try integerOperands(axis: 0)
        let weights = Value(operands.weights.codes.shape.map { Size($0) }, .quantised(operands.weights))
        guard let dynamic = operands.dynamic else {
            try refuse(operands.excess != 0, "codes that are read with another zero point than they are written with")
            return try corrected(try convolution(operands.x, weights, nil), operands, axis: 0, rank: 1)
        }
        // Outside of the image is the number 0, which becomes the code of the zero point.
        let padding = try paddingOfConvolution(weights.shape, dynamic.source.shape)
        let source = try padded(dynamic.source, padding)
        let outer = node
        node.attributes["pads"] = nil
        node.attributes["auto_pad"] = nil
        let sums = try convolution(try middleCodes(source, dynamic), weights, nil)
        node = outer
        return try corrected(sums, operands, axis: 0, rank: dynamic.source.shape.count - 1)
    }
}

extension QuantisedConstant {
    /// The sums of values less their zero point, by index of an axis.
    func sums(along axis: Int) -> ConstantTensor {
        let (codes, zeros, shape) = (codes, zeros, codes.shape)
        let run = shape[(axis + 1)...].reduce(1, *)
        return ConstantTensor(.int64, [shape[axis]]) { () throws(Diagnostic) in
            let zeros = try zeros?.integers() ?? [0]
            var sums = [Int](repeating: 0, count: shape[axis])
            for (place, code) in try codes.integers().enumerated() {
                let index = place / run % shape[axis]
                sums[index] += code - zeros[zeros.count == 1 ? 0 : index]
            }
            return .integers(sums)
        }
    }
}
