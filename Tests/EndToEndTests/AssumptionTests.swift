import Arch
import Diagnostics
import Report
import Testing
import Toolchain

/// What a report says of time that follows from weights which the graph does not have.
@Suite struct AssumptionTests {
    private static func report(_ example: String, on machine: String, seed: UInt64? = nil) throws -> RunReport {
        var model = try Model(path: Repository.path("examples/gemm/\(example).json"))
        if let seed { model = model.withRandomValues(seed: seed) }
        let job = try Job(model, target: .make(machine))
        return try job.report(job.time())
    }

    /// 3 % of 64 x 4096 weights, rounded down; tiles of K cut the list into 16. Of mixed blocks frequencies 1, 2, 4, 2, 1 of
    /// N = 0, 2, 4, 8, 16 are drawn.
    @Test(arguments: [
        ("w8", "olaccel", "the graph has no weights, so the time and bytes of 16 products are those of 7,864 outliers that the machine assumes"),
        ("w4-mixed16", "dsp-chain", "'w' has no values: N of its blocks drawn with seed 0, N x frequency 0 x 1, 2 x 2, 4 x 4, 8 x 2, 16 x 1; "),
    ])
    func assumptionsAreALineOfTheTextAndAListInJSON(_ example: String, _ machine: String, _ sentence: String) throws {
        let report = try Self.report(example, on: machine)
        let lines = report.text.split(separator: "\n").filter { $0.hasPrefix("assumed: ") }
        #expect(lines.count == 1 && lines[0].dropFirst("assumed: ".count).hasPrefix(sentence), "\(lines)")
        let items = report.json["assumed"]?.items ?? []
        #expect(items == [.string(String(lines[0].dropFirst("assumed: ".count)))])
        let schema = try JSONValue.parse(Repository.text("schemas/report-1.schema.json"))
        #expect(SchemaCheck(schema).problems(report.json) == [])
    }

    /// Weights that are there, or that need no list, leave nothing to assume.
    @Test(arguments: [("w8", "olaccel", 1 as UInt64?), ("w4-mixed16", "dsp-chain", 1), ("w4", "olaccel", nil), ("w4", "dsp-chain", nil)])
    func reportsOfKnownWeightsAssumeNothing(_ example: String, _ machine: String, _ seed: UInt64?) throws {
        let report = try Self.report(example, on: machine, seed: seed)
        #expect(!report.text.contains("assumed") && report.json["assumed"] == nil)
    }
}
