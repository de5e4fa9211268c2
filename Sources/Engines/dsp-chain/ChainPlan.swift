/// How a chain of DSP48E2s is cut for the operands of one instruction: sections of hard PCOUT to PCIN cascades, and an
/// overflow adjust unit between two sections.
public struct ChainPlan: Hashable, Sendable {
    /// DSPs of the chain.
    public let length: Int
    /// DSPs of a section; the last may be shorter. `length` when nothing is adjusted.
    public let section: Int
    public let adjust: OverflowAdjust

    public init(length: Int, section: Int, adjust: OverflowAdjust) {
        self.length = length
        self.section = section
        self.adjust = adjust
    }

    /// Adjust units in use.
    public var boundaries: Int { (length - 1) / section }

    /// Cycles by which the operands of a DSP lag behind those of the first: one per cascade register, and one more for the
    /// C register that an adjust unit writes.
    public func skew(of dsp: Int) -> Int { dsp + dsp / section }

    /// Rising edges from operands at the ports of the first DSP to the sum in the last P register: A, D and B1; AD and
    /// B2; M; P of every DSP.
    public var latency: Int { 4 + skew(of: length - 1) }

    /// What the chain computes of packed activations and weights, one of each per DSP; DSPs without operands multiply
    /// zeros. The lanes wrap as those of the slices do.
    public func sums(packed: [Int], weights: [Int]) -> (upper: Int, lower: Int) {
        var p = 0
        var msp = 0
        for dsp in 0..<min(length, packed.count, weights.count) {
            if dsp > 0, dsp % section == 0 {
                let (carried, continued) = adjust.split(p)
                msp += carried
                p = continued
            }
            p = (p + packed[dsp] * weights[dsp]).wrapped(to: DSP48E2.Width.p)
        }
        let lanes = ActivationPair.lanes(p)
        return (lanes.upper, lanes.lower + msp << adjust.lspBits)
    }
}
