import Diagnostics
import Formats

extension ONNXOperator {
    static let quantisation: [String: ONNXOperator] = [
        "QuantizeLinear": quantize, "com.microsoft:QuantizeLinear": quantize,
        "DequantizeLinear": dequantize, "com.microsoft:DequantizeLinear": dequantize,
        "QLinearConv": ONNXOperator(["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            let (x, w) = (try lowering.operand(0), try lowering.operand(3, axis: 0))
            let bias = try lowering.sumBias(8, x, w)
            return [try lowering.requantised(try lowering.convolution(x, w, bias), 6)]
        },
        "QLinearMatMul": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let (a, b) = (try lowering.operand(0), try lowering.operand(3, axis: 1))
            return [try lowering.requantised(try lowering.matmul(a, b), 6)]
        },
        "com.microsoft:QGemm": ONNXOperator(["alpha", "transA", "transB"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            let axis = lowering.node.integer("transB", default: 0) == 0 ? 1 : 0
            let (a, b) = (try lowering.operand(0), try lowering.operand(3, axis: axis))
            let bias = try lowering.sumBias(6, a, b)
            return [try lowering.requantised(try lowering.gemm(a, b, bias), 7)]
        },
        "com.microsoft:QLinearAdd": binary("add") { $0 + $1 }, "com.microsoft:QLinearMul": binary("mul") { $0 * $1 },
        "com.microsoft:QLinearSigmoid": unary("sigmoid"),
        "com.microsoft:QLinearLeakyRelu": ONNXOperator(["alpha"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let slope = ConstantTensor([], [lowering.node.float("alpha", default: 0.01)])
            return [try lowering.requantised(try lowering.leaky(try lowering.operand(0), Value(slope)), 3)]
        },
        "com.microsoft:QLinearGlobalAveragePool": ONNXOperator(["channels_last"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.refuse(
                lowering.node.integer("channels_last", default: 0) != 0, "channels last", field: "channels_last")
            let x = try lowering.operand(0)
            let mean = try lowering.reduced("global_average_pool", x, Array(2..<max(2, x.shape.count)), keeps: true)
            return [try lowering.requantised(mean, 3)]
        },
        "com.microsoft:QLinearAveragePool": ONNXOperator([
            "auto_pad", "kernel_shape", "pads", "strides", "ceil_mode", "count_include_pad", "channels_last",
        ]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.refuse(
                lowering.node.integer("channels_last", default: 0) != 0, "channels last", field: "channels_last")
            return [try lowering.requantised(try lowering.pool("average_pool", try lowering.operand(0)), 3)]
        },
        "com.microsoft:QLinearSoftmax": ONNXOperator(["axis", "opset"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            lowering.node.version = lowering.node.integer("opset", default: 13)
            return [try lowering.requantised(try lowering.softmax(try lowering.operand(0)), 3)]
        },
        "com.microsoft:QLinearReduceMean": ONNXOperator(["axes", "keepdims"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.operand(0)
            let axes = try lowering.axes(lowering.node.integers("axes") ?? Array(value.shape.indices), rank: value.shape.count)
            return [try lowering.requantised(try lowering.reduced("global_average_pool", value, axes, keeps: lowering.keepsAxes), 3)]
        },
        "com.microsoft:QLinearConcat": ONNXOperator(["axis"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            var parts: [Value] = []
            for input in stride(from: 2, to: lowering.node.inputs.count, by: 3) {
                parts.append(try lowering.operand(input))
            }
            return [try lowering.requantised(try lowering.concatenated(parts), 0)]
        },
        "DynamicQuantizeLinear": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.dynamicallyQuantised()
        },
        "MatMulInteger": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.integerProduct()]
        },
        "ConvInteger": ONNXOperator(["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.integerConvolution()]
        },
        "qonnx.custom_op.general:Quant": quant, "qonnx.custom_op.general:IntQuant": quant, "onnx.brevitas:Quant": quant,
        "finn.custom_op.general:Quant": quant,
        "qonnx.custom_op.general:BipolarQuant": bipolar, "onnx.brevitas:BipolarQuant": bipolar,
        "finn.custom_op.general:BipolarQuant": bipolar,
        "qonnx.custom_op.general:Trunc": trunc, "onnx.brevitas:Trunc": trunc, "finn.custom_op.general:Trunc": trunc,
        "qonnx.custom_op.general:FloatQuant": floatQuant, "onnx.brevitas:FloatQuant": floatQuant,
    ]

    /// Subnormal numbers are there whatever the attribute says, as in the package `qonnx`.
    private static let floatQuant = ONNXOperator(["rounding_mode", "saturation", "has_inf", "has_nan", "has_subnormal"]) {
        (lowering: inout ONNXLowering) throws(Diagnostic) in
        [try lowering.floatQuant()]
    }

    private static let trunc = ONNXOperator(["rounding_mode", "signed", "narrow"]) {
        (lowering: inout ONNXLowering) throws(Diagnostic) in
        [try lowering.truncated()]
    }

    private static let quantize = ONNXOperator(["axis", "block_size", "output_dtype", "saturate", "precision"]) {
        (lowering: inout ONNXLowering) throws(Diagnostic) in
        try lowering.refuse(lowering.node.integer("block_size", default: 0) != 0, "blocks", field: "block_size")
        return [try lowering.requantised(try lowering.value(0), 1)]
    }

    private static let dequantize = ONNXOperator(["axis", "block_size", "output_dtype"]) {
        (lowering: inout ONNXLowering) throws(Diagnostic) in
        let axis = lowering.node.integer("axis", default: 1)
        return [try lowering.operand(0, axis: axis, block: lowering.node.integer("block_size", default: 0))]
    }

    private static let quant = ONNXOperator(["signed", "narrow", "rounding_mode"]) {
        (lowering: inout ONNXLowering) throws(Diagnostic) in
        [try lowering.quant()]
    }

    private static let bipolar = ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
        guard let constant = try lowering.value(0).constant else { throw Diagnostic("signs computed at run time") }
        let codes = ConstantTensor(.uint8, constant.shape) { () throws(Diagnostic) in
            .integers(try constant.floats().map { $0 >= 0 ? 1 : 0 })
        }
        return [try lowering.quantised(codes, .bipolar(bits: 1), try lowering.constant(1, "a scale"), nil)]
    }

    private static func unary(_ operation: String) -> ONNXOperator {
        ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.requantised(try lowering.unary(operation, try lowering.operand(0)), 3)]
        }
    }

    private static func binary(
        _ operation: String, _ function: @escaping @Sendable (Float, Float) -> Float
    ) -> ONNXOperator {
        ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let sum = try lowering.binary(operation, try lowering.operand(0), try lowering.operand(3), function)
            return [try lowering.requantised(sum, 6)]
        }
    }

