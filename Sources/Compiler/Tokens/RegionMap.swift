import Arch

/// For every byte of one memory: the last instruction that wrote it and, for each unit, the last that read it since.
/// Kept as disjoint intervals in ascending order.
struct RegionMap {
    struct Users {
        /// Index of the last writer, -1 for none.
        var writer: Int32 = -1
        /// Last reader of each unit since that write, -1 for none.
        var readers = SIMD8<Int32>(repeating: -1)
    }
    private struct Region {
        var lower: Int
        var upper: Int
        var users: Users
    }
    private var regions: [Region] = []

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

    /// Calls `visit` with the users of every region that overlaps the range.
    func forEach(in range: Range<Int>, _ visit: (Users) -> Void) {
        var index = firstIndex(after: range.lowerBound)
        while index < regions.count, regions[index].lower < range.upperBound {
            visit(regions[index].users)
            index += 1
        }
    }

    mutating func write(_ range: Range<Int>, by instruction: Int) {
        let (first, last) = split(range)
        let region = Region(
            lower: range.lowerBound, upper: range.upperBound, users: Users(writer: Int32(instruction)))
        if last - first == 1 {
            regions[first] = region
        } else {
            regions.replaceSubrange(first..<last, with: CollectionOfOne(region))
        }
    }

    mutating func read(_ range: Range<Int>, by instruction: Int, unit: Unit) {
        let (first, last) = split(range)
        var cursor = range.lowerBound
        var index = first
        var end = last
        while index < end || cursor < range.upperBound {
            if index < end, regions[index].lower == cursor {
                regions[index].users.readers[Int(unit.rawValue)] = Int32(instruction)
                cursor = regions[index].upper
            } else {
                let upper = index < end ? regions[index].lower : range.upperBound
                var users = Users()
                users.readers[Int(unit.rawValue)] = Int32(instruction)
                regions.insert(Region(lower: cursor, upper: upper, users: users), at: index)
                end += 1
                cursor = upper
            }
            index += 1
        }
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
