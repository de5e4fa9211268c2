import Arch
import Diagnostics
import Foundation
import Graph
import Report
import Sim
import Testing
import Toolchain

@Suite struct ReportTests {
    static func report(_ example: Example, check: Bool = false) throws -> RunReport {
        let job = try Job(example.model(), target: .make("lut-tc"))
        let inputs = try Inputs(for: job.model.graph, seed: 1).tensors
        let outputs = try job.compute(inputs)
        return try job.report(job.time(), outputs: outputs, check: check ? job.check(inputs, outputs: outputs) : nil)
    }

    @Test(arguments: Example.withWeights)
    func busyAndStallsSumToTheCyclesOfEveryUnit(example: Example) throws {
        let report = try Self.report(example).json
        let cycles = report["cycles"]?.integer
        for (name, unit) in report["units"]?.entries ?? [] {
            let sum = ["busy", "stalls"].flatMap { unit[$0]?.entries ?? [] }.reduce(0) { $0 + ($1.value.integer ?? 0) }
            #expect(sum == cycles, "\(name)")
        }
        let layers = report["layers"]?.items ?? []
        #expect(layers.reduce(0) { $0 + ($1["cycles"]?.integer ?? 0) } == cycles)
        #expect(report["units"]?.entries.count == 5)
    }

    @Test(arguments: Example.withWeights)
    func bytesOfLayersSumToTheTotal(example: Example) throws {
        let report = try Self.report(example).json
        for direction in ["read", "written"] {
            let total = report["bytes"]?[direction]?["total"]?.integer
            let layers = (report["layers"]?.items ?? []).map { $0["bytes"]?[direction]?["total"]?.integer ?? 0 }
            #expect(layers.reduce(0, +) == total)
            let kinds = report["bytes"]?[direction]?.entries.filter { $0.key != "total" } ?? []
            #expect(kinds.reduce(0) { $0 + ($1.value.integer ?? 0) } == total)
        }
    }

    @Test func theReportObeysItsSchema() throws {
        let schema = try JSONValue.parse(Repository.text("schemas/report-1.schema.json"))
        var report = try Self.report(Example.withWeights[2], check: true)
        #expect(SchemaCheck(schema).problems(report.json) == [])
        report.accuracy = AccuracyRecord(examples: 10, correct: 9, referenceCorrect: 9, batch: 5)
        report.check?.difference = .init(node: "n", tensor: "t", index: [1], expected: "2", got: "3", count: 1)
        report.check?.fidelity = [.init(output: "y", decibels: 31.25), .init(output: "z", decibels: nil)]
        #expect(SchemaCheck(schema).problems(report.json) == [])
    }

    @Test func theSchemaRefusesMissingAndUnknownKeys() throws {
        let check = SchemaCheck(try JSONValue.parse(Repository.text("schemas/report-1.schema.json")))
        guard case .object(var object) = try Self.report(Example.withWeights[6]).json else { return }
        object["cycles"] = nil
        object["energy"] = 1
        object["graph"] = 3
        #expect(check.problems(.object(object)).count == 3)
    }

    @Test func textNamesEverySegmentAndUnit() throws {
        let report = try Self.report(Example.withWeights[2], check: true)
        for name in ["(start)", "conv1", "conv4", "logits", "engine0 lut-tc", "engine1 mac", "table precompute"] {
            #expect(report.text.contains(name), "\(name)")
        }
        #expect(report.text.split(separator: "\n").allSatisfy { $0.count <= 150 })
    }

    @Test(arguments: Example.withWeights)
    func theSameRunGivesTheSameBytes(example: Example) throws {
        let first = try Self.report(example, check: true)
        let second = try Self.report(example, check: true)
        #expect(first.json.text() == second.json.text())
        #expect(first.text == second.text)
    }

    /// SHA-256 of "abc" (FIPS 180-4, appendix).
    @Test func digestIsThatOfTheElements() {
        let record = Tensor(shape: [3], storage: .uint8(Array("abc".utf8))).record("t", codec: "uint8")
        #expect(record.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }
}
