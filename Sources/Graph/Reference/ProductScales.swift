/// K cut into the segments over which every scale is constant.
struct Segments {
    /// Consecutive ranges of K for each task.
    var byTask: [[Range<Int>]]
    var most: Int

    /// - Parameter cuts: for each task the positions (not 0) where a group of either operand begins.
    init(depth: Int, cuts: [Set<Int>]) {
        byTask = cuts.map { cuts in
            let starts = [0] + cuts.sorted()
            return zip(starts, starts.dropFirst() + [depth]).map { $0..<$1 }
        }
        most = byTask.map(\.count).max() ?? 1
    }
}

/// The scales of one operand by line and segment.
struct LineScales {
    /// One entry; or one per line; or, when grouped, `stride` per line.
    var values: [Float]
    /// The scale changes along K.
    var isGrouped: Bool
    var stride: Int
    /// The encoding has no scale: a factor of one.
    var isAbsent: Bool

    static let absent = LineScales(values: [1], isGrouped: false, stride: 1, isAbsent: true)

    func value(line: Int, segment: Int) -> Float {
        if values.count == 1 { return values[0] }
        return isGrouped ? values[line * stride + segment] : values[line]
    }
}

/// A scale and the way from (task, line of the task, k) to an element of the tensor, `nil` for padding.
struct ScaledOperand {
    var scale: SharedParameter<Float>?
    /// Number of different lines: tasks x lines, or all lines of the right operand.
    var lineCount: Int
    var linesPerTask: Int
    /// For each task the positions where the scale changes along K.
    var cuts: [Set<Int>]
    var element: (_ line: Int, _ k: Int) -> Int?

    var isGrouped: Bool { cuts.contains { !$0.isEmpty } }

    func scales(_ segments: Segments) -> LineScales {
        guard let scale else { return .absent }
        if scale.isUniform { return LineScales(values: scale.values, isGrouped: false, stride: 1, isAbsent: false) }
        let grouped = isGrouped
        let stride = grouped ? segments.most : 1
        var values: [Float] = []
        values.reserveCapacity(lineCount * stride)
        for line in 0..<lineCount {
            let ranges = segments.byTask[min(line / max(1, linesPerTask), segments.byTask.count - 1)]
            let whole = [0..<(ranges.last?.upperBound ?? 0)]
            let own = (grouped ? ranges : whole).map { range in
                // A segment that lies in the padding sums to zero, whatever its scale.
                range.lazy.compactMap { k in self.element(line, k) }.first.map { scale[element: $0] } ?? 1
            }
            values += own + Array(repeating: 1, count: stride - own.count)
        }
        return LineScales(values: values, isGrouped: grouped, stride: stride, isAbsent: false)
    }
}

/// The positions (not 0) of `0..<depth` where `key` differs from the position before.
func changes(depth: Int, _ key: (Int) -> Int) -> Set<Int> {
    guard depth > 1 else { return [] }
    return Set((1..<depth).filter { key($0) != key($0 - 1) })
}
