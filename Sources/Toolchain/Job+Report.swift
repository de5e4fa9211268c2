import Crypto
import Graph
import Report
import Sim

extension Job {
    /// The report of a run; `outputs` are empty when only time was asked for.
    public func report(
        _ timing: Timing, outputs: [String: Tensor] = [:], check: CheckRecord? = nil, accuracy: AccuracyRecord? = nil
    ) -> RunReport {
        RunReport(
            program: program, target: target, timing: timing, notes: compilation.segments.map(\.note),
            outputs: OutputListing.records(outputs, graph: compilation.legalised), check: check, accuracy: accuracy,
            padding: model.graph.length.map { PaddedLength(name: $0.name, length: $0.range.upperBound) },
            assumptions: compilation.assumptions)
    }
}

extension Tensor {
    public func record(_ name: String, codec: String) -> OutputRecord {
        let digest = SHA256.hash(data: bytes)
        let hexadecimal = digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return OutputRecord(name: name, shape: shape, codec: codec, sha256: hexadecimal)
    }
}
