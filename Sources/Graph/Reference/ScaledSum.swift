/// From the exact sums of the segments to f32: the rules "product, f32" of `docs/numerics.md`.
struct ScaledSum {
    var left: LineScales
    var right: LineScales

    var isGrouped: Bool { left.isGrouped || right.isGrouped }

    /// Nothing grouped along K: f32(f32(S) * f32(row scale * column scale)). Without scales the factor is 1, which is exact.
    @inline(__always)
    func ungrouped(_ sum: Float, leftLine: Int, rightLine: Int) -> Float {
        let scale = left.value(line: leftLine, segment: 0) * right.value(line: rightLine, segment: 0)
        return sum * scale
    }

    /// Factor of one segment: the grouped scale, or the product when both are grouped.
    @inline(__always)
    func segmentScale(_ segment: Int, leftLine: Int, rightLine: Int) -> Float {
        switch (left.isGrouped, right.isGrouped) {
        case (true, true):
            return right.value(line: rightLine, segment: segment) * left.value(line: leftLine, segment: segment)
        case (true, false): return left.value(line: leftLine, segment: segment)
        default: return right.value(line: rightLine, segment: segment)
        }
    }

    /// After the last segment: times the scale that is not grouped, if there is one.
    @inline(__always)
    func finished(_ accumulated: Float, leftLine: Int, rightLine: Int) -> Float {
        switch (left.isGrouped, right.isGrouped) {
        case (true, false) where !right.isAbsent: accumulated * right.value(line: rightLine, segment: 0)
        case (false, true) where !left.isAbsent: accumulated * left.value(line: leftLine, segment: 0)
        default: accumulated
        }
    }
}
