import Arch

/// How the chains of one core work through weights whose blocks keep an N of their own. A block of 16 k by 16 columns
/// takes N chains for a cycle, cut into 16 / N parts each, or none at all when it keeps nothing. All chains of a cycle take
/// the same 16 k, so a block of K takes ceil(sum of N over the pass's stripes / chains) cycles.
///
/// A pass has as many columns as blocks of 2:16, the least that is not nothing, would have at once: that many sums are
/// held, 16 columns beside 128 rows or 512 beside two, which are the widths of FlightLLM's MM and MV.
struct MixedSchedule: Sendable {
    /// Columns of a pass, and the cycles of every block of K.
    struct Pass: Sendable {
        var columns: Range<Int>
        var cycles: [Int]
    }

    let cut: KCut
    let arrangement: PassCycles.Arrangement
    /// It is the one for few rows.
    let isVector: Bool
    /// Per pair of rows, or of the only pair.
    let chains: Int
    /// Parts of K whose sums leave together.
    let segments: [KCut.Segment]
    let passes: [Pass]
    private(set) var rowPasses = 0
    /// Cycles with operands, with shadow registers still full, and until the last sums have left.
    private(set) var issue = 0
    private(set) var held = 0
    private(set) var last = 0

    var total: Int { issue + held + last }

    /// Columns per chain that hold sums.
    private static let columnsPerChain = MixedBlocks.side / DSPChain.groupLength

    /// - Parameter blocks: of the core's own columns.
    init(_ engine: DSPChain, _ multiply: Multiply, _ blocks: CoreBlocks) {
        let cut = KCut(multiply, granule: MixedBlocks.side)
        let choices = [false, true].map {
            MixedSchedule(engine, isVector: $0, multiply, blocks, cut)
        }
        self = choices[1].total < choices[0].total ? choices[1] : choices[0]
    }

    private init(_ engine: DSPChain, isVector: Bool, _ multiply: Multiply, _ blocks: CoreBlocks, _ cut: KCut) {
        self.cut = cut
        self.isVector = isVector
        let chains = isVector ? engine.vectorColumns : engine.columns
        self.chains = chains
        segments = multiply.isScaled
            ? cut.segments : [KCut.Segment(range: 0..<cut.depth, weightGroup: 0, activationGroup: 0)]
        // Whole stripes.
        let width = max(MixedBlocks.side, chains * Self.columnsPerChain / MixedBlocks.side * MixedBlocks.side)
        arrangement = PassCycles.Arrangement(rows: isVector ? 2 : engine.rows, columns: width)
        passes = stride(from: 0, to: multiply.columns, by: width).map { first in
            let columns = first..<min(multiply.columns, first + width)
            let cycles = (0..<blocks.depthBlocks).map { ceilDivide(blocks.chains(of: columns, depthBlock: $0), chains) }
            return Pass(columns: columns, cycles: cycles)
        }
        count(multiply, lanes: engine.epilogueLanes)
    }

    private mutating func count(_ multiply: Multiply, lanes: Int) {
        var leaving = 0
        rowPasses = ceilDivide(multiply.rows, arrangement.rows)
        for rows in parts(of: multiply.rows, by: arrangement.rows) {
            for _ in 0..<rows.count {
                for pass in passes {
                    for segment in segments {
                        // Sums of nothing leave too, and a step says so.
                        let cycles = max(1, pass.cycles[segment.mixedBlocks].reduce(0, +))
                        issue += cycles
                        held += max(0, leaving - cycles)
                        leaving = ceilDivide(rows.size * pass.columns.count, lanes)
                    }
                }
            }
        }
        last = leaving
    }
}

extension KCut.Segment {
    /// The blocks of K that it consists of.
    var mixedBlocks: Range<Int> {
        range.lowerBound / MixedBlocks.side..<ceilDivide(range.upperBound, MixedBlocks.side)
    }
}

/// The blocks of one core's columns.
struct CoreBlocks: Sendable {
    let depthBlocks: Int
    /// [own stripe][block of K]
    private var counts: [UInt8] = []
    private let columns: Int

    init(_ engine: DSPChain, core: Int, _ multiply: Multiply, _ mixed: MixedBlocks) {
        depthBlocks = multiply.mixedDepthBlocks
        columns = engine.columns(of: core, multiply)
        for own in stride(from: 0, to: columns, by: MixedBlocks.side) {
            let first = engine.column(own, of: core) / MixedBlocks.side * depthBlocks
            counts += (first..<first + depthBlocks).map { $0 < mixed.counts.count ? mixed.counts[$0] : 0 }
        }
    }

    func count(stripe: Int, depthBlock: Int) -> Int { Int(counts[stripe * depthBlocks + depthBlock]) }

    /// Columns of a stripe.
    func width(_ stripe: Int) -> Int { min(MixedBlocks.side, columns - stripe * MixedBlocks.side) }

    /// Chains that a block of K takes for these columns, whole stripes but for the last.
    func chains(of columns: Range<Int>, depthBlock: Int) -> Int {
        stripes(of: columns).reduce(0) {
            $0 + ceilDivide(width($1) * count(stripe: $1, depthBlock: depthBlock), MixedBlocks.side)
        }
    }

    private func stripes(of columns: Range<Int>) -> Range<Int> {
        columns.lowerBound / MixedBlocks.side..<ceilDivide(columns.upperBound, MixedBlocks.side)
    }

    /// `value` of every block that keeps something, summed.
    func sum(_ value: (_ columns: Int, _ kept: Int) -> Int) -> Int {
        counts.indices.reduce(0) { total, index in
            counts[index] == 0 ? total : total + value(width(index / depthBlocks), Int(counts[index]))
        }
    }
}
