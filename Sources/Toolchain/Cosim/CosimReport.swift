import Cosim
import Report

/// Results of RTL in lockstep, for a terminal.
public enum CosimReport {
    public static func text(_ results: [BlockResult]) -> String {
        var table = TextTable([
            .init("block", alignment: .left), .init("tried", alignment: .left), .init("cycles"), .init("latency"),
            .init("seconds"), .init("outcome", alignment: .left),
        ])
        for result in results {
            let seconds = Int((result.seconds * 10).rounded())
            table.add([
                result.block, result.tried, "\(result.cycles)", result.latency, "\(seconds / 10).\(seconds % 10)",
                result.isEqual ? "equal" : "differs",
            ])
        }
        let equal = results.filter(\.isEqual).count
        let details = results.compactMap(\.complaint).map { "\n" + $0 + "\n" }.joined()
        return table.text + details + "\n\(equal) of \(results.count) blocks equal\n"
    }

    /// Points met of all points, by block; a module in several blocks counts in each.
    public static func coverage(_ results: [BlockResult]) -> String {
        var table = TextTable(
            [.init("block", alignment: .left)] + Coverage.Kind.allCases.map { .init("\($0.rawValue)", "met/all") }
                + [.init("never met", alignment: .left)])
        for result in results {
            guard let coverage = result.coverage else { continue }
            let tallies = Coverage.Kind.allCases.map { coverage.tally($0) }.map { "\($0.met)/\($0.all)" }
            let unmet = Coverage.Kind.allCases.flatMap { coverage.unmet($0) }.map { place in
                String(place.split(separator: "/").suffix(2).joined(separator: "/"))
            }
            let shown = unmet.prefix(3).joined(separator: " ") + (unmet.count > 3 ? " ..." : "")
            table.add([result.block] + tallies + [shown])
        }
        return "\n" + table.text
    }
}

extension BlockResult {
    public var tried: String {
        isExhaustive ? "all \(count) inputs" : latency == "timing" ? "\(count) instructions" : "\(count) vectors"
    }

    /// What is wrong; `nil` when nothing is.
    public var complaint: String? {
        switch outcome {
        case .equal: nil
        case .diverged(let divergence): divergence.description
        case .failed(let reason): "\(block): \(reason)"
        }
    }
}
