extension NetworkReport {
    /// For a terminal.
    public var text: String { [title, table.text, summary].joined(separator: "\n") + generated }

    private var formats: String {
        guard let weights, let activations else { return "" }
        return ": weights \(weights), activations \(activations)"
    }

    private var generated: String {
        guard !tokens.isEmpty else { return "" }
        return "tokens: \(tokens.map(String.init).joined(separator: " "))\n" + (completion.map { "text: \($0)\n" } ?? "")
    }

    private var title: String {
        let made = decode == 0 ? "" : ", then \(Numbers.grouped(decode)) one by one"
        let buckets = decode == 0 ? "" : "; cached lengths in buckets of \(bucket)"
        return "\(network) on \(arch)\(formats)\n\(Numbers.grouped(prefill)) tokens\(made)\(buckets)\n"
    }

    private var table: TextTable {
        let total = rows.reduce(0) { $0 + $1.cycles }
        let unit = CycleUnit(for: total)
        let bytes = ByteUnit(for: rows.map(\.readBytes).max() ?? 0)
        var table = TextTable([
            .init("phase", alignment: .left), .init("part", alignment: .left), .init("programs"), .init("runs"),
            .init(unit.name), .init("share", "%"), .init("engine", "busy %"), .init("DRAM read", bytes.name),
            .init("written", bytes.name), .init("energy"),
        ])
        for row in rows {
            table.add([
                row.phase.rawValue, row.part, Numbers.grouped(row.programs), Numbers.grouped(row.runs), unit.text(row.cycles),
                Numbers.percent(Double(row.cycles), of: Double(cycles(row.phase))),
                Numbers.percent(Double(row.engineBusy), of: Double(row.cycles)), bytes.text(row.readBytes),
                bytes.text(row.writtenBytes), Numbers.energy(row.picojoules),
            ])
        }
        return table
    }

    private var summary: String {
        var text = "prefill: \(Numbers.grouped(cycles(.prefill))) cycles, \(Numbers.time(seconds(.prefill)))"
        text += decode == 0 ? "" : " to the first token"
        text += ", \(energy(.prefill, 1))\n"
        guard let rate = tokensPerSecond else { return text + costs }
        let perToken = seconds(.decode) / Double(decode)
        return text + "decode: \(Numbers.grouped(cycles(.decode))) cycles, \(Numbers.time(perToken)) per token, "
            + "\(Numbers.fixed(rate, decimals: 1)) tokens per second, \(energy(.decode, decode)) per token\n" + costs
    }

    private func energy(_ phase: Phase, _ shares: Int) -> String {
        Numbers.energy(Int((joules(phase) * 1e12 / Double(shares)).rounded()))
    }

    private var costs: String {
        "cost with \(cost.library.name): \(Numbers.grouped(cost.squareMicrometres)) um2\n"
            + cost.missing.map { "not counted: \($0)\n" }.joined()
            + cost.missedClocks.map { "clock missed: \($0)\n" }.joined()
    }

    /// Where areas come from; energies of a part are in the report of its own run.
    public var explanation: String { CostTableText(cost: cost, energy: nil, seconds: 0).explanation }
}
