import Diagnostics
import Formats

extension ONNXLowering {
    mutating func quant() throws(Diagnostic) -> Value {
        let value = try value(0)
        let rounding = node.text("rounding_mode", default: "ROUND").uppercased()
        try refuse(rounding != "ROUND" && rounding != "HALF_EVEN", "rounding \(rounding)", field: "rounding_mode")
        let (isSigned, isNarrow) = (node.integer("signed", default: 1) != 0, node.integer("narrow", default: 0) != 0)
        let width = try number(3, "a bit width")
        guard let bits = Int(exactly: width), (isSigned ? 2 : 1)...16 ~= bits else {
            throw Diagnostic("a width of \(width) bits")
        }
        let codec: Codec = isSigned ? .signed(bits: bits) : .unsigned(bits: bits)
        let (scale, zero) = (try constant(1, "a scale"), try constant(2, "a zero point"))
        let zeros = try zero.floats().map { Int(exactly: $0) }
        guard !zeros.contains(nil), let full = codec.range else {
            throw Diagnostic("a zero point that is no whole number")
        }
        let range = full.lowerBound + (isNarrow && isSigned ? 1 : 0)...full.upperBound - (isNarrow && !isSigned ? 1 : 0)
        let offsets = zeros.compactMap { $0 }
        guard let constant = value.constant else {
            guard scale.count == 1, offsets.count == 1 else {
                throw Diagnostic("scales per axis of a tensor computed at run time")
            }
            let format = CodeFormat(codec: codec, scale: try scale.floats()[0], zero: offsets[0])
            let codes = try quantised(value, format, isReal: true)
            guard isNarrow, let edge = codes.edge, let factor = format.scale else { return codes }
            let (low, high) = (
                Float(range.lowerBound - offsets[0]) * factor, Float(range.upperBound - offsets[0]) * factor
            )
            return codes.replacing(edge, emit("clip", [edge.tensor], [("min", .float(low)), ("max", .float(high))]))
        }
        try refuse(offsets.contains { $0 != 0 } && offsets.count != 1, "zero points per axis")
        let factors = scale.broadcast(
            to: constant.shape.count >= scale.shape.count && scale.count > 1 ? constant.shape : scale.shape)
        let codes = ConstantTensor(.int8, constant.shape) { () throws(Diagnostic) in
            let scales = try factors.floats()
            let (low, high) = (Float(range.lowerBound), Float(range.upperBound))
            return .integers(
                try constant.floats().enumerated().map { place, number in
                    let level = number / scales[scales.count == 1 ? 0 : place] + Float(offsets[0])
                    return level.isNaN ? offsets[0] : Int(min(max(level, low), high).rounded(.toNearestOrEven))
                })
        }
        return try quantised(codes, codec, scale, ConstantTensor([1], [offsets[0]]))
    }
}
