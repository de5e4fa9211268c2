/// The axis of a tensor that is longer than the valid length, and what its padding holds.
struct PaddedAxis: Hashable {
    enum Content: Hashable {
        /// Whatever the memory held before, and what became of it.
        case anything
        /// -infinity, in the last axis.
        case masked
        /// Zero: +0 or the code of 0.
        case zero
    }
    var axis: Int
    var content: Content

    func holding(_ content: Content) -> PaddedAxis { PaddedAxis(axis: axis, content: content) }
    func moved(to axis: Int) -> PaddedAxis { PaddedAxis(axis: axis, content: content) }
}

/// A size or position on a line: its values for the shortest and for the longest length.
struct Line: Hashable {
    var shortest: Int
    var longest: Int
    var isConstant: Bool { shortest == longest }
}
