/// Who used the bytes of one memory last: leaves of a few intervals each, in ascending order, so that cutting an interval
/// moves a few others only, however many a program makes.
struct RegionMap {
    private var leaves = [RegionLeaf()]
    private static let leafSize = 64

    /// Books a write. Returns the instructions that wrote or read these bytes before.
    mutating func write(_ range: Range<Int>, by instruction: Int32, unit: Int) -> UnitClock {
        share(range) { leaf, part in leaf.write(part, by: instruction, unit: unit) }
    }

    /// Books a read. Returns the instructions that wrote these bytes before.
    mutating func read(_ range: Range<Int>, by instruction: Int32, unit: Int) -> UnitClock {
        share(range) { leaf, part in leaf.read(part, by: instruction, unit: unit) }
    }

    /// Gives every leaf its part of a range: from the end of the leaf before it to its own, the last one the rest.
    private mutating func share(
        _ range: Range<Int>, _ body: (inout RegionLeaf, Range<Int>) -> UnitClock
    ) -> UnitClock {
        var users = UnitClock.none
        var index = firstIndex(after: range.lowerBound)
        var lower = range.lowerBound
        while lower < range.upperBound {
            let isLast = index + 1 == leaves.count || leaves[index + 1].lower >= range.upperBound
            let upper = isLast ? range.upperBound : leaves[index].upper
            users = users.later(body(&leaves[index], lower..<upper))
            lower = upper
            if leaves[index].count > Self.leafSize {
                leaves.insert(leaves[index].halve(), at: index + 1)
                index += 1
            }
            index += 1
        }
        return users
    }

    /// Index of the first leaf that ends after `lower`, or of the last one.
    private func firstIndex(after lower: Int) -> Int {
        var low = 0
        var high = leaves.count - 1
        while low < high {
            let middle = (low + high) / 2
            if leaves[middle].upper <= lower { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
