import Arch
import Formats

extension FloatArray {
    /// What the multipliers see of an activation.
    func activation(row: Int, k: Int) -> FloatPort {
        let nest = ActivationNest(multiply: multiply)
        let bytes = multiply.activationFormat.elementBytes
        let address = nest.row(row) + nest.offset(step: k, perRun: multiply.run, stepBytes: bytes)
        let space = memory[multiply.activations.space]
        let code = UInt32(space[address]) | (bytes > 1 ? UInt32(space[address + 1]) << 8 : 0)
        guard let codec = multiply.activationFormat.codec, codec.isFloat else {
            return element.activation(integer: Int(multiply.activation(UInt8(truncatingIfNeeded: code))))
        }
        return FloatPort(code: code, codec: codec)
    }

    /// What an element holds of a weight.
    func weight(column: Int, k: Int, _ parameters: GroupParameters) -> Element.Weight {
        let cut = schedule.cut
        let code = layout.code(
            UnsafeRawBufferPointer(memory.weights), base: multiply.weights, depth: cut.depth, column: column, k: k)
        if let codec = multiply.codes.floatCodec {
            return element.weight(number: FloatPort(code: UInt32(code), codec: codec))
        }
        let group = k / cut.weightGroup
        let zero = parameters.zero(column: column, group: group)
        let value =
            switch multiply.codes {
            case .bipolar: 2 * Int(code) - ((1 << multiply.weightBits) - 1)
            case .twosComplement: Int(code).wrapped(to: multiply.weightBits) - zero
            default: Int(code) - zero
            }
        if let scale = parameters.operandScale(column: column, group: group) {
            return element.weight(
                number: FloatPort(code: DequantiseUnit.code(value, scale: scale), codec: .float16))
        }
        return element.weight(integer: value)
    }
}
