import Arch

/// What a scratchpad range is used for inside one segment.
enum Role: Hashable {
    case activations, tables, tableScales, weights, positions, blockCounts, outliers, scales, zeros, raw
    case accumulators
    /// A tensor loaded for the vector unit.
    case operand(String)
    /// A value computed for later vector instructions of the tile.
    case temporary(Int)
    /// A value that leaves the core.
    case output(String)
}

/// The tile does not fit into the scratchpads; the planner tries a smaller one.
struct DoesNotFit: Error {
    var space: Space
    var bytes: Int
}

/// Scratchpad ranges of one segment. Each role has one or more copies that are used in turn (double buffering), and
/// remembers what each copy holds, so that a tile that is still there is not loaded again.
struct Slots {
    private struct Slot {
        var address: LocalAddress
        var content: [Int]
        var lastUse: Int
    }
    private struct Entry {
        var role: Role
        var bytes: Int
        var slots: [Slot]
    }
    private let capacity: Scratchpads
    private var used = Array(repeating: 0, count: Space.allCases.count)
    /// A segment has a dozen roles: looking along a list is faster than hashing.
    private var entries: [Entry] = []
    private var time = 0
    static let alignment = 64

    init(capacity: Scratchpads) { self.capacity = capacity }

    /// The address of a copy of `role` for `content`, and whether it already holds it. The first call of a role allocates
    /// `copies` ranges of `bytes`; later calls may ask for less. Least recently used copies are replaced.
    mutating func slot(
        _ role: Role, content: [Int], bytes: Int, spaces: [Space], copies: Int
    ) throws(DoesNotFit) -> (address: LocalAddress, holds: Bool) {
        time += 1
        let index: Int
        if let found = entries.firstIndex(where: { $0.role == role }) {
            index = found
        } else {
            index = entries.count
            entries.append(try allocate(role, bytes: bytes, spaces: spaces, copies: copies))
        }
        guard entries[index].bytes >= bytes else { throw DoesNotFit(space: spaces[0], bytes: bytes) }
        var oldest = 0
        for copy in entries[index].slots.indices {
            if entries[index].slots[copy].content == content {
                entries[index].slots[copy].lastUse = time
                return (entries[index].slots[copy].address, true)
            }
            if entries[index].slots[copy].lastUse < entries[index].slots[oldest].lastUse { oldest = copy }
        }
        entries[index].slots[oldest].lastUse = time
        entries[index].slots[oldest].content = content
        return (entries[index].slots[oldest].address, false)
    }

    private mutating func allocate(_ role: Role, bytes: Int, spaces: [Space], copies: Int) throws(DoesNotFit) -> Entry {
        let size = (bytes + Self.alignment - 1) / Self.alignment * Self.alignment
        for space in spaces where used[Int(space.rawValue)] + size * copies <= capacity[space] {
            let base = used[Int(space.rawValue)]
            used[Int(space.rawValue)] += size * copies
            let slots = (0..<copies).map { Slot(address: LocalAddress(space, base + $0 * size), content: [-1], lastUse: 0) }
            return Entry(role: role, bytes: size, slots: slots)
        }
        throw DoesNotFit(space: spaces[0], bytes: size * copies)
    }
}
