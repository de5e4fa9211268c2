import Arch
import Diagnostics
import Graph
import Report
import Testing
import Toolchain

/// Instruction bytes over a range of lengths.
@Suite struct LengthsTests {
    private static let gemm = "examples/gemm/w4.json"
    private static let block = "examples/llama-block-small/w4g128/graph.json"

    private static func report(
        _ path: String, _ bindings: [String: Int], _ symbol: String, _ lengths: ClosedRange<Int>, bucket: Int, every: Int = 1
    ) throws -> LengthReport {
        try LengthSurvey(symbol: symbol, lengths: lengths, bucket: bucket, every: every).run(
            on: .make("dsp-chain-tiny"), options: .init()
        ) { length, open in
            try Model(
                path: Repository.path(path), bindings: bindings.merging([symbol: length]) { $1 }, bucket: open)
        }
    }

    private static func code(_ path: String, _ bindings: [String: Int], bucket: LengthBucket? = nil) throws
        -> (instructions: Int, unrolled: Int, cycles: Int)
    {
        let job = try Job(
            Model(path: Repository.path(path), bindings: bindings, bucket: bucket), target: .make("dsp-chain-tiny"))
        let unrolled = job.program.instructions.map { $0.body.unrolledInstructions(engines: job.target.engines) }
        return (job.program.instructions.count, unrolled.reduce(0, +), try job.time().cycles)
    }

