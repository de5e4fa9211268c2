import Sim

/// The layers of a graph and their cycles on each machine.
///
/// Machines fuse nodes differently. A row is the smallest set of nodes that no machine cuts through: nodes are joined when
/// any machine compiles them together, so a machine's rows sum to its cycles.
struct ComparedLayers {
    struct Row {
        /// The graph's nodes in order; nodes that a compiler added only where there are no others.
        var nodes: [String]
        /// By machine; `nil` where it has none of these nodes.
        var cycles: [Int?]
    }

    private(set) var rows: [Row] = []
    private var classes = NameClasses()
    private var ranks: [String: Rank] = [:]
    private let reports: [RunReport]
    private let order: [String: Int]

    init(_ comparison: MachineComparison) {
        reports = comparison.runs.map(\.report)
        order = Dictionary(
            comparison.nodes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        for report in reports { join(report) }
        let middle = middleRows()
        rows = edge(.start, "(start)") + middle + edge(.end, "(end)")
    }

    /// Place of a node in the graph; of one that a compiler added, behind the node before it in the program.
    private struct Rank: Comparable {
        var index: Int
        var isAdded: Bool
        static func < (a: Rank, b: Rank) -> Bool { (a.index, a.isAdded ? 1 : 0) < (b.index, b.isAdded ? 1 : 0) }
    }

    private mutating func join(_ report: RunReport) {
        var last = -1
        for row in report.timing.rows {
            let names = row.nodes.map { report.program.nodes[$0].name }
            for name in names {
                if let index = order[name] {
                    ranks[name] = Rank(index: index, isAdded: false)
                    last = index
                } else if ranks[name] == nil {
                    ranks[name] = Rank(index: last, isAdded: true)
                }
                classes.join(names[0], name)
            }
        }
    }

    private func middleRows() -> [Row] {
        var members: [String: [String]] = [:]
        for name in ranks.keys { members[classes.root(name), default: []].append(name) }
        let cycles = reports.map(cyclesByClass)
        let ranked = members.map { root, names -> (rank: Rank, name: String, row: Row) in
            let sorted = names.sorted { (rank($0), $0) < (rank($1), $1) }
            let own = sorted.filter { order[$0] != nil }
            let shown = own.isEmpty ? sorted : own
            return (rank(shown[0]), shown[0], Row(nodes: shown, cycles: cycles.map { $0[root] }))
        }
        return ranked.sorted { ($0.rank, $0.name) < ($1.rank, $1.name) }.map(\.row)
    }

    private func rank(_ name: String) -> Rank { ranks[name] ?? Rank(index: order.count, isAdded: true) }

    private func cyclesByClass(_ report: RunReport) -> [String: Int] {
        var cycles: [String: Int] = [:]
        for row in report.timing.rows {
            guard case .segment = row.place, let first = row.nodes.first else { continue }
            cycles[classes.root(report.program.nodes[first].name), default: 0] += row.cycles
        }
        return cycles
    }

    private func edge(_ place: Timing.Row.Place, _ name: String) -> [Row] {
        let cycles = reports.map { report in report.timing.rows.first { $0.place == place }?.cycles ?? 0 }
        return cycles.allSatisfy { $0 == 0 } ? [] : [Row(nodes: [name], cycles: cycles)]
    }
}

/// Disjoint sets of names (union-find with path halving).
struct NameClasses {
    private var indices: [String: Int] = [:]
    private var names: [String] = []
    private var parents: [Int] = []

    mutating func join(_ a: String, _ b: String) {
        let (x, y) = (find(index(a)), find(index(b)))
        if x != y { parents[max(x, y)] = min(x, y) }
    }

    /// The name that stands for the set; a name that was never joined stands for itself.
    func root(_ name: String) -> String {
        guard var index = indices[name] else { return name }
        while parents[index] != index { index = parents[index] }
        return names[index]
    }

    private mutating func index(_ name: String) -> Int {
        if let index = indices[name] { return index }
        indices[name] = names.count
        names.append(name)
        parents.append(parents.count)
        return parents.count - 1
    }

    private mutating func find(_ start: Int) -> Int {
        var index = start
        while parents[index] != index {
            parents[index] = parents[parents[index]]
            index = parents[index]
        }
        return index
    }
}
