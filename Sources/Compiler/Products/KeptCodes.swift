import Diagnostics
import Formats
import Graph

/// A weight without the zeros that its N:M structure leaves out: for every column the kept codes u in ascending k, and
/// the position of each in its block. Blocks run along K as laid out, which pads every run with zeros to whole blocks.
struct KeptCodes {
    /// [column][kept k]
    var codes: [UInt8] = []
    var positions: [UInt8] = []
}

extension WeightCodes {
    /// The kept weights of one group of a convolution. What is zero is told by value: a code that equals its zero
    /// point. A block with fewer than n other values keeps zeros too, past the end of a run if need be.
    func kept(
        group: Int, geometry: ProductGeometry, layout: DepthLayout, pattern: NOfM, zeros: Zeros
    ) throws -> KeptCodes {
        var kept = KeptCodes()
        kept.codes.reserveCapacity(geometry.columns * layout.storedDepth)
        kept.positions.reserveCapacity(geometry.columns * layout.storedDepth)
        for column in group * geometry.columns..<(group + 1) * geometry.columns {
            for k in stride(from: 0, to: layout.depth, by: layout.run) {
                for start in stride(from: k, to: k + layout.paddedRun, by: pattern.m) {
                    let inside = max(0, min(pattern.m, k + layout.run - start))
                    try append(start..<start + inside, of: column, pattern, zeros, to: &kept)
                }
            }
        }
        return kept
    }

    private func append(
        _ block: Range<Int>, of column: Int, _ pattern: NOfM, _ zeros: Zeros, to kept: inout KeptCodes
    ) throws {
        let first = column * depth + block.lowerBound
        let zero = zeroCode(block, of: column, zeros)
        var mask = held(block, of: column, zeros)
        guard mask.nonzeroBitCount <= pattern.n else {
            throw Diagnostic(
                field: "inputs[1]",
                "output column \(column), k \(block.lowerBound) to \(block.upperBound - 1) has \(mask.nonzeroBitCount) "
                    + "weights that are not zero, at most \(pattern.n) of \(pattern.m) expected")
        }
        mask = pattern.kept(holding: mask)
        while mask != 0 {
            let position = mask.trailingZeroBitCount
            mask &= mask - 1
            kept.codes.append(position < block.count ? codes[first + position] : zero)
            kept.positions.append(UInt8(position))
        }
    }

    /// The code that is zero in a block, which lies in one group of zero points.
    private func zeroCode(_ block: Range<Int>, of column: Int, _ zeros: Zeros) -> UInt8 {
        let value = zeros[column, min(block.lowerBound, depth - 1)]
        return UInt8(truncatingIfNeeded: value + (type.encoding.codec.codeOffset ?? 0))
    }

    /// Bit p: the weight at position p of the block is not zero.
    func held(_ block: Range<Int>, of column: Int, _ zeros: Zeros) -> UInt32 {
        let first = column * depth + block.lowerBound
        let zero = zeroCode(block, of: column, zeros)
        var mask: UInt32 = 0
        for position in 0..<block.count where codes[first + position] != zero { mask |= 1 << UInt32(position) }
        return mask
    }
}
