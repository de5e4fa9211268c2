import Arch
import Sim

/// One row per fused segment: how long, how well used, how many bytes, and where the cycles of its main unit went.
struct LayerTable {
    private let report: RunReport
    private let utilisation: Utilisation
    private let unit: CycleUnit

    init(_ report: RunReport, _ utilisation: Utilisation) {
        self.report = report
        self.utilisation = utilisation
        unit = CycleUnit(for: report.timing.cycles)
    }

    /// A column of the explanation, and what it shows of a row.
    private typealias Explanation = (title: String, cycles: @Sendable (Timing.Row, CycleAccount) -> Int)

    private static let explanations: [Explanation] = [
        ("ideal", { $1.ideal }), ("ragged", { $1.raggedEdges }), ("fill", { $1.fillAndDrain }),
        ("epilog", { $1.epilogue }), ("outliers", { $1.outliers }),
        ("memory", { $1.memory }), ("depend", { $1.dependency }), ("front", { $1.frontEnd }), ("idle", { $1.drained }),
        ("tables", { row, _ in row[.vector].busy[.tablePrecompute] }),
    ]

    var text: String {
        let rows = report.timing.rows.filter { $0.cycles > 0 || $0.mainUnit != nil }
        let accounts = rows.map { row in row.mainUnit.map { CycleAccount(row[$0]) } }
        // Columns that are empty in every row only make the table wide.
        let used = Self.explanations.filter { column in
            zip(rows, accounts).contains { row, account in account.map { column.cycles(row, $0) != 0 } ?? false }
        }
        let bytes = ByteUnit(for: report.timing.memory.readBytes.total + report.timing.memory.writtenBytes.total)
        var table = TextTable(
            [
                .init("", "nodes", alignment: .left), .init("", "operations", alignment: .left),
                .init("time", "cycles"),
                .init("", "%"), .init("util", "%"), .init("read", bytes.name), .init("written", bytes.name),
                .init("", "unit", alignment: .left),
            ] + used.map { .init($0.title, unit.name) })
        for (row, account) in zip(rows, accounts) {
            let numbers = account.map { account in used.map { unit.text($0.cycles(row, account)) } } ?? []
            table.add(head(row, bytes) + [row.mainUnit?.name ?? "-"] + numbers)
        }
        table.addRule()
        let memory = report.timing.memory
        table.add([
            "total", "", Numbers.grouped(report.timing.cycles), "100.0", share(utilisation.share(of: report.timing)),
            bytes.text(memory.readBytes.total), bytes.text(memory.writtenBytes.total),
        ])
        return table.text
    }

    private func head(_ row: Timing.Row, _ bytes: ByteUnit) -> [String] {
        [
            report.label(row), Numbers.shortened(report.operations(row), to: 15), Numbers.grouped(row.cycles),
            Numbers.percent(Double(row.cycles), of: Double(report.timing.cycles)), share(utilisation.share(row)),
            bytes.text(row.memory.readBytes.total), bytes.text(row.memory.writtenBytes.total),
        ]
    }

    private func share(_ value: Double?) -> String { value.map { Numbers.percent($0, of: 1) } ?? "-" }
}

extension RunReport {
    func label(_ row: Timing.Row) -> String {
        switch row.place {
        case .start: return "(start)"
        case .end: return "(end)"
        case .segment(let index):
            guard let first = row.nodes.first else { return "segment \(index)" }
            let name = program.nodes[first].name
            return row.nodes.count == 1
                ? Numbers.shortened(name, to: 18) : Numbers.shortened(name, to: 15) + " +\(row.nodes.count - 1)"
        }
    }

    func operations(_ row: Timing.Row) -> String {
        row.nodes.map { program.nodes[$0].operation }.joined(separator: "+")
    }
}
