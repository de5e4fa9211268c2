/// How the elements see the sign of a weight. Every choice gives the same bits; the hardware differs.
public enum WeightSigns: String, Hashable, Sendable, CaseIterable {
    /// Unsigned codes u; the zero point leaves through the group sum of the activations.
    case offset
    /// u - 2^(B-1) in two's complement: the highest bit is subtracted.
    case twosComplement
    /// u - 2^(B-1) as magnitude and sign: the sum of the magnitude's bits is negated.
    case signMagnitude

    /// Number of the RTL's parameter `Signs`.
    var index: Int {
        switch self {
        case .offset: 0
        case .twosComplement: 1
        case .signMagnitude: 2
        }
    }

    /// The unsigned code u of a weight as its elements hold it: centred, as a magnitude and whether it is negative
    /// (`signMagnitude`), or as it is, to be cut to the elements' bits.
    func field(code: Int, weightBits: Int) -> (field: Int, negates: Bool) {
        let centred = code - centre(bits: weightBits)
        let negates = self == .signMagnitude && centred < 0
        return (negates ? -centred : centred, negates)
    }

    /// What the weight register subtracts from an unsigned code of `bits` bits.
    func centre(bits: Int) -> Int {
        switch self {
        case .offset: 0
        case .twosComplement, .signMagnitude: 1 << (bits - 1)
        }
    }
}
