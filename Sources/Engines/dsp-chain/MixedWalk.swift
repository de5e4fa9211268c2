import Arch

extension DSPWalk {
    /// Blocks with an N of their own. The blocks of a k range share chains and cycles in the order of their columns; where
    /// nothing is kept of a segment, a step without chains lets its sums leave.
    init(_ schedule: MixedSchedule, _ multiply: Multiply, _ blocks: CoreBlocks, lanes: Int) {
        let side = MixedBlocks.side
        let passes = schedule.passes.map { pass in
            let parts = schedule.segments.map { segment in
                var steps: [(window: Range<Int>, weights: Weights)] = segment.mixedBlocks.flatMap { depthBlock in
                    let needed = Self.parts(pass.columns, depthBlock, blocks)
                    return stride(from: 0, to: needed.count, by: schedule.chains).map { first in
                        let taken = Array(needed[first..<min(needed.count, first + schedule.chains)])
                        return (
                            window: depthBlock * side..<(depthBlock + 1) * side,
                            weights: Weights.blocks(taken, depthBlock: depthBlock)
                        )
                    }
                }
                if steps.isEmpty {
                    let first = segment.mixedBlocks.lowerBound
                    steps = [(window: first * side..<(first + 1) * side, weights: Weights.blocks([], depthBlock: first))]
                }
                return Part(segment: segment, steps: steps)
            }
            return (columns: pass.columns, parts: parts)
        }
        self.init(multiply, rows: schedule.arrangement.rows, passes: passes, lanes: lanes)
    }

    /// A part of each chain that a block of K takes for the columns of a pass.
    private static func parts(_ columns: Range<Int>, _ depthBlock: Int, _ blocks: CoreBlocks) -> [BlockPart] {
        let side = MixedBlocks.side
        return stride(from: columns.lowerBound, to: columns.upperBound, by: side).flatMap { first -> [BlockPart] in
            let kept = blocks.count(stripe: first / side, depthBlock: depthBlock)
            guard kept > 0 else { return [] }
            return stride(from: first, to: min(first + side, columns.upperBound), by: side / kept).map {
                BlockPart(place: $0 - columns.lowerBound, kept: kept)
            }
        }
    }
}
