/// How the elements see the sign of a weight. Every choice gives the same bits; the hardware differs.
public enum WeightSigns: String, Hashable, Sendable, CaseIterable {
    /// Unsigned codes u; the zero point leaves through the group sum of the activations.
    case offset
    /// u - 2^(B-1) in two's complement: the highest bit is subtracted.
    case twosComplement
    /// u - 2^(B-1) as magnitude and sign: the sum of the magnitude's bits is negated.
    case signMagnitude

    /// What the weight register subtracts from an unsigned code of `bits` bits.
    func centre(bits: Int) -> Int {
        switch self {
        case .offset: 0
        case .twosComplement, .signMagnitude: 1 << (bits - 1)
        }
    }
}
