import Arch

/// For each unit the index of one of its instructions, -1 for none.
typealias UnitClock = SIMD8<Int32>

extension UnitClock {
    static let none = UnitClock(repeating: -1)

    /// The later instruction of each unit.
    func later(_ other: UnitClock) -> UnitClock { replacing(with: other, where: other .> self) }
}

/// For every byte of a part of one memory: the last instruction that wrote it and, for each unit, the last that read it
/// since. Kept as disjoint intervals in ascending order; `RegionMap` keeps them few.
struct RegionLeaf {
    private struct Region {
        var lower: Int
        var upper: Int
        /// The last writer in the lane of its unit.
        var writer = UnitClock.none
        /// Last reader of each unit since that write.
        var readers = UnitClock.none
    }
    private var regions: [Region] = []

    var count: Int { regions.count }
    var lower: Int { regions.first?.lower ?? 0 }
    var upper: Int { regions.last?.upper ?? 0 }

    /// Gives up the upper half.
    mutating func halve() -> RegionLeaf {
        var other = RegionLeaf()
        other.regions = Array(regions[(regions.count / 2)...])
        regions.removeSubrange((regions.count / 2)...)
        return other
    }

    /// Index of the first region that ends after `lower`.
    private func firstIndex(after lower: Int) -> Int {
        var low = 0
        var high = regions.count
        while low < high {
            let middle = (low + high) / 2
            if regions[middle].upper <= lower { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Books a write. Returns the instructions that wrote or read these bytes before.
    mutating func write(_ range: Range<Int>, by instruction: Int32, unit: Int) -> UnitClock {
        let (first, last) = split(range)
        var users = UnitClock.none
        for index in first..<last { users = users.later(regions[index].writer).later(regions[index].readers) }
        var region = Region(lower: range.lowerBound, upper: range.upperBound)
        region.writer[unit] = instruction
        if last - first == 1 {
            regions[first] = region
        } else {
            regions.replaceSubrange(first..<last, with: CollectionOfOne(region))
        }
        return users
    }

    /// Books a read. Returns the instructions that wrote these bytes before.
    mutating func read(_ range: Range<Int>, by instruction: Int32, unit: Int) -> UnitClock {
        let (first, last) = split(range)
        var users = UnitClock.none
        var cursor = range.lowerBound
        var index = first
        var end = last
        while cursor < range.upperBound {
            if index < end, regions[index].lower == cursor {
                users = users.later(regions[index].writer)
            } else {
                let upper = index < end ? regions[index].lower : range.upperBound
                regions.insert(Region(lower: cursor, upper: upper), at: index)
                end += 1
            }
            regions[index].readers[unit] = instruction
            cursor = regions[index].upper
            index += 1
        }
        return users
    }

    /// Cuts regions at the ends of the range; returns the indices of those inside.
    private mutating func split(_ range: Range<Int>) -> (Int, Int) {
        var first = firstIndex(after: range.lowerBound)
        if first < regions.count, regions[first].lower < range.lowerBound {
            cut(first, at: range.lowerBound)
            first += 1
        }
        var last = first
        while last < regions.count, regions[last].lower < range.upperBound {
            if regions[last].upper > range.upperBound { cut(last, at: range.upperBound) }
            last += 1
        }
        return (first, last)
    }

    private mutating func cut(_ index: Int, at address: Int) {
        var tail = regions[index]
        tail.lower = address
        regions[index].upper = address
        regions.insert(tail, at: index + 1)
    }
}
