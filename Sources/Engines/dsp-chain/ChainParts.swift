import Formats

/// How reduction nodes cut a chain for the weights of one instruction (FlightLLM, section 3.2). A node at the end of a DSP
/// group gives out what has been summed so far, and the Z multiplexer of the next group starts from zero.
///
/// Dense weights use the chain whole. Of N:M weights its `chainLength` k keep chainLength * n / m: a part is that long, in
/// whole DSP groups, and the parts of a chain take neighbouring columns of the same k.
struct ChainParts: Hashable, Sendable {
    /// DSPs of a part.
    let length: Int
    /// Parts of a chain.
    let count: Int

    init(_ engine: DSPChain, _ pattern: NOfM?) {
        guard engine.splits, let pattern else {
            (length, count) = (engine.chainLength, 1)
            return
        }
        let kept = ceilDivide(engine.chainLength * pattern.n, pattern.m)
        length = min(engine.chainLength, roundUp(kept, to: DSPChain.groupLength))
        count = engine.chainLength / length
    }
}
