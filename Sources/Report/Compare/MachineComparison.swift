import Arch
import Diagnostics
import Sim

/// One graph on several machines, side by side: facts only, no formatting.
public struct MachineComparison: Sendable {
    public struct Entry: Sendable {
        /// What the machine is called here: its name, or the file when two have the same name.
        public var machine: String
        public var outcome: Outcome

        public init(machine: String, outcome: Outcome) {
            self.machine = machine
            self.outcome = outcome
        }
    }

    public enum Outcome: Sendable {
        case ran(RunReport)
        /// The machine cannot run the graph, and why.
        case refused(Diagnostics)
    }

    public var graph: String
    /// Names of the graph's nodes as it was read, in order.
    public var nodes: [String]
    public var entries: [Entry]

    public init(graph: String, nodes: [String], entries: [Entry]) {
        self.graph = graph
        self.nodes = nodes
        self.entries = entries
    }

    /// The machines that ran the graph, in order.
    public var runs: [Run] {
        let reports = entries.compactMap { entry -> (String, RunReport)? in
            if case .ran(let report) = entry.outcome { (entry.machine, report) } else { nil }
        }
        let first = reports.first?.1.timing.seconds ?? 0
        return reports.map { machine, report in
            Run(machine: machine, report: report, ratio: first > 0 ? report.timing.seconds / first : 1)
        }
    }

    public struct Run: Sendable {
        public var machine: String
        public var report: RunReport
        /// Its time over that of the first machine that ran; below 1 it is faster.
        public var ratio: Double

        var utilisation: Double? { Utilisation(program: report.program, target: report.target).share(of: report.timing) }
        var macs: Int { Utilisation(program: report.program, target: report.target).macs }
    }

    /// What the other machines said, in order.
    public var refusals: [(machine: String, reasons: Diagnostics)] {
        entries.compactMap { entry in
            if case .refused(let reasons) = entry.outcome { (entry.machine, reasons) } else { nil }
        }
    }

    /// Where the costs of each machine come from.
    public var explanation: String {
        runs.map { "\($0.machine): \($0.report.explanation)\($0.report.datapathPower?.explanation ?? "")" }.joined(separator: "\n")
    }

    /// A comparison with the reference found a difference: in bits, or in the number of right answers.
    public var hasDifference: Bool { runs.contains { $0.report.hasDifference } }
}

extension RunReport {
    /// A comparison with the reference found a difference: in bits, or in the number of right answers.
    public var hasDifference: Bool {
        if check?.difference != nil { return true }
        guard let accuracy, let reference = accuracy.referenceCorrect else { return false }
        return reference != accuracy.correct
    }
}

/// The greatest stall of the unit that a run is about (`Timing.mainUnit`), waiting for work at the end left out.
struct DominantStall: Hashable {
    var unit: Unit
    var cause: StallCause
    var cycles: Int

    /// `nil` when that unit never stalls.
    init?(_ timing: Timing) {
        guard let unit = timing.mainUnit else { return nil }
        let stalls = timing[unit].stalls
        let causes = StallCause.allCases.filter { $0 != .drained && stalls[$0] > 0 }
        // The first of equals: `max` would take the last.
        guard let cause = causes.reversed().max(by: { stalls[$0] < stalls[$1] }) else { return nil }
        self.unit = unit
        self.cause = cause
        cycles = stalls[cause]
    }
}
