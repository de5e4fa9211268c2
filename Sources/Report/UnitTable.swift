import Arch
import Sim

/// One column per unit of the core: its busy terms and stall causes, which sum to the run's cycles.
struct UnitTable {
    private let report: RunReport

    init(_ report: RunReport) { self.report = report }

    var text: String {
        let timing = report.timing
        let accounts = report.units.map { timing[$0] }
        var table = TextTable(
            [.init("cycles of", alignment: .left)] + report.units.map { .init(report.engineName($0)) })
        for term in BusyTerm.allCases where accounts.contains(where: { $0.busy[term] > 0 }) {
            table.add(["busy: " + term.name] + accounts.map { Numbers.count($0.busy[term]) })
        }
        for cause in StallCause.allCases where accounts.contains(where: { $0.stalls[cause] > 0 }) {
            table.add(["stall: " + cause.name] + accounts.map { Numbers.count($0.stalls[cause]) })
        }
        table.addRule()
        table.add(["sum"] + accounts.map { Numbers.count($0.total) })
        table.add(["busy %"] + accounts.map { Numbers.percent(Double($0.busy.total), of: Double(timing.cycles)) })
        return table.text
    }
}

extension RunReport {
    /// A unit's name, with the kind of an engine.
    func engineName(_ unit: Unit) -> String {
        switch unit {
        case .load, .store, .vector: unit.name
        case .engine0: "\(unit.name) \(target.engines[0].kind)"
        case .engine1: "\(unit.name) \(target.engines[1].kind)"
        }
    }

    /// The units that this machine has.
    var units: [Unit] {
        Unit.allCases.filter { unit in
            switch unit {
            case .load, .store, .vector: true
            case .engine0: !target.engines.isEmpty
            case .engine1: target.engines.count > 1
            }
        }
    }
}
