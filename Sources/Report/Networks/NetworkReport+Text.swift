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
            .init("written", bytes.name),
        ])
        for row in rows {
            table.add([
                row.phase.rawValue, row.part, Numbers.grouped(row.programs), Numbers.grouped(row.runs), unit.text(row.cycles),
                Numbers.percent(Double(row.cycles), of: Double(cycles(row.phase))),
                Numbers.percent(Double(row.engineBusy), of: Double(row.cycles)), bytes.text(row.readBytes),
                bytes.text(row.writtenBytes),
            ])
        }
        return table
    }

    private var summary: String {
        var text = "prefill: \(Numbers.grouped(cycles(.prefill))) cycles, \(Numbers.time(seconds(.prefill)))"
        text += decode == 0 ? "\n" : " to the first token\n"
        guard let rate = tokensPerSecond else { return text }
        let perToken = seconds(.decode) / Double(decode)
        return text + "decode: \(Numbers.grouped(cycles(.decode))) cycles, \(Numbers.time(perToken)) per token, "
            + "\(Numbers.fixed(rate, decimals: 1)) tokens per second\n"
    }
}
