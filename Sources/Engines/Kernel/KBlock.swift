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

extension KCut {
    /// K in blocks of at most `lanes` stored weights.
    func blocks(of lanes: Int, _ multiply: Multiply) -> [KBlock] {
        let structure = multiply.structure
        let run = max(1, structure.stored(of: multiply.contiguousRun))
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
        guard kx.count == 1 || kx.stride == run else { return run }
        let joined = run * kx.count
        guard ky.count == 1 || ky.stride == joined else { return joined }
        return joined * ky.count
    }
}
