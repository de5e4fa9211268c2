import Arch
import Sim

extension RunReport {
    /// The whole report for a terminal of 150 columns.
    public var text: String {
        var parts = [title, layerTable, legend, totals, unitTable, trafficTable, namedParts]
        if let accuracy { parts.append(accuracy.text) }
        if let check { parts.append(check.text) }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var title: String {
        let engines = target.engines.map { "\($0.kind) \($0.summary)" }.joined(separator: "; ")
        return "\(program.graph) on \(target.machine.name): \(engines)\n"
    }

    private static let legend = """
        unit: whose cycles the columns from ideal to idle explain, in this row. memory: waiting for load or store. depend: waiting \
        for vector,
        engine or its own pipeline. front: waiting for instructions. tables: cycles of the vector unit that build lookup tables.
        util: share of the row's cycles that its products need at the engine's peak for their weight width.

        """
    private var legend: String { Self.legend }

    private var totals: String {
        let utilisation = Utilisation(program: program, target: target)
        let memory = timing.memory
        let share = utilisation.share(of: timing).map { Numbers.percent($0, of: 1) + " %" } ?? "-"
        return """
            total: \(Numbers.grouped(timing.cycles)) cycles of \(timing.clockPeriod) ps = \(Numbers.time(timing.seconds)); \
            \(Numbers.grouped(utilisation.macs)) MACs; utilisation \(share); \
            DRAM read \(Numbers.grouped(memory.readBytes.total)) B, written \(Numbers.grouped(memory.writtenBytes.total)) B

            """
    }

    private var layerTable: String {
        var table = TextTable([
            .init("", "nodes", alignment: .left), .init("", "operations", alignment: .left), .init("time", "cycles"),
            .init("", "%"), .init("util", "%"), .init("read", "kB"), .init("written", "kB"),
            .init("", "unit", alignment: .left), .init("ideal", "cycles"), .init("ragged", "cycles"),
            .init("fill", "cycles"), .init("epilog", "cycles"), .init("memory", "cycles"), .init("depend", "cycles"),
            .init("front", "cycles"), .init("idle", "cycles"), .init("tables", "cycles"),
        ])
        let utilisation = Utilisation(program: program, target: target)
        for row in timing.rows where row.cycles > 0 || row.mainUnit != nil {
            table.add(cells(row, utilisation))
        }
        table.addRule()
        let memory = timing.memory
        table.add([
            "total", "", Numbers.grouped(timing.cycles), "100.0",
            utilisation.share(of: timing).map { Numbers.percent($0, of: 1) } ?? "-",
            Numbers.kilobytes(memory.readBytes.total), Numbers.kilobytes(memory.writtenBytes.total),
        ])
        return table.text
    }

    private func cells(_ row: Timing.Row, _ utilisation: Utilisation) -> [String] {
        let first = [
            Numbers.shortened(label(row), to: 24), Numbers.shortened(operations(row), to: 20), Numbers.grouped(row.cycles),
            Numbers.percent(Double(row.cycles), of: Double(timing.cycles)),
            utilisation.share(row).map { Numbers.percent($0, of: 1) } ?? "-",
            Numbers.kilobytes(row.memory.readBytes.total), Numbers.kilobytes(row.memory.writtenBytes.total),
        ]
        guard let unit = row.mainUnit else { return first + ["-"] }
        let account = CycleAccount(row[unit])
        let tables = row[.vector].busy[.tablePrecompute]
        let numbers = [
            account.ideal, account.raggedEdges, account.fillAndDrain, account.epilogue, account.memory,
            account.dependency, account.frontEnd, account.drained, tables,
        ]
        return first + [unit.name] + numbers.map(Numbers.count)
    }

    func label(_ row: Timing.Row) -> String {
        switch row.place {
        case .start: return "(start)"
        case .end: return "(end)"
        case .segment(let index):
            guard let first = row.nodes.first else { return "segment \(index)" }
            let name = program.nodes[first].name
            return row.nodes.count == 1 ? name : Numbers.shortened(name, to: 20) + " +\(row.nodes.count - 1)"
        }
    }

    func operations(_ row: Timing.Row) -> String {
        row.nodes.map { program.nodes[$0].operation }.joined(separator: "+")
    }

    private var unitTable: String {
        let accounts = Unit.allCases.filter { unit in
            unit.engineIndex.map { target.engines.indices.contains($0) } ?? true
        }.map { (unit: $0, cycles: timing[$0]) }
        let terms = BusyTerm.allCases.filter { term in accounts.contains { $0.cycles.busy[term] > 0 } }
        let causes = StallCause.allCases.filter { cause in accounts.contains { $0.cycles.stalls[cause] > 0 } }
        var table = TextTable(
            [.init("", "unit", alignment: .left), .init("busy", "%")]
                + terms.map { .init(Self.split($0.name).0, Self.split($0.name).1, "cycles") }
                + causes.map { .init(Self.split($0.name).0, Self.split($0.name).1, "cycles") } + [.init("sum", "cycles")])
        for (unit, cycles) in accounts {
            let busy = Numbers.percent(Double(cycles.busy.total), of: Double(timing.cycles))
            let numbers = terms.map { cycles.busy[$0] } + causes.map { cycles.stalls[$0] }
            table.add([unit.name, busy] + numbers.map(Numbers.count) + [Numbers.grouped(cycles.total)])
        }
        return table.text
    }

    /// A name of two words over two header lines.
    private static func split(_ name: String) -> (String, String) {
        let words = name.split(separator: " ", maxSplits: 1).map(String.init)
        return words.count == 2 ? (words[0], words[1]) : ("", name)
    }

    private var trafficTable: String {
        var table = TextTable([.init("DRAM traffic", alignment: .left), .init("read B"), .init("written B")])
        let memory = timing.memory
        for kind in Traffic.allCases where memory.readBytes[kind] + memory.writtenBytes[kind] > 0 {
            table.add([kind.name, Numbers.count(memory.readBytes[kind]), Numbers.count(memory.writtenBytes[kind])])
        }
        let burst = target.machine.memory.burstBytes
        table.add([
            "bursts x \(burst) B", Numbers.count(memory.readBursts * burst), Numbers.count(memory.writtenBursts * burst),
        ])
        return table.text
    }

    private var namedParts: String {
        var table = TextTable([
            .init("busy cycles of", alignment: .left), .init("term", alignment: .left),
            .init("which are", alignment: .left), .init("cycles"),
        ])
        for part in timing.parts where part.part.cycles > 0 {
            table.add([part.unit.name, part.part.term.name, part.part.name, Numbers.grouped(part.part.cycles)])
        }
        return table.text
    }
}

extension Unit {
    /// Which engine of the machine this unit is.
    var engineIndex: Int? {
        switch self {
        case .load, .store, .vector: nil
        case .engine0: 0
        case .engine1: 1
        }
    }
}
