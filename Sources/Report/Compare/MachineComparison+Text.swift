import Arch
import Cost
import Sim

extension MachineComparison {
    /// Tables for a terminal: machines, bytes by kind, cycles by layer.
    public var text: String {
        let title = "\(graph) on \(entries.map(\.machine).joined(separator: ", "))\n"
        let parts = [title, machineTable, refusalText, costTable, byteTable, layerTable, checkText]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var machineTable: String {
        let runs = runs
        let hasAccuracy = runs.contains { $0.report.accuracy != nil }
        let hasReference = runs.contains { $0.report.accuracy?.referenceCorrect != nil }
        var columns: [TextTable.Column] = [
            .init("machine", alignment: .left), .init("cycles"), .init("time"), .init("time", "x first"),
            .init("util", "%"), .init("busy", "%"),
        ]
        if hasAccuracy { columns.append(.init("top-1")) }
        if hasReference { columns.append(.init("top-1 of", "reference")) }
        columns.append(.init("stall that dominates, % of the cycles", alignment: .left))
        var table = TextTable(columns)
        var refused = 0
        for entry in entries {
            switch entry.outcome {
            case .ran:
                guard let run = runs.first(where: { $0.machine == entry.machine }) else { continue }
                var cells = run.numbers
                if hasAccuracy { cells.append(run.report.accuracy.map { $0.share(of: $0.correct) } ?? "-") }
                if hasReference { cells.append(run.report.accuracy.flatMap(\.referenceShare) ?? "-") }
                table.add(cells + [run.stall])
            case .refused(let reasons):
                refused += 1
                let node = reasons.all.first?.node.map { ": '\(Numbers.shortened($0, to: 30))'" } ?? ""
                let blanks = Array(repeating: "-", count: columns.count - 2)
                table.add([entry.machine] + blanks + ["cannot run\(node) (\(refused))"])
            }
        }
        return table.text
    }

    private var refusalText: String {
        refusals.enumerated().flatMap { index, refusal in
            refusal.reasons.all.map { "(\(index + 1)) \($0)\n" }
        }.joined()
    }

    /// Area of what the machines differ by and of all, energy and mean power, where costs are known.
    private var costTable: String {
        let rows = runs.compactMap { run in run.report.cost.map { (run, $0, run.report.energy?.picojoules ?? 0) } }
        guard let first = rows.first else { return "" }
        var table = TextTable([
            .init("\(first.1.library.name)", alignment: .left), .init("first engine", alignment: .left), .init("datapath", "um2"),
            .init("", "x first"), .init("peak", "power"), .init("", "x first"), .init("machine", "um2"), .init("energy"),
            .init("", "x first"), .init("power"), .init("x time", "x first"),
        ])
        for (run, cost, energy) in rows {
            let name = Numbers.shortened(run.report.target.engines.first?.summary ?? "-", to: 46)
            // A sum without the engine is no figure to compare.
            guard cost.hasWholeDatapath else {
                table.add([run.machine, name] + Array(repeating: "-", count: 9))
                continue
            }
            table.add([run.machine, name] + figures(run, cost, energy, beside: (first.1, first.0.report.datapathPower, first.2)))
        }
        return table.text + remarks("not counted", rows.map { row in (row.0.machine, row.1.missing) })
            + remarks("clock missed", rows.map { row in (row.0.machine, row.1.missedClocks) })
    }

    private func figures(
        _ run: Run, _ cost: MachineCost, _ energy: Int, beside first: (cost: MachineCost, peak: DatapathPower?, energy: Int)
    ) -> [String] {
        func ratio(_ part: Int, _ whole: Int) -> Double? {
            first.cost.hasWholeDatapath && whole > 0 ? Double(part) / Double(whole) : nil
        }
        func text(_ ratio: Double?) -> String { ratio.map { Numbers.fixed($0, decimals: 3) } ?? "-" }
        let share = ratio(energy, first.energy)
        let peak = run.report.datapathPower?.microwatts
        return [
            Numbers.grouped(cost.datapathSquareMicrometres),
            text(ratio(cost.datapathSquareMicrometres, first.cost.datapathSquareMicrometres)),
            peak.map { Numbers.power(Double($0) * 1e-6) } ?? "-", text(peak.flatMap { ratio($0, first.peak?.microwatts ?? 0) }),
            Numbers.grouped(cost.squareMicrometres), Numbers.energy(energy), text(share),
            Numbers.power(Double(energy) * 1e-12 / run.report.timing.seconds), text(share.map { $0 * run.ratio }),
        ]
    }

    /// What is to be said of the costs, with the machines that it is said of where that is not all.
    private func remarks(_ title: String, _ machines: [(name: String, remarks: [String])]) -> String {
        var lines: [String] = []
        for remark in machines.flatMap(\.remarks) where !lines.contains(remark) { lines.append(remark) }
        return lines.map { remark in
            let meant = machines.filter { $0.remarks.contains(remark) }.map(\.name)
            let names = meant.count == machines.count ? "" : " on " + meant.joined(separator: ", ")
            return "\(title)\(names): \(remark)\n"
        }.joined()
    }

    /// What instructions read and write, by purpose.
    private var byteTable: String {
        let memories = runs.map { ($0, $0.report.timing.memory) }
        guard !memories.isEmpty else { return "" }
        var table = TextTable([.init("DRAM bytes", alignment: .left)] + memories.map { .init($0.0.machine) })
        for kind in Traffic.allCases {
            let bytes = memories.map { $1.readBytes[kind] + $1.writtenBytes[kind] }
            if bytes.contains(where: { $0 > 0 }) { table.add([kind.name] + bytes.map(Numbers.count)) }
        }
        table.addRule()
        table.add(["read"] + memories.map { Numbers.count($1.readBytes.total) })
        table.add(["written"] + memories.map { Numbers.count($1.writtenBytes.total) })
        table.add(["whole bursts"] + memories.map { run, memory in
            Numbers.count((memory.readBursts + memory.writtenBursts) * run.report.target.machine.memory.burstBytes)
        })
        return table.text
    }

    private var layerTable: String {
        let runs = runs
        guard !runs.isEmpty else { return "" }
        let unit = CycleUnit(for: runs.map(\.report.timing.cycles).max() ?? 0)
        var table = TextTable([.init("", "nodes", alignment: .left)] + runs.map { .init($0.machine, unit.name) })
        for row in ComparedLayers(self).rows {
            let more = row.nodes.count > 1 ? " +\(row.nodes.count - 1)" : ""
            table.add([Numbers.shortened(row.nodes[0], to: 30) + more] + row.cycles.map { $0.map(unit.text) ?? "-" })
        }
        table.addRule()
        table.add(["total"] + runs.map { unit.text($0.report.timing.cycles) })
        return table.text
    }

    private var checkText: String {
        runs.compactMap { run in
            run.report.check.map { check in
                check.text.split(separator: "\n").map { "\(run.machine): \($0)\n" }.joined()
            }
        }.joined()
    }
}

extension MachineComparison.Run {
    fileprivate var numbers: [String] {
        let timing = report.timing
        let busy = timing.mainUnit.map { Numbers.percent(Double(timing[$0].busy.total), of: Double(timing.cycles)) }
        return [
            machine, Numbers.grouped(timing.cycles), Numbers.time(timing.seconds), Numbers.fixed(ratio, decimals: 3),
            utilisation.map { Numbers.percent($0, of: 1) } ?? "-", busy ?? "-",
        ]
    }

    fileprivate var stall: String {
        guard let stall = DominantStall(report.timing) else { return "-" }
        let share = Numbers.percent(Double(stall.cycles), of: Double(report.timing.cycles))
        return "\(report.engineName(stall.unit)): \(stall.cause.name) \(share)"
    }
}
