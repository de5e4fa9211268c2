/// Two products in one multiplier: activations of two rows, 18 bits apart, share a weight (Xilinx WP487; FlightLLM,
/// arXiv 2401.03868). The pre-adder makes upper * 2^18 + lower from A = upper << 18 and D = lower; every activation of
/// 9 bits, -128...255, fits its 27 bits.
public enum ActivationPair {
    /// Distance of the lanes in bits, and width of the lower lane.
    public static let offset = 18
    /// Width of the upper lane.
    public static let upperBits = DSP48E2.Width.p - offset

    /// A and D ports.
    public static func ports(upper: Int, lower: Int) -> (a: Int, d: Int) { (upper << offset, lower) }

    /// What the pre-adder hands to the multiplier.
    public static func packed(upper: Int, lower: Int) -> Int {
        ((upper << offset) + lower).wrapped(to: DSP48E2.Width.preadder)
    }

    /// The sums of both lanes. A negative lower lane has borrowed one from the upper: P[17] gives it back, once for a
    /// whole chain.
    public static func lanes(_ p: Int) -> (upper: Int, lower: Int) {
        (((p >> offset) + (p >> (offset - 1) & 1)).wrapped(to: upperBits), p.wrapped(to: offset))
    }
}

/// How many products the lower lane holds. Beyond it P[17:0] wraps, and the upper lane is off by the carry too.
public struct LaneBound: Hashable, Sendable {
    /// The values that one product can take.
    public let products: ClosedRange<Int>

    public init(products: ClosedRange<Int>) { self.products = products }

    /// Products of any two numbers of these ranges.
    public init(activations: ClosedRange<Int>, weights: ClosedRange<Int>) {
        let corners = [
            activations.lowerBound * weights.lowerBound, activations.lowerBound * weights.upperBound,
            activations.upperBound * weights.lowerBound, activations.upperBound * weights.upperBound,
        ]
        let least = corners.reduce(corners[0], min)
        products = least...corners.reduce(least, max)
    }

    /// The most products for which a signed lane of 18 bits, starting anywhere in 0...`residue`, cannot overflow.
    public func depth(residue: Int) -> Int {
        let half = 1 << (ActivationPair.offset - 1)
        guard residue < half else { return 0 }
        let up = products.upperBound > 0 ? (half - 1 - residue) / products.upperBound : Int.max
        let down = products.lowerBound < 0 ? half / -products.lowerBound : Int.max
        return min(up, down)
    }
}
