import Arch

/// The one correction of a group's sum. With t what the elements see of the code u, sum x t leaves them, and
/// sum x w = sum x t * 2^shift - factor * sum x, so neither zero points nor odd levels cost anything per weight.
struct GroupCorrection: Hashable, Sendable {
    private let multiply: Multiply
    private let centre: Int

    init(_ multiply: Multiply, signs: WeightSigns) {
        self.multiply = multiply
        centre = signs.centre(bits: multiply.weightBits)
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
            .pairsFlint4, .pairsInt8, .pairsInt8E2M5: 0
        }
    }

    /// Some sum of the instruction changes.
    var isNeeded: Bool {
        switch (multiply.codes, multiply.zero) {
        case (.bipolar, _): true
        case (_, .immediate(let zero)): factor(zero: zero) != 0
        case (_, .table): true
        }
    }

    /// Integers add modulo 2^32, so a sum of unsigned codes may leave int32 when the corrected one does not.
    func corrected(_ sum: Int32, activationSum: Int32, zero: Int) -> Int32 {
        sum << shift &- Int32(truncatingIfNeeded: factor(zero: zero)) &* activationSum
    }
}