    /// Inputs that hold codes, with a scale and a zero point behind each, by operator.
    static let codeInputs: [String: [Int]] = [
        "DequantizeLinear": [0], "com.microsoft:DequantizeLinear": [0], "QLinearConv": [0], "QLinearMatMul": [0, 3],
        "com.microsoft:QGemm": [0], "com.microsoft:QLinearAdd": [0, 3], "com.microsoft:QLinearMul": [0, 3],
        "com.microsoft:QLinearSigmoid": [0], "com.microsoft:QLinearLeakyRelu": [0], "com.microsoft:QLinearAveragePool": [0],
        "com.microsoft:QLinearSoftmax": [0], "com.microsoft:QLinearReduceMean": [0],
        "com.microsoft:QLinearGlobalAveragePool": [0],
    ]
}

extension ONNXLowering {
    /// The numbers that codes stand for: the input, with its scale and zero point behind it.
    mutating func operand(_ input: Int, axis: Int = 0, block: Int = 0) throws(Diagnostic) -> Value {
        let value = try value(input)
        let scale = try constant(input + 1, "a scale")
        let zero = node.has(input + 2) ? try constant(input + 2, "a zero point") : nil
        if var edge = value.edge {
            try refuse(scale.count != 1, "scales per axis of a tensor computed at run time")
            let factor = try scale.floats()[0]
            switch edge.numbers {
            case .codes(let format, isReal: false) where format.scale == nil:
                // Numbers of the scale that is known here, which become the same codes.
                let plain = Value(value.shape, .edge(Edge(draft.node("\(edge.tensor).float", "dequantise", [edge.tensor])[0], .floats, order: edge.order, inner: edge.inner)))
                let offset = try zero?.integers().first ?? 0
                let moved = offset == 0 ? plain : try difference(plain, Value(ConstantTensor([], [Float(offset)])))
                let real = try scaled(moved, by: factor)
                if node.operation.hasSuffix("DequantizeLinear") { return real }
                return try quantised(real, CodeFormat(codec: format.codec, scale: factor, zero: offset), isReal: true)
            case .codes(let format, isReal: false):
                let offset = try zero?.integers().first ?? 0
                try refuse(
                    format.scale != factor || format.zero != offset,
                    "codes that are read with another scale than they are written with")
                edge.numbers = .codes(format, isReal: true)
                return Value(value.shape, .edge(edge))
            case .whole:
                edge.tensor = draft.node("\(edge.tensor).float", "dequantise", [edge.tensor])[0]
                edge.numbers = .floats
                return try scaled(Value(value.shape, .edge(edge)), by: factor)
            default: throw Diagnostic("numbers that are no codes")
            }
        }
        guard let codes = value.constant, !codes.type.isFloat || codes.type.minifloat != nil else {
            throw Diagnostic("codes of this type")
        }
        if codes.type.minifloat != nil { return try operand(floats: codes, scale, axis) }
        let codec = codes.type.codes ?? .signed(bits: 32)
        let rank = codes.shape.count
        if block > 0 {
            guard try self.axis(axis, rank: rank) == rank - 1,
                scale.count == codes.count / max(1, codes.shape[rank - 1])
                    * ((codes.shape[rank - 1] + block - 1) / block)
            else { throw Diagnostic(field: "block_size", "blocks along another axis than the last") }
            return Value(
                value.shape,
                .quantised(
                    QuantisedConstant(codec: codec, codes: codes, scales: scale, zeros: zero, sharing: .group(block))))
        }
        let sharing: QuantisedConstant.Sharing = scale.count == 1 ? .tensor : .axis(try self.axis(axis, rank: rank))
        if case .axis(let axis) = sharing {
            try refuse(scale.count != codes.shape[axis], "scales that do not fit the axis", field: "axis")
        }
        return try quantised(codes, codec, scale, zero, sharing)
    }

