/// First-fit allocation of DRAM. Freed ranges merge with their neighbours, so a program's footprint is its peak, not its sum.
struct DRAMMap {
    static let alignment = 64
    private var free: [Range<Int>] = [0..<(1 << 40)]
    /// One past the highest byte ever used.
    private(set) var footprint = 0

    mutating func allocate(_ bytes: Int) -> Int {
        let size = max(1, (bytes + Self.alignment - 1) / Self.alignment) * Self.alignment
        guard let index = free.firstIndex(where: { $0.count >= size }) else {
            // No range is left: the footprint says so, and compiling ends with a diagnostic.
            defer { footprint += size }
            return footprint
        }
        let start = free[index].lowerBound
        if free[index].count == size {
            free.remove(at: index)
        } else {
            free[index] = (start + size)..<free[index].upperBound
        }
        footprint = max(footprint, start + size)
        return start
    }

    /// A range that nothing has used before: constants are there before the program starts, so no value made earlier
    /// in the program may have stood in their place.
    mutating func allocateFresh(_ bytes: Int) -> Int {
        let size = max(1, (bytes + Self.alignment - 1) / Self.alignment) * Self.alignment
        let start = footprint
        footprint += size
        // The last free range has no end, and everything past the footprint belongs to it.
        if let last = free.popLast() {
            if last.lowerBound < start { free.append(last.lowerBound..<start) }
            free.append(footprint..<last.upperBound)
        }
        return start
    }

    mutating func release(_ address: Int, bytes: Int) {
        let size = max(1, (bytes + Self.alignment - 1) / Self.alignment) * Self.alignment
        var range = address..<(address + size)
        let index = free.firstIndex { $0.lowerBound > address } ?? free.endIndex
        free.insert(range, at: index)
        if index + 1 < free.endIndex, free[index + 1].lowerBound == range.upperBound {
            range = range.lowerBound..<free[index + 1].upperBound
            free[index] = range
            free.remove(at: index + 1)
        }
        if index > 0, free[index - 1].upperBound == range.lowerBound {
            free[index - 1] = free[index - 1].lowerBound..<range.upperBound
            free.remove(at: index)
        }
    }
}
