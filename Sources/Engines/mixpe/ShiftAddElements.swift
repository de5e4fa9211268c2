/// The processing elements: each adds up gated copies of an activation, one per weight bit, every copy shifted by one
/// more place. There is no multiplier. A weight of more bits than an element has takes neighbours, whose sums are
/// shifted and joined.
public struct ShiftAddElements: Hashable, Sendable {
    /// Bits of a signed port that takes int8 and uint8 codes.
    public static let activationBits = 9

    /// Weight bits of one element: 1, 2, 4 or 8.
    public let bitsPerElement: Int
    public let signs: WeightSigns

    public init(bitsPerElement: Int, signs: WeightSigns) {
        self.bitsPerElement = bitsPerElement
        self.signs = signs
    }

    /// A weight as its elements hold it.
    public struct Registers: Hashable, Sendable {
        /// `bitsPerElement` bits each, lowest first.
        public var digits: [Int]
        /// The products are negated (sign and magnitude).
        public var negates: Bool

        public init(digits: [Int], negates: Bool) {
            self.digits = digits
            self.negates = negates
        }
    }

    /// Elements of one weight: a power of two, because neighbours are joined pairwise.
    public func perWeight(weightBits: Int) -> Int { 1 << levels(ceilDivide(weightBits, bitsPerElement)) }

    /// Two's complement width of one element's product: |product| <= 255 * (2^bits - 1) < 2^(8 + bits).
    public var productBits: Int { Self.activationBits + bitsPerElement }

    /// Shifted copies that one weight adds: its bits; those of all its elements where its sign is extended over them.
    func shiftAdds(weightBits: Int) -> Int {
        switch signs {
        case .offset, .signMagnitude: weightBits
        case .twosComplement: perWeight(weightBits: weightBits) * bitsPerElement
        }
    }

    /// The unsigned code u of a weight, centred and cut into digits.
    public func registers(code: Int, weightBits: Int) -> Registers {
        let (field, negates) = signs.field(code: code, weightBits: weightBits)
        let mask = 1 << bitsPerElement - 1
        // The arithmetic shift extends a negative sign over the highest element.
        let digits = (0..<perWeight(weightBits: weightBits)).map { field >> ($0 * bitsPerElement) & mask }
        return Registers(digits: digits, negates: negates)
    }

    /// What one element makes of an activation. `isHighest`: it holds the highest bits of its weight.
    @inline(__always)
    public func product(activation: Int, digit: Int, isHighest: Bool, negates: Bool) -> Int {
        let subtracted = isHighest && signs == .twosComplement ? bitsPerElement - 1 : bitsPerElement
        var sum = 0
        for bit in 0..<bitsPerElement {
            let copy = (activation << bit) & -(digit >> bit & 1)
            sum += bit == subtracted ? -copy : copy
        }
        return (negates ? -sum : sum).wrapped(to: productBits)
    }

    /// The sums of neighbouring elements, lowest first, as one number: a shift and an addition for each after the first.
    public func joined(_ sums: [Int]) -> Int {
        sums.enumerated().reduce(0) { $0 + $1.element << ($1.offset * bitsPerElement) }
    }
}
