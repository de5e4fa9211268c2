import Diagnostics
import Foundation
import Golden
import Graph
import Report

/// How well a language model foretells a text: exp of the mean of -ln p(token | tokens before it in its chunk), where p is the
/// softmax of the scores, in binary64. The first token of a chunk is not foretold.
public struct PerplexityRun: Sendable {
    private let model: LanguageModel
    private let chunks: [[Int32]]

    /// - Parameters:
    ///   - tokens: of the text.
    ///   - chunk: tokens that enter at once, 2 or more; a shorter rest is left out.
    ///   - limit: chunks that are looked at; all when left out.
    public init(_ model: LanguageModel, tokens: [Int32], chunk: Int, limit: Int? = nil) throws(Diagnostic) {
        guard chunk >= 2 else { throw Diagnostic(field: "chunk", "is \(chunk), 2 or more tokens expected") }
        let count = min(limit ?? Int.max, tokens.count / chunk)
        guard count >= 1 else {
            throw Diagnostic(field: "text", "has \(tokens.count) tokens, which do not fill a chunk of \(chunk)")
        }
        self.model = model
        chunks = (0..<count).map { Array(tokens[$0 * chunk..<($0 + 1) * chunk]) }
    }

    /// Chunks that are looked at.
    public var count: Int { chunks.count }

    /// - Parameter progress: is called when a chunk is done.
    public func run(network: String, _ how: Execution, progress: () -> Void = {}) throws -> PerplexityReport {
        let job = try model.job(count: chunks[0].count, past: 0)
        var report = PerplexityReport(
            network: network, arch: model.target.machine.name, chunk: chunks[0].count, predictions: 0, perplexity: 0)
        var nats = 0.0
        guard job.model.constants != nil else { throw Diagnostics(job.model.missingValues) }
        let golden = try GoldenModel(target: job.target, program: job.program)
        if chunks.count > 1 { golden.keepWeights() }
        for chunk in chunks {
            try job.check(chunk)
            // Nothing of the chunk before is seen: no token is past, and the others are written before they are read.
            let scores = try TokenScores(golden.compute(model.inputs(chunk, past: 0), how), of: job)
            for position in 1..<chunk.count {
                nats += scores.surprise(of: chunk[position], behind: position - 1)
                report.predictions += 1
            }
            progress()
        }
        report.perplexity = exp(nats / Double(report.predictions))
        return report
    }
}

extension TokenScores {
    /// -ln of the probability that the scores of a row give to a token.
    func surprise(of token: Int32, behind index: Int) -> Double {
        let row = row(index)
        let greatest = Double(row.max() ?? 0)
        let sum = row.reduce(0.0) { $0 + exp(Double($1) - greatest) }
        return log(sum) + greatest - Double(row[row.startIndex + Int(token)])
    }
}
