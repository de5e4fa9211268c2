import Arch

/// The k that an array takes at once: never across a segment of scales, nor across two runs of activations, because one
/// contiguous read fetches the activations of a row.
struct KBlock: Hashable, Sendable {
    var range: Range<Int>
    var segment: KCut.Segment
    /// The last block of its segment: the sums leave through the epilogue (scaled output).
    var endsSegment: Bool
}

extension KCut {
    /// K in blocks of at most `lanes` k; `run` activations lie contiguously.
    func blocks(of lanes: Int, run: Int) -> [KBlock] {
        let run = max(1, run)
        var blocks: [KBlock] = []
        for segment in segments {
            var start = segment.range.lowerBound
            while start < segment.range.upperBound {
                let runEnd = (start / run + 1) * run
                let end = min(segment.range.upperBound, start + lanes, runEnd)
                blocks.append(KBlock(range: start..<end, segment: segment, endsSegment: end == segment.range.upperBound))
                start = end
            }
        }
        return blocks
    }
}

extension Multiply {
    /// Activations that lie contiguously: the run, joined over kx and ky where their strides leave no gap.
    var contiguousRun: Int {
        let bytes = activationFormat.elementBytes
        guard kx.count == 1 || kx.stride == run * bytes else { return run }
        let joined = run * kx.count
        guard ky.count == 1 || ky.stride == joined * bytes else { return joined }
        return joined * ky.count
    }
}
