extension LengthReport {
    /// For a terminal.
    public var text: String {
        [title, table.text, ratios, padding, quoted].joined(separator: "\n")
    }

    private var title: String {
        var text = "\(graph) on \(arch): instructions for '\(symbol)' = \(lengths.lowerBound)...\(lengths.upperBound)\n"
        switch service {
        case .register:
            text += "buckets of \(bucket): a parameter register holds the length\n"
        case .padding(let reason):
            text += "buckets of \(bucket): the host pads to the longest length, since no register will do (\(reason))\n"
        }
        return text + compiled
    }

    /// Which lengths were compiled: nobody shall take a sample for the whole.
    private var compiled: String {
        let list = exact.map { String($0.length) }.joined(separator: ", ")
        if isComplete { return "lengths compiled: all \(Numbers.grouped(exact.count))\n" }
        return "lengths compiled: \(exact.count) of \(Numbers.grouped(lengths.count)); sums over each length are estimates, on "
            + "lines between these: \(list)\n"
    }

    private var table: TextTable {
        var table = TextTable([
            .init("", "programs for", alignment: .left), .init("", "programs"), .init("looped", "B"),
            .init("unrolled", "B"), .init("unrolled /", "looped"),
        ])
        for (name, sums) in [("each length", perLength), ("each bucket", perBucket)] {
            table.add([
                name, Numbers.grouped(sums.programs), Numbers.grouped(sums.looped), Numbers.grouped(sums.unrolled),
                Self.ratio(sums.unrolled, sums.looped),
            ])
        }
        table.addRule()
        table.add([
            "length / bucket", Self.ratio(perLength.programs, perBucket.programs),
            Self.ratio(perLength.looped, perBucket.looped), Self.ratio(perLength.unrolled, perBucket.unrolled),
        ])
        return table
    }

    private var ratios: String {
        "unrolled for each length / looped for each bucket: \(Self.ratio(perLength.unrolled, perBucket.looped))\n"
    }

    private var padding: String {
        let extra = bucketCycles - exactCycles
        return "padding: buckets take \(Numbers.grouped(extra)) cycles more than the \(Numbers.grouped(exactCycles)) of every "
            + "length once (\(Numbers.percent(Double(extra), of: Double(exactCycles))) %)\n"
    }

    private var quoted: String {
        let paper = QuotedInstructionBytes.flightLLM
        return "quoted (\(paper.source)): about \(Int(paper.ratio)) times for 2048 tokens, "
            + "\(Numbers.fixed(paper.before / 1e12, decimals: 2)) TB to \(Numbers.fixed(paper.after / 1e9, decimals: 2)) GB\n"
    }

    private static func ratio(_ a: Int, _ b: Int) -> String {
        b == 0 ? "-" : Numbers.fixed(Double(a) / Double(b), decimals: 1)
    }
}
