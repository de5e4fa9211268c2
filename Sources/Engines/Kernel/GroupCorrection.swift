import Arch

/// The one correction of a group's sum, of engines that multiply codes as they are stored. With t = u - centre what they
/// see of the code u, sum x t leaves them, and sum x w = sum x t * 2^shift - factor * sum x, so neither zero points nor
/// odd levels cost anything per weight.
struct GroupCorrection: Hashable, Sendable {
    private let multiply: Multiply
    private let centre: Int

    /// - Parameter centre: what the engine subtracts from a code u before it multiplies.
    init(_ multiply: Multiply, centre: Int) {
        self.multiply = multiply
        self.centre = centre
    }

    /// Odd levels are 2 u - (2^B - 1).
    private var shift: Int32 { multiply.codes == .bipolar ? 1 : 0 }

    /// What the sum of activations is multiplied by, for a zero point as the instruction gives it.
    func factor(zero: Int) -> Int {
        switch multiply.codes {
        case .offset: zero - centre
        case .bipolar: (1 << multiply.weightBits) - 1 - 2 * centre
        // The code is u - 2^(B-1).
        case .twosComplement: zero + 1 << (multiply.weightBits - 1) - centre
        // Refused by the program checker.
        case .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1, .pairsInt4,
            .pairsFlint4, .pairsInt8, .pairsInt8E2M5, .flint4, .uflint4, .dictionary: 0
        }
    }

    /// Some sum of the instruction changes.
    var isNeeded: Bool {
        switch (multiply.codes, multiply.zero) {
        case (.bipolar, _): true
        case (_, .immediate(let zero)): factor(zero: zero) != 0
        case (_, .table): true
        case (_, .centroids): false
        }
    }

    /// Integers add modulo 2^32, so a sum of unsigned codes may leave int32 when the corrected one does not.
    func corrected(_ sum: Int32, activationSum: Int32, zero: Int) -> Int32 {
        Self.corrected(sum, shift: shift, activationSum: activationSum, factor: factor(zero: zero))
    }

    static func corrected(_ sum: Int32, shift: Int32, activationSum: Int32, factor: Int) -> Int32 {
        sum << shift &- Int32(truncatingIfNeeded: factor) &* activationSum
    }
}

extension DenseLayout {
    /// The code u of an instruction's weight; two's complement codes of run-time operands have their highest bit inverted.
    /// - Parameter depth: weights stored of each column.
    func unsignedCode(_ multiply: Multiply, memory: CoreMemory, depth: Int, column: Int, k: Int) -> Int {
        let code = Int(
            code(UnsafeRawBufferPointer(memory.weights), base: multiply.weights, depth: depth, column: column, k: k))
        switch multiply.codes {
        case .offset, .bipolar: return code
        case .twosComplement: return code ^ 1 << (multiply.weightBits - 1)
        // Refused by the program checker.
        case .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1, .pairsInt4,
            .pairsFlint4, .pairsInt8, .pairsInt8E2M5, .flint4, .uflint4, .dictionary: return 0
        }
    }
}