    private func operand(floats codes: ConstantTensor, _ scale: ConstantTensor, _ axis: Int) throws(Diagnostic) -> Value
    {
        try refuse(scale.count != 1, "scales per axis of narrow floats")
        let factor = try scale.floats()[0]
        return Value(codes.map { $0 * factor })
    }

    func quantised(
        _ codes: ConstantTensor, _ codec: Codec, _ scales: ConstantTensor, _ zeros: ConstantTensor?,
        _ sharing: QuantisedConstant.Sharing? = nil
    ) throws(Diagnostic) -> Value {
        let isZero = try zeros?.integers().allSatisfy { $0 == 0 } ?? true
        try refuse(try scales.floats().contains { !($0 > 0 && $0.isFinite) }, "a scale that is not positive")
        var sharing = sharing ?? .tensor
        if sharing == .tensor, scales.count > 1 {
            // Scales in the shape of what they are multiplied by: one axis is not 1.
            let padded = [Int](repeating: 1, count: max(0, codes.shape.count - scales.shape.count)) + scales.shape
            guard let axis = padded.firstIndex(where: { $0 > 1 }), padded[axis] == scales.count,
                padded.count == codes.shape.count
            else {
                throw Diagnostic("scales of shape \(scales.shape)")
            }
            sharing = .axis(axis)
        }
        let count = scales.count
        let offsets =
            isZero
            ? nil : zeros.map { $0.count == count ? $0.reshaped([count]) : $0.reshaped([]).broadcast(to: [count]) }
        return Value(
            codes.shape.map { Size($0) },
            .quantised(
                QuantisedConstant(
                    codec: codec, codes: codes, scales: scales.reshaped([count]), zeros: offsets, sharing: sharing)))
    }

