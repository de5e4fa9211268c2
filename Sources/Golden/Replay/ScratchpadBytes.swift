import Arch

/// Bytes of a scratchpad.
struct ScratchpadBytes {
    var space: Space
    var bytes: Range<Int>

    func overlaps(_ other: ScratchpadBytes) -> Bool { space == other.space && bytes.overlaps(other.bytes) }

    /// Whether none of some bytes is there twice, or among others.
    static func areApart(_ some: [ScratchpadBytes], from others: [ScratchpadBytes]) -> Bool {
        some.indices.allSatisfy { index in
            !some[..<index].contains(where: some[index].overlaps) && !others.contains(where: some[index].overlaps)
        }
    }

    /// The same bytes, none twice.
    static func merged(_ all: [ScratchpadBytes]) -> [ScratchpadBytes] {
        var result: [ScratchpadBytes] = []
        for item in all.sorted(by: { ($0.space.rawValue, $0.bytes.lowerBound) < ($1.space.rawValue, $1.bytes.lowerBound) }) {
            if let last = result.last, last.space == item.space, item.bytes.lowerBound <= last.bytes.upperBound {
                result[result.count - 1].bytes = last.bytes.lowerBound..<max(last.bytes.upperBound, item.bytes.upperBound)
            } else {
                result.append(item)
            }
        }
        return result
    }
}
