import Diagnostics
import Formats
import Foundation

/// QONNX Trunc: whole numbers that lose their lowest bits.
extension ONNXLowering {
    mutating func truncated() throws(Diagnostic) -> Value {
        // Version 2 has a scale of the output in front of its width.
        let isSecond = node.inputs.count > 5
        let scale = try number(1, "a scale"), zero = try number(2, "a zero point")
        let inputBits = try number(3, "a bit width"), outputBits = try number(isSecond ? 5 : 4, "a bit width")
        let outputScale = isSecond ? try number(4, "a scale") : scale
        try refuse(zero != 0, "a zero point other than 0")
        try refuse(!(scale > 0 && outputScale > 0 && (outputScale / scale).isFinite), "a scale that is not positive")
        let shift = isSecond ? Foundation.log2(outputScale / scale).rounded() : inputBits - outputBits
        guard let bits = Int(exactly: outputBits), (1...15).contains(bits), (1...16).contains(inputBits),
            let gone = Int(exactly: shift), (0...15).contains(gone)
        else { throw Diagnostic("widths of \(inputBits) and \(outputBits) bits, \(shift) of which go") }
        // Of a number of steps, the halves of what goes; no sum lies between two results.
        let step = Float(1 << gone)
        let offset: Float
        switch node.text("rounding_mode", default: "FLOOR").uppercased() {
        case "FLOOR": offset = (1 - step) / 2
        case "CEIL": offset = (step - 1) / 2
        case "ROUND", "HALF_EVEN": offset = 0
        case let mode: throw Diagnostic(field: "rounding_mode", "rounding \(mode)")
        }
        let steps = try rounded(try binary("div", try value(0), Value(ConstantTensor([], [scale]))) { $0 / $1 }, .signed(bits: 16), 1)
        let moved = try binary("add", steps, Value(ConstantTensor([], [offset]))) { $0 + $1 }
        // Version 1 has no range and no sign: a bit more holds both.
        let isSigned = node.integer("signed", default: 1) != 0
        let codec: Codec = !isSecond ? .signed(bits: bits + 1) : isSigned ? .signed(bits: max(2, bits)) : .unsigned(bits: bits)
        try refuse(node.integer("narrow", default: 0) != 0, "a narrow range", field: "narrow")
        let short = try scaled(try rounded(moved, codec, step), by: outputScale / step)
        return try quantised(short, CodeFormat(codec: codec, scale: outputScale, zero: 0), isReal: true)
    }

    private mutating func rounded(_ value: Value, _ codec: Codec, _ scale: Float) throws(Diagnostic) -> Value {
        let codes = try quantised(value, CodeFormat(codec: codec, scale: scale, zero: 0), isReal: true)
        return Value(value.shape, .edge(try real(codes)))
    }
}
