/// First-fit allocation of one memory. Freed ranges merge with their neighbours, so a program's footprint is its peak, not its sum.
struct MemoryMap {
    static let alignment = 64
    private var free: [Range<Int>]
    /// One past the highest byte ever used.
    private(set) var footprint = 0

    init(bytes: Int) { free = bytes > 0 ? [0..<bytes] : [] }

    /// Bytes of the largest range that is left.
    var largestFree: Int { free.map(\.count).max() ?? 0 }

    /// For a memory that is not limited here: when no range is left the footprint says so, and compiling ends with a
    /// diagnostic.
    mutating func allocate(_ bytes: Int) -> Int {
        if let address = allocateIfFree(bytes) { return address }
        defer { footprint += Self.size(bytes) }
        return footprint
    }

    private static func size(_ bytes: Int) -> Int { max(1, (bytes + alignment - 1) / alignment) * alignment }

    /// `nil` when no range is long enough.
    mutating func allocateIfFree(_ bytes: Int) -> Int? {
        let size = Self.size(bytes)
        guard let index = free.firstIndex(where: { $0.count >= size }) else { return nil }
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
        let size = Self.size(bytes)
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
        let size = Self.size(bytes)
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
