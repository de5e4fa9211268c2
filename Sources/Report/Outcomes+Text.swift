extension CheckRecord {
    /// `check: ...`, one line, and one per output when conversions lose bits.
    public var text: String {
        var lines: [String] = []
        if let difference {
            let index = difference.index.map(String.init).joined(separator: ", ")
            lines.append(
                "check: node '\(difference.node)': \(difference.tensor)[\(index)] is \(difference.got), the reference has "
                    + "\(difference.expected) (\(difference.count) elements of this tensor differ)")
        } else {
            var line = "check: all \(outputs) outputs and \(edges) edges equal to the reference"
            if states > 0 { line += ", \(states) states too" }
            if onCore > 0 { line += " (\(onCore) edges stay on the core)" }
            lines.append(line)
        }
        for output in fidelity {
            let distance = output.decibels.map { Numbers.fixed($0, decimals: 2) + " dB" } ?? "equal"
            lines.append("signal to noise of '\(output.output)' against the graph before conversions: \(distance)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension AccuracyRecord {
    public var text: String {
        var lines = ["top-1 accuracy: \(share(of: correct)) (\(correct) of \(examples))"]
        if let referenceCorrect, let referenceShare {
            lines.append("top-1 accuracy of the reference: \(referenceShare) (\(referenceCorrect) of \(examples))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Right answers over examples, four decimals.
    func share(of correct: Int) -> String {
        Numbers.fixed(examples == 0 ? 0 : Double(correct) / Double(examples), decimals: 4)
    }

    var referenceShare: String? { referenceCorrect.map(share) }
}