    /// Rows of a matrix: the host pads. 20 programs against those for 8, 16 and 20, added up one by one.
    @Test func ratiosAreThoseOfProgramsAddedUpOneByOne() throws {
        let sizes = ["n": 40, "k": 64]
        let report = try Self.report(Self.gemm, sizes, "m", 1...20, bucket: 8)
        var (looped, unrolled, cycles, padded) = (0, 0, 0, 0)
        for length in 1...20 {
            let own = try Self.code(Self.gemm, sizes.merging(["m": length]) { $1 })
            let end = try Self.code(Self.gemm, sizes.merging(["m": length <= 8 ? 8 : length <= 16 ? 16 : 20]) { $1 })
            looped += own.instructions * 96
            unrolled += own.unrolled * 96
            cycles += own.cycles
            padded += end.cycles
        }
        let ends = try [8, 16, 20].map { try Self.code(Self.gemm, sizes.merging(["m": $0]) { $1 }) }
        #expect(report.perLength == .init(programs: 20, looped: looped, unrolled: unrolled))
        let bucketBytes = ends.reduce(0) { $0 + $1.instructions * 96 }
        #expect(report.perBucket.looped == bucketBytes && report.perBucket.programs == 3)
        #expect(report.perBucket.unrolled == ends.reduce(0) { $0 + $1.unrolled * 96 })
        #expect(report.exactCycles == cycles && report.bucketCycles == padded && padded > cycles)
        #expect(report.isComplete && report.service != .register)
        guard case .number(let ratio)? = report.json["ratio"] else { return #expect(Bool(false)) }
        #expect(ratio == Double(unrolled) / Double(bucketBytes))
        #expect(unrolled > looped && looped > bucketBytes)
    }

    /// Cached tokens: a register holds the length, and the programs are those of `--bucket`.
    @Test func cachedTokensAreServedByARegister() throws {
        let report = try Self.report(Self.block, ["seq": 1], "past", 30...40, bucket: 16)
        #expect(report.service == .register && report.buckets.map(\.length) == [32, 48])
        for (bucket, length) in zip(report.buckets, [32, 40]) {
            let code = try Self.code(
                Self.block, ["seq": 1, "past": length], bucket: LengthBucket(symbol: "past", multiple: 16))
            #expect(bucket.instructions == code.instructions && bucket.cycles == code.cycles)
            #expect(bucket.unrolled == code.unrolled)
        }
        let exact = try (30...40).map { try Self.code(Self.block, ["seq": 1, "past": $0]).cycles }
        #expect(report.exact.map(\.cycles) == exact && report.exactCycles == exact.reduce(0, +))
        #expect(report.bucketCycles == 3 * report.buckets[0].cycles + 8 * report.buckets[1].cycles)
    }

    /// Between 1 and 5 a line: 10, 12, 14, 16, 18 instructions and 100, 125, ... 200 cycles; then 20 and 300.
    @Test func lengthsThatWereNotCompiledLieOnALine() {
        func code(_ length: Int, _ instructions: Int, _ unrolled: Int, _ cycles: Int) -> LengthReport.Code {
            .init(length: length, instructions: instructions, unrolled: unrolled, cycles: cycles)
        }
        let ends = [code(5, 18, 28, 200), code(6, 20, 30, 300)]
        let report = LengthReport(
            graph: "g", arch: "a", symbol: "n", lengths: 1...6, bucket: 5, exact: [code(1, 10, 11, 100)] + ends,
            buckets: ends, service: .register)
        // 11, 15.25, 19.5, 23.75, 28 and 30.
        #expect(report.perLength == .init(programs: 6, looped: 96 * 90, unrolled: 96 * 128))
        #expect(report.exactCycles == 750 + 300 && report.bucketCycles == 5 * 200 + 300)
        #expect(report.perBucket == .init(programs: 2, looped: 96 * 38, unrolled: 96 * 58))
    }

    /// 1, 7, 13, 19 and the ends 8, 16, 20: what was not compiled is told.
    @Test func aSampleSaysWhatItIs() throws {
        let report = try Self.report(Self.gemm, ["n": 40, "k": 64], "m", 1...20, bucket: 8, every: 6)
        #expect(report.exact.map(\.length) == [1, 7, 8, 13, 16, 19, 20])
        #expect(report.perLength.programs == 20 && !report.isComplete)
        #expect(report.text.contains("7 of 20; sums over each length are estimates, on lines between these: 1, 7, 8, 13, 16, 19, 20"))
        #expect(report.json["complete"] == .bool(false))
    }

    private static let command = [
        "lengths", gemm, "--arch", "dsp-chain-tiny", "--bind", "n=40", "--bind", "k=64", "--symbol", "m",
    ]

    @Test func theCommandPrintsTableAndJSON() throws {
        let text = try Accelsim.run(Self.command + ["--to", "16", "--bucket", "8"])
        #expect(text.status == 0, "\(text.errors)")
        for part in ["each length", "each bucket", "lengths compiled: all 16", "quoted (FlightLLM", "about 500 times", "padding: buckets take", "1.67 TB to 3.25 GB"] {
            #expect(text.output.contains(part), "\(part)")
        }
        let json = try Accelsim.run(Self.command + ["--to", "16", "--bucket", "8", "--json", "-"])
        let schema = try JSONValue.parse(Repository.text("schemas/lengths-1.schema.json"))
        let report = try JSONValue.parse(Array(json.output.utf8))
        #expect(SchemaCheck(schema).problems(report) == [])
        #expect(report["lengths"]?.items.count == 16 && report["buckets"]?.items.count == 2)
    }

    @Test func wrongRangesAndUnknownSymbolsAreRefused() throws {
        for wrong in [
            ["--to", "0", "--bucket", "8"], ["--from", "9", "--to", "8", "--bucket", "8"], ["--to", "8", "--bucket", "0"],
            ["--to", "8", "--bucket", "8", "--every", "0"], ["--to", "8"], ["--to", "8", "--bucket", "8", "--bind", "m=3"],
        ] {
            #expect(try Accelsim.run(Self.command + wrong).status == 64, "\(wrong)")
        }
        let unknown = try Accelsim.run([
            "lengths", Self.gemm, "--arch", "dsp-chain-tiny", "--symbol", "rows", "--to", "8", "--bucket", "8",
        ])
        #expect(unknown.status == 65 && unknown.errors.contains("rows"), "\(unknown.errors)")
    }
}
