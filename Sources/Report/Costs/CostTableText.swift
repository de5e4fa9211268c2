import Cost

/// Area and energy of a machine for a terminal.
struct CostTableText {
    let cost: MachineCost
    /// `nil` where nothing ran.
    let energy: EnergyAccount?
    let seconds: Double

    var text: String { [title, table, note].joined(separator: "\n") + fpgaText }

    /// What the machine takes of an FPGA, where that is known.
    private var fpgaText: String { cost.fpga.map { "\n" + $0.table } ?? "" }

    private var title: String {
        let library = cost.library
        var text = "cost with \(library.name) (\(library.process), \(Numbers.fixed(library.volts, decimals: 2)) V, "
        text += "\(Numbers.fixed(library.celsius, decimals: 0)) C): \(Numbers.grouped(cost.squareMicrometres)) um2"
        guard let energy else { return text + "\n" }
        text += ", \(Numbers.energy(energy.picojoules))"
        if seconds > 0 { text += ", \(Numbers.power(Double(energy.picojoules) * 1e-12 / seconds)) on average" }
        return text + "\n"
    }

    private struct Line {
        var name: String
        var area: AreaPart?
        var energy: EnergyPart?
    }

    private var lines: [Line] {
        var lines = cost.parts.map { Line(name: $0.name, area: $0) }
        for part in energy?.parts ?? [] {
            if let index = lines.firstIndex(where: { $0.name == part.name }) { lines[index].energy = part } else {
                lines.append(Line(name: part.name, energy: part))
            }
        }
        return lines
    }

    private var table: String {
        var columns: [TextTable.Column] = [
            .init("part", alignment: .left), .init("area", "um2"), .init("share", "%"),
            .init("area is", alignment: .left),
        ]
        if energy != nil {
            columns += [.init("energy", "nJ"), .init("share", "%"), .init("energy is", alignment: .left)]
        }
        var table = TextTable(columns)
        let (area, total) = (Double(cost.squareMicrometres), Double(energy?.picojoules ?? 0))
        for line in lines {
            table.add([
                line.name, line.area.map { Numbers.grouped($0.squareMicrometres) } ?? ".",
                line.area.map { Numbers.percent(Double($0.squareMicrometres), of: area) } ?? ".",
                line.area?.area.origin.kind.rawValue ?? "",
                line.energy.map { Numbers.fixed(Double($0.picojoules) / 1000, decimals: 1) } ?? ".",
                line.energy.map { Numbers.percent(Double($0.picojoules), of: total) } ?? ".",
                line.energy?.origin.kind.rawValue ?? "",
            ])
        }
        return table.text
    }

    private var note: String {
        cost.missing.map { "not counted: \($0)\n" }.joined() + cost.missedClocks.map { "clock missed: \($0)\n" }.joined()
    }

    /// Where each figure comes from.
    var explanation: String {
        var text = "origin of the costs: \(cost.library.command), \(cost.library.date); \(cost.library.flow)\n"
        for line in lines {
            if let area = line.area { text += "\(line.name), area: \(area.area.origin.kind.rawValue): \(area.area.origin.text)\n" }
            if let energy = line.energy { text += "\(line.name), energy: \(energy.origin.kind.rawValue): \(energy.origin.text)\n" }
        }
        return text + (cost.fpga?.explanation ?? "")
    }
}
