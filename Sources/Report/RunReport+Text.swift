import Arch
import Sim

extension RunReport {
    /// The whole report for a terminal of 150 columns.
    public var text: String {
        let utilisation = Utilisation(program: program, target: target)
        var parts = [
            title, LayerTable(self, utilisation).text, Self.legend, totals(utilisation), code, UnitTable(self).text,
        ] + target.machine.memories.map(trafficTable) + [
            namedParts, costText?.text ?? "", conversionTable,
        ]
        parts.append(assumed.map { "assumed: \($0)\n" }.joined())
        if let accuracy { parts.append(accuracy.text) }
        if let check { parts.append(check.text) }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var title: String {
        let cores = target.machine.cores == 1 ? "" : "\(target.machine.cores) cores in lockstep, in all "
        let engines = target.engines.map { "\($0.kind) \($0.summary)" }.joined(separator: "; ")
        return "\(program.graph) on \(target.machine.name): \(cores)\(engines)\n"
    }

    private static let legend = """
        util: share of the row's cycles that its products need at the engine's peak for their weight width. unit: the columns from
        here on say where its cycles went in this row. memory: waiting for load or store; depend: for vector, engine or its own
        pipeline; front: for instructions; tables: cycles of the vector unit that build lookup tables. kcycles are rounded.

        """
    private func totals(_ utilisation: Utilisation) -> String {
        let memory = timing.memory
        let share = utilisation.share(of: timing).map { Numbers.percent($0, of: 1) + " %" } ?? "-"
        return """
            total: \(Numbers.grouped(timing.cycles)) cycles of \(timing.clockPeriod) ps = \(Numbers.time(timing.seconds)); \
            \(Numbers.grouped(utilisation.macs)) MACs; utilisation \(share); \
            DRAM read \(Numbers.grouped(memory.readBytes.total)) B, written \(Numbers.grouped(memory.writtenBytes.total)) B

            """
    }

    /// Length of the program, and what its parameter registers hold.
    private var code: String {
        let count = program.instructions.count
        var text = "program: \(Numbers.grouped(count)) instructions of \(ISA.instructionBytes) B = "
        text += "\(Numbers.grouped(count * ISA.instructionBytes)) B"
        for parameter in program.parameters {
            text += "; p\(parameter.register) '\(parameter.name)' = \(parameter.value), compiled for "
            text += "\(parameter.range.lowerBound)...\(parameter.range.upperBound)"
        }
        return text + paddedLength + "\n"
    }

    private var paddedLength: String { padding.map { "; '\($0.name)' is padded to \($0.length)" } ?? "" }

    private func trafficTable(_ name: GlobalMemory) -> String {
        let title = name == .dram ? "DRAM traffic" : "shared buffer traffic"
        var table = TextTable([.init(title, alignment: .left), .init("read B"), .init("written B")])
        let memory = timing.traffic[name]
        // What another memory moves in place of DRAM is worth a line there too: that it is nothing.
        let shown = name == .dram ? target.machine.memories : [name]
        for kind in Traffic.allCases where shown.contains(where: { timing.moves(kind, $0) }) {
            table.add([kind.name, Numbers.count(memory.readBytes[kind]), Numbers.count(memory.writtenBytes[kind])])
        }
        let burst = target.machine.channel(of: name)?.burstBytes ?? 0
        table.add([
            "bursts x \(burst) B", Numbers.count(memory.readBursts * burst),
            Numbers.count(memory.writtenBursts * burst),
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

extension Timing {
    fileprivate func moves(_ kind: Traffic, _ memory: GlobalMemory) -> Bool {
        traffic[memory].readBytes[kind] + traffic[memory].writtenBytes[kind] > 0
    }
}
