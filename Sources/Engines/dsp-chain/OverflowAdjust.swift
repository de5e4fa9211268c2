/// The overflow adjust unit between two parts of a chain (FlightLLM, section 3.2): the lower lane is cut into a most
/// significant part, which goes sideways to the end of the chain, and the `lspBits` least significant bits, which go on
/// as a number that is never negative. Choice: the upper lane has 30 bits and goes on whole, its borrow given back.
public struct OverflowAdjust: Hashable, Sendable {
    public let lspBits: Int

    /// `lspBits` in 1...17.
    public init(lspBits: Int) { self.lspBits = lspBits }

    /// The greatest number that the next part of the chain can start from.
    public var residue: Int { 1 << lspBits - 1 }

    /// `continued` enters the next part through the C port; the lower lane was msp * 2^lspBits + its lowest bits.
    public func split(_ p: Int) -> (msp: Int, continued: Int) {
        let (upper, lower) = ActivationPair.lanes(p)
        let continued = (upper << ActivationPair.offset | lower & residue).wrapped(to: DSP48E2.Width.p)
        return (lower >> lspBits, continued)
    }
}
