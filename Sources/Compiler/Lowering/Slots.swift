import Arch

/// What a scratchpad range is used for inside one segment.
enum Role: Hashable {
    case activations, tables, tableScales, weights, scales, zeros, raw
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
        var bytes: Int
        var content: [Int]
    }
    private let capacity: Scratchpads
    private var used: [Space: Int] = [:]
    private var slots: [Role: [Slot]] = [:]
    private var lastUse: [Role: [Int]] = [:]
    private var time = 0
    static let alignment = 64

    init(capacity: Scratchpads) { self.capacity = capacity }

    /// The address of a copy of `role` for `content`, and whether it already holds it. The first call of a role allocates
    /// `copies` ranges of `bytes`; later calls may ask for less. Least recently used copies are replaced.
    mutating func slot(
        _ role: Role, content: [Int], bytes: Int, spaces: [Space], copies: Int
    ) throws(DoesNotFit) -> (address: LocalAddress, holds: Bool) {
        time += 1
        if slots[role] == nil { try allocate(role, bytes: bytes, spaces: spaces, copies: copies) }
        let list = slots[role] ?? []
        guard let first = list.first, first.bytes >= bytes else { throw DoesNotFit(space: spaces[0], bytes: bytes) }
        if let found = list.firstIndex(where: { $0.content == content }) {
            lastUse[role]?[found] = time
            return (list[found].address, true)
        }
        let uses = lastUse[role] ?? []
        let oldest = uses.indices.min { uses[$0] < uses[$1] } ?? 0
        lastUse[role]?[oldest] = time
        slots[role]?[oldest].content = content
        return (list[oldest].address, false)
    }

    private mutating func allocate(_ role: Role, bytes: Int, spaces: [Space], copies: Int) throws(DoesNotFit) {
        let size = (bytes + Self.alignment - 1) / Self.alignment * Self.alignment
        for space in spaces where used[space, default: 0] + size * copies <= capacity[space] {
            let base = used[space, default: 0]
            used[space] = base + size * copies
            slots[role] = (0..<copies).map {
                Slot(address: LocalAddress(space, base + $0 * size), bytes: size, content: [-1])
            }
            lastUse[role] = Array(repeating: 0, count: copies)
            return
        }
        throw DoesNotFit(space: spaces[0], bytes: size * copies)
    }
}
