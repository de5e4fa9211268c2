import Arch
import Formats

/// The values of one instruction's integer weights, as an engine's dequantise unit hands them to its multipliers.
struct WeightValues: Sendable {
    let multiply: Multiply
    let memory: CoreMemory
    let layout: DenseLayout
    /// Weights stored of each column.
    let depth: Int
    let parameters: GroupParameters

    /// Code less zero point, the odd level of a bipolar code or the number of flint; `k` counts stored weights. Floats and pairs, which the program
    /// checker refuses where integers are expected, are 0.
    func value(column: Int, k: Int, group: Int) -> Int {
        level(column: column, k: k) - (multiply.codes.readsZeros ? parameters.zero(column: column, group: group) : 0)
    }

    /// The same before a zero point is subtracted.
    func level(column: Int, k: Int) -> Int {
        let bytes = UnsafeRawBufferPointer(memory.weights)
        let code = Int(layout.code(bytes, base: multiply.weights, depth: depth, column: column, k: k))
        return multiply.codes.value(code: code, bits: multiply.weightBits, zero: 0)
    }
}

extension Multiply.Codes {
    /// What a dequantise unit makes of one integer code; 0 of codes that are no integers.
    func value(code: Int, bits: Int, zero: Int) -> Int {
        switch self {
        case .offset: code - zero
        case .bipolar: 2 * code - ((1 << bits) - 1)
        case .twosComplement: code.wrapped(to: bits) - zero
        case .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1, .pairsInt4,
            .pairsFlint4, .pairsInt8, .pairsInt8E2M5, .dictionary: 0
        case .flint4: FlintCodec.signed.value(UInt8(code))
        case .uflint4: FlintCodec.unsigned.value(UInt8(code))
        }
    }
}
