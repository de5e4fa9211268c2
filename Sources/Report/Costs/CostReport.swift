import Arch
import Cost
import Diagnostics

/// What a machine costs when nothing runs: areas, leakage, and energy of each event.
public struct CostReport: Sendable {
    public var machine: String
    public var cost: MachineCost
    /// `nil` without costs of the whole datapath.
    public var power: DatapathPower?

    public init(_ target: Target, cost: MachineCost) {
        machine = target.machine.name
        self.cost = cost
        power = DatapathPower(target, cost)
    }

    private struct Line {
        var what: String
        var figure: Figure
        var unit: String
    }

    /// Energy of what is counted, and the shortest clock.
    private var lines: [Line] {
        var lines: [Line] = []
        for (index, engine) in cost.engines.enumerated() {
            guard let engine else { continue }
            for work in engine.work {
                lines.append(Line(what: "engine\(index): \(work.event.name)", figure: work.picojoules, unit: "pJ"))
            }
            if let clock = engine.clockPicojoulesPerCycle {
                lines.append(Line(what: "engine\(index): clock, per cycle", figure: clock, unit: "pJ"))
            }
            lines.append(Line(
                what: "engine\(index): shortest clock of a synthesised size",
                figure: Figure(engine.closesPicoseconds, engine.areaSquareMicrometres.origin), unit: "ps"))
        }
        if let each = cost.vector?.picojoules { lines.append(Line(what: "vector operation", figure: each, unit: "pJ")) }
        if let each = cost.builders?.picojoulesPerEntry { lines.append(Line(what: "table entry", figure: each, unit: "pJ")) }
        lines.append(Line(what: "scratchpad, read of 64 bits", figure: cost.scratchpads.readPicojoules, unit: "pJ"))
        lines.append(Line(what: "scratchpad, write of 64 bits", figure: cost.scratchpads.writePicojoules, unit: "pJ"))
        if let dram = cost.dram { lines.append(Line(what: "DRAM, per bit", figure: dram.figure, unit: "pJ")) }
        return lines
    }

    private var leakage: Double { cost.parts.reduce(0) { $0 + $1.leakageNanowatts.value } }

    public var text: String {
        var table = TextTable([
            .init("energy of", alignment: .left), .init(""), .init("", alignment: .left), .init("which is", alignment: .left),
        ])
        for line in lines {
            table.add([
                line.what, Numbers.fixed(line.figure.value, decimals: line.unit == "ps" ? 0 : 4), line.unit,
                line.figure.origin.kind.rawValue,
            ])
        }
        return "\(machine)\n" + CostTableText(cost: cost, energy: nil, seconds: 0).text + "\n" + table.text
            + "\nleakage: \(Numbers.power(leakage * 1e-9))\n"
            + (power.map { "peak power of the datapath: \(Numbers.power(Double($0.microwatts) * 1e-6))\n" } ?? "")
    }

    /// Where each figure comes from.
    public var explanation: String {
        CostTableText(cost: cost, energy: nil, seconds: 0).explanation
            + lines.map { "\($0.what): \($0.figure.origin.kind.rawValue): \($0.figure.origin.text)\n" }.joined()
            + (power?.explanation ?? "")
    }

    public var json: JSONValue {
        var object: JSONObject = [
            "schema": "accelsim-cost-1", "arch": .string(machine), "area_um2": cost.areaJSON,
            "leakage_nw": .number(leakage),
            "events": .array(lines.map { line in
                [
                    "name": .string(line.what), "value": .number(line.figure.value), "unit": .string(line.unit),
                    "origin": .string(line.figure.origin.kind.rawValue), "source": .string(line.figure.origin.text),
                ]
            }),
        ]
        object["datapath_uw"] = power?.json(library: cost.library.name)
        object["fpga"] = cost.fpga?.json
        return .object(object)
    }
}