    /// An int32 bias in units of the sum.
    func sumBias(_ input: Int, _ x: Value, _ weight: Value) throws(Diagnostic) -> Value? {
        guard node.has(input) else { return nil }
        let codes = try constant(input, "a bias")
        guard case .codes(let format, _)? = x.edge?.numbers, case .quantised(let weights) = weight.content else {
            throw Diagnostic("operands that are no codes")
        }
        let scales = weights.scales.map { $0 * (format.scale ?? 1) }
        return try quantised(
            codes.reshaped([codes.count]), .signed(bits: 32), scales, nil, scales.count == 1 ? .tensor : .axis(0))
    }

    /// Codes of the scale and zero point that these inputs give.
    mutating func requantised(_ value: Value, _ input: Int) throws(Diagnostic) -> Value {
        let scale = try constant(input, "a scale")
        let zero = node.has(input + 1) ? try constant(input + 1, "a zero point") : nil
        let given = ElementType(rawValue: Int32(clamping: node.integer("output_dtype", default: 0)))
        let type = zero?.type ?? given ?? .uint8
        guard let codec = type.codes ?? type.minifloat else { throw Diagnostic("codes of type \(type.name)") }
        if let constant = value.constant { return try requantised(constant, codec, scale, zero) }
        try refuse(scale.count != 1, "scales per axis of a tensor computed at run time")
        let factor = try scale.floats()[0]
        try refuse(!(factor > 0 && factor < .infinity), "a scale of \(factor), a positive number expected", field: "input[\(input)]")
        let format = CodeFormat(codec: codec, scale: factor, zero: try zero?.integers().first ?? 0)
        if type.minifloat != nil {
            try refuse(node.integer("saturate", default: 1) == 0, "numbers that overflow", field: "saturate")
            try refuse(format.zero != 0, "a zero point of floats")
        }
        return try quantised(value, format, isReal: false)
    }

    mutating func quantised(_ value: Value, _ format: CodeFormat, isReal: Bool) throws(Diagnostic) -> Value {
        var edge = try moved(value)
        if edge.numbers == .codes(format, isReal: true) {
            // Codes that were read and are written again as they are.
        } else if edge.numbers == .sums {
            edge.tensor = emit("requantise", [edge.tensor], [("kind", "float"), ("encoding", format.json)])
        } else {
            edge = try real(value)
            edge.tensor = emit("quantise", [edge.tensor], [("encoding", format.json)])
        }
        edge.numbers = .codes(format, isReal: isReal)
        return Value(value.shape, .edge(edge))
    }

    private func requantised(
        _ constant: ConstantTensor, _ codec: Codec, _ scale: ConstantTensor, _ zero: ConstantTensor?
    ) throws(Diagnostic) -> Value {
        guard let range = codec.range,
            let type = [ElementType.int2, .uint2, .int4, .uint4, .int8, .uint8, .int16, .uint16].first(where: { $0.codes == codec })
        else { throw Diagnostic("codes of \(codec.name)") }
        let rank = constant.shape.count
        let axis = scale.count == 1 ? 0 : try self.axis(node.integer("axis", default: 1), rank: rank)
        let run = scale.count == 1 ? max(1, constant.count) : constant.shape[(axis + 1)...].reduce(1, *)
        let (scales, zeros, count) = (try scale.floats(), try zero?.integers() ?? [0], scale.count)
        try refuse(scale.count != 1 && constant.shape[axis] != count, "scales that do not fit the axis", field: "axis")
        return Value(
            ConstantTensor(type, constant.shape) { () throws(Diagnostic) in
                .integers(
                    try constant.floats().enumerated().map { place, number in
                        let index = place / run % count
                        return Quantiser.quantised(
                            number, scale: scales[index], zeroPoint: zeros[zeros.count == 1 ? 0 : index], range: range)
                    })
            })
    }
}
