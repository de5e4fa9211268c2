import Diagnostics
import Formats

/// QONNX FloatQuant: numbers rounded to a narrow float under a scale, and back. What follows is computed in binary32.
extension ONNXLowering {
    mutating func floatQuant() throws(Diagnostic) -> Value {
        let value = try value(0)
        let format = try narrowFloat()
        let scale = try constant(1, "a scale")
        try refuse(try scale.floats().contains { !($0 > 0 && $0.isFinite) }, "a scale that is not positive")
        guard let numbers = value.constant else {
            try refuse(scale.count != 1, "scales per axis of a tensor computed at run time")
            let narrow = CodeFormat(codec: .minifloat(format), scale: try scale.floats()[0], zero: 0)
            let codes = try quantised(value, narrow, isReal: true)
            return Value(value.shape, .edge(try real(codes)))
        }
        let factors = scale.count == 1 ? scale : scale.broadcast(to: numbers.shape)
        return Value(
            ConstantTensor(.float32, numbers.shape) { () throws(Diagnostic) in
                let scales = try factors.floats()
                return .floats(
                    try numbers.floats().enumerated().map { place, number in
                        let scale = scales[scales.count == 1 ? 0 : place]
                        let ratio = min(max(number / scale, -format.greatest), format.greatest)
                        return format.widened(UInt8(truncatingIfNeeded: Codec.minifloat(format).code(ofFloat: ratio))) * scale
                    })
            })
    }

    /// The format that exponent, fraction, bias and greatest number of the node's inputs are those of.
    private func narrowFloat() throws(Diagnostic) -> Minifloat {
        let rounding = node.text("rounding_mode", default: "ROUND").uppercased()
        try refuse(rounding != "ROUND" && rounding != "HALF_EVEN", "rounding \(rounding)", field: "rounding_mode")
        try refuse(node.integer("saturation", default: 1) == 0, "numbers that overflow", field: "saturation")
        let (exponent, fraction) = (try number(2, "a width of the exponent"), try number(3, "a width of the fraction"))
        let known = Minifloat.allCases.first { Float($0.exponentBits) == exponent && Float($0.fractionBits) == fraction }
        guard let known else { throw Diagnostic("a float of \(exponent) bits of exponent and \(fraction) of fraction") }
        if node.has(4) {
            let bias = try number(4, "a bias of the exponent")
            try refuse(bias != Float(known.bias), "a bias of \(bias), \(known.bias) expected")
        }
        if node.has(5) {
            let greatest = try number(5, "a greatest number")
            try refuse(greatest != known.greatest, "a greatest number of \(greatest), \(known.greatest) expected")
        }
        return known
    }
}
