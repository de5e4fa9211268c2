import Arch

/// How the chains work through one instruction, output-stationary: every pass gives each chain two rows and a column and
/// walks through K, a chain's length per cycle. N:M weights leave most of a chain without work on its `chainLength` k, so
/// reduction nodes cut it into `parts` of their own columns.
struct DSPSchedule: Sendable {
    let parts: ChainParts
    let cut: KCut
    let kBlocks: [KBlock]
    /// Cycles of each part of K whose sums leave together: of a segment, or of all K for integer output.
    let segmentCycles: [Int]
    let arrangement: PassCycles.Arrangement
    /// It is the one for few rows.
    let isVector: Bool
    let cycles: PassCycles

    init(_ engine: DSPChain, _ multiply: Multiply) {
        parts = ChainParts(engine, multiply.structure.pattern)
        cut = KCut(multiply, granule: multiply.structure.granule)
        kBlocks = cut.blocks(of: parts.length, run: multiply.contiguousRun, structure: multiply.structure)
        let counts = kBlocks.countsBySegment
        segmentCycles = counts
        // Both arrangements compute the same bits; the one that is done first is taken, the matrix one when both are.
        let choices = engine.arrangements(multiply).map {
            ($0, PassCycles($0, multiply, segmentCycles: counts, lanes: engine.epilogueLanes, leaving: .packed))
        }
        isVector = choices[1].1.total < choices[0].1.total
        (arrangement, cycles) = choices[isVector ? 1 : 0]
    }
}
