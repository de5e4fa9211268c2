import Arch
import Diagnostics

/// Where a simulator books each cycle of each unit: flat counters by row, unit and reason.
struct Ledger: Equatable {
    private static let reasons = BusyTerm.allCases.count + StallCause.allCases.count
    private static let units = Unit.allCases.count
    private var counts: [Int]

    init(rows: Int) { counts = [Int](repeating: 0, count: rows * Self.units * Self.reasons) }

    private func base(_ row: Int, _ unit: Unit) -> Int { (row * Self.units + Int(unit.rawValue)) * Self.reasons }

    mutating func charge(_ term: BusyTerm, _ cycles: Int, unit: Unit, row: Int) {
        counts[base(row, unit) + Int(term.rawValue)] += cycles
    }

    mutating func charge(_ cause: StallCause, _ cycles: Int, unit: Unit, row: Int) {
        counts[base(row, unit) + BusyTerm.allCases.count + Int(cause.rawValue)] += cycles
    }

    func cycles(of unit: Unit, row: Int) -> Timing.UnitCycles {
        var result = Timing.UnitCycles()
        let base = base(row, unit)
        for term in BusyTerm.allCases { result.busy[term] = counts[base + Int(term.rawValue)] }
        for cause in StallCause.allCases {
            result.stalls[cause] = counts[base + BusyTerm.allCases.count + Int(cause.rawValue)]
        }
        return result
    }
}
