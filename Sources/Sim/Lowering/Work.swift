import Arch

/// What a simulator needs to know of an instruction.
struct Work {
    enum Duration {
        /// Cycles of occupancy and of latency after it, known beforehand.
        case fixed(occupancy: Int, latency: Int)
        /// As long as the memory interface takes.
        case transfer
    }
    var unit: Unit
    var waits: UnitSet
    var signals: UnitSet
    var row: Int
    var duration: Duration
    /// Starts only when the unit's earlier instructions have completed.
    var drainsUnit: Bool
}

extension Instruction.Body {
    /// An instruction may read what the one before wrote, and pipelines have no interlocks; only the latency of loads and
    /// stores, whose data do not meet inside the core, overlaps.
    var drainsUnit: Bool {
        switch self {
        case .load, .store: false
        case .gather, .fill, .mma, .lmma, .buildTables, .elementwise, .reduce: true
        }
    }
}

/// A program prepared for one machine: its instructions as work, and all that does not depend on when they run.
struct Workload {
    var works: [Work] = []
    var places: [Timing.Row.Place]
    /// Nodes of each row.
    var nodes: [[Int]]
    /// Bytes only; bursts are counted as they are submitted.
    var memory: [Timing.Traffics]
    /// By row and unit.
    var events: [[Tally<Event>]]
    var scratchpads: [Timing.ScratchpadTraffic]
    /// Busy cycles of the fixed durations.
    var fixedBusy: Ledger
    var parts = PartTable()

    init(rows: RowTable) {
        places = rows.places
        nodes = rows.nodes
        memory = Array(repeating: Timing.Traffics(), count: rows.places.count)
        events = Array(repeating: Array(repeating: Tally(), count: Unit.allCases.count), count: rows.places.count)
        scratchpads = Array(repeating: Timing.ScratchpadTraffic(), count: rows.places.count)
        fixedBusy = Ledger(rows: rows.places.count)
    }

    static let startRow = 0
    var endRow: Int { places.count - 1 }
}

/// The rows of the report: `(start)`, one for each segment in ascending order, `(end)`.
struct RowTable {
    private(set) var places: [Timing.Row.Place]
    private(set) var nodes: [[Int]]
    /// Row of every node.
    private(set) var rowOfNode: [Int]

    init(_ records: [NodeRecord]) {
        let segments = Set(records.map(\.segment)).sorted()
        let rows = Dictionary(uniqueKeysWithValues: zip(segments, 1...))
        places = [.start] + segments.map(Timing.Row.Place.segment) + [.end]
        nodes = Array(repeating: [], count: places.count)
        rowOfNode = records.map { rows[$0.segment] ?? 0 }
        for (node, row) in rowOfNode.enumerated() { nodes[row].append(node) }
    }
}

/// Sums named parts by unit; an engine has a handful of names, so a search in order is enough.
struct PartTable {
    private var parts: [[UnitTiming.Part]] = Array(repeating: [], count: Unit.allCases.count)

    mutating func add(_ part: UnitTiming.Part, unit: Unit) {
        guard part.cycles != 0 else { return }
        let row = Int(unit.rawValue)
        for index in parts[row].indices where parts[row][index].term == part.term && parts[row][index].name == part.name
        {
            parts[row][index].cycles += part.cycles
            return
        }
        parts[row].append(part)
    }

    var all: [Timing.NamedPart] {
        Unit.allCases.flatMap { unit in
            parts[Int(unit.rawValue)].map { Timing.NamedPart(unit: unit, part: $0) }
        }
    }
}
