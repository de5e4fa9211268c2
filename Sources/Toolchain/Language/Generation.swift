import Arch
import Cost
import Diagnostics
import Golden
import Graph
import Report
import Sim

/// Tokens made on the simulated machine, the one with the greatest score each time: the prompt enters at once, then every token
/// by itself, with keys and values in the cache. Values come of the golden model, times of the simulator, both of the same programs.
public struct Generation: Sendable {
    public let model: LanguageModel
    public let prompt: [Int32]
    /// Tokens to make.
    public let count: Int
    /// Cached lengths that round up to the same multiple share a program, and its cycles.
    public let bucket: Int
    /// Of the model's machine.
    public let cost: MachineCost

    /// - Parameter model: its caches hold `capacity(prompt:count:bucket:)` tokens or more.
    public init(_ model: LanguageModel, prompt: [Int32], count: Int, bucket: Int, cost: MachineCost) throws(Diagnostic) {
        guard !prompt.isEmpty else { throw Diagnostic(field: "prompt", "is empty, one token at least is expected") }
        guard count >= 1, bucket >= 1 else { throw Diagnostic(field: "generate", "one token at least is made") }
        self.model = model
        self.prompt = prompt
        self.count = count
        self.bucket = bucket
        self.cost = cost
    }

    /// Tokens that caches must hold, programs of whole buckets included.
    public static func capacity(prompt: Int, count: Int, bucket: Int) -> Int { prompt + count + bucket }

    /// - Parameters:
    ///   - made: is given every token as soon as it is there.
    ///   - isEnd: whether nothing follows a token.
    public func run(
        network: String, _ how: Execution, made: (Int32) -> Void = { _ in }, isEnd: (Int32) -> Bool = { _ in false }
    ) throws -> NetworkReport {
        let prefill = try model.job(count: prompt.count, past: 0)
        try prefill.check(prompt)
        let timing = try prefill.time()
        var rows = [NetworkReport.Row(phase: .prefill, part: "network", programs: 1, runs: 1, timing, model.target, cost)]
        guard prefill.model.constants != nil else { throw Diagnostics(prefill.model.missingValues) }
        var golden = try GoldenModel(target: prefill.target, program: prefill.program)
        var scores = try TokenScores(golden.compute(model.inputs(prompt, past: 0), how), of: prefill)
        var tokens: [Int32] = []
        var step: Step?
        while true {
            let next = scores.greatest
            tokens.append(next)
            made(next)
            if tokens.count == count || isEnd(next) { break }
            let past = prompt.count + tokens.count - 1
            let current = try step.flatMap { $0.last >= past ? $0 : nil } ?? Step(model, past: past, bucket: bucket, cost)
            step = current
            add(current, isNew: current.first == past, to: &rows)
            golden = try current.golden(past: past, behind: golden)
            scores = try TokenScores(golden.compute(model.inputs([next], past: past), how), of: current.job)
        }
        var report = NetworkReport(
            network: network, arch: model.target.machine.name, prefill: prompt.count, decode: tokens.count - 1, bucket: bucket,
            clockPeriod: model.target.machine.clockPeriod, rows: rows, cost: cost)
        report.tokens = tokens.map(Int.init)
        return report
    }

    private func add(_ step: Step, isNew: Bool, to rows: inout [NetworkReport.Row]) {
        var row = step.row
        row.programs = isNew ? 1 : 0
        if rows.last?.phase == .decode { rows[rows.count - 1].add(row) } else { rows.append(row) }
    }
}

/// The program of a step and the cached lengths that it serves.
private final class Step {
    let first: Int
    let last: Int
    let job: Job
    /// What one run of it takes.
    let row: NetworkReport.Row
    /// Holds the weights in memory from one token to the next.
    private var golden: GoldenModel?

    init(_ model: LanguageModel, past: Int, bucket: Int, _ cost: MachineCost) throws {
        first = past
        let open = bucket > 1
            ? try? model.job(count: 1, past: past, bucket: LengthBucket(symbol: "past", multiple: bucket)) : nil
        last = open == nil ? past : (past + bucket - 1) / bucket * bucket
        // Some graphs cannot leave their length open: they take a program for each.
        job = try open ?? model.job(count: 1, past: past)
        row = NetworkReport.Row(
            phase: .decode, part: "network", programs: 0, runs: 1, try job.time(), model.target, cost)
    }

    /// The program with its length set, on the states of the one that ran before it.
    func golden(past: Int, behind other: GoldenModel) throws -> GoldenModel {
        guard let golden else {
            let first = try GoldenModel(target: job.target, program: job.program)
            first.keepWeights()
            try first.takeStates(from: other)
            golden = first
            return try self.golden(past: past, behind: first)
        }
        if job.program.parameters.contains(where: { $0.name == "past" }) { try golden.set(["past": past]) }
        return golden
    }
}
