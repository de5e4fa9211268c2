import Arch

/// The k that an array takes at once: never across a segment of scales, nor across two runs of activations, because one
/// contiguous read fetches the activations of a row.
struct KBlock: Hashable, Sendable {
    /// Stored weights of each column: k as laid out, or kept k of N:M weights.
    var range: Range<Int>
    /// k as laid out whose activations they meet.
    var window: Range<Int>
    var segment: KCut.Segment
    /// The last block of its segment: the sums leave through the epilogue (scaled output).
    var endsSegment: Bool
}

extension KBlock {
    /// Which operand of the window a stored weight meets: that of its own lane, or the one that the selector picks of the
    /// m that its block is wired to.
    func input(column: Int, stored: Int, _ selection: Selection?) -> Int {
        guard let selection else { return stored - range.lowerBound }
        let block = stored / selection.pattern.n * selection.pattern.m - window.lowerBound
        return block + selection.position(column: column, kept: stored)
    }
}

extension [KBlock] {
    /// Blocks of each segment; of all K for integer output.
    var countsBySegment: [Int] {
        var counts: [Int] = []
        var count = 0
        for block in self {
            count += 1
            guard block.endsSegment else { continue }
            counts.append(count)
            count = 0
        }
        return counts
    }

    /// Activations that the blocks read for one row: their windows without the padding of runs.
    func activationsPerRow(_ multiply: Multiply) -> Int {
        let laidOutRun = roundUp(multiply.run, to: multiply.structure.granule)
        // Runs that are not padded may follow one another in a window.
        guard laidOutRun > multiply.run else { return reduce(0) { $0 + $1.window.count } }
        return reduce(0) { total, block in
            let runEnd = block.window.lowerBound / laidOutRun * laidOutRun + multiply.run
            return total + Swift.max(0, Swift.min(block.window.upperBound, runEnd) - block.window.lowerBound)
        }
    }
}

extension KCut {
    /// K in blocks of at most `lanes` stored weights; the activations of `run` k as laid out lie contiguously.
    func blocks(of lanes: Int, run: Int, structure: Multiply.Structure) -> [KBlock] {
        let run = max(1, structure.stored(of: run))
        var blocks: [KBlock] = []
        for segment in segments {
            let stored = structure.stored(segment.range)
            var start = stored.lowerBound
            while start < stored.upperBound {
                let runEnd = (start / run + 1) * run
                let end = min(stored.upperBound, structure.end(from: start, lanes: lanes), runEnd)
                blocks.append(
                    KBlock(
                        range: start..<end, window: structure.window(start..<end), segment: segment,
                        endsSegment: end == stored.upperBound))
                start = end
            }
        }
        return blocks
    }
}

extension Multiply {
    /// k as laid out whose activations lie contiguously: the run, joined over kx and ky where their strides leave no
    /// gap and the layout pads nothing.
    var contiguousRun: Int {
        guard run.isMultiple(of: structure.granule) else { return roundUp(run, to: structure.granule) }
        let bytes = activationFormat.elementBytes
        guard kx.count == 1 || kx.stride == run * bytes else { return run }
        let joined = run * kx.count
        guard ky.count == 1 || ky.stride == joined * bytes else { return joined }
        return joined * ky.count
    }
}
