import Arch
import Cost
import Diagnostics
import Foundation
import Graph
import Report
import Testing
import Toolchain

/// Models in the place of graph files.
@Suite struct ModelFileTests {
    private static func fixture(_ name: String) -> String { Repository.path("Tests/FrontendsTests/Fixtures/\(name)") }
    private static let formats = ["--weights", "int8:group=8", "--activations", "int8", "--override", "blk.0.*=int4:group=8"]

    private func json(_ arguments: [String]) throws -> JSONValue {
        let run = try Accelsim.run(arguments + ["--json", "-"])
        #expect(run.status == 0, "\(run.errors)")
        return try JSONValue.parse(run.output)
    }

    @Test func aModelRunsLikeTheGraphThatItIsImportedTo() throws {
        let folder = TemporaryFolder()
        let model = Self.fixture("models/llama.gguf")
        let graph = folder.path("graph.json")
        #expect(try Accelsim.run(["import", model, "-o", graph] + Self.formats).status == 0)
        let arguments = ["--arch", "mac-int8", "--prompt-tokens", "1,2,3", "--generate", "4"]
        // Nothing is left among the temporary files.
        let temporary = TemporaryFolder()
        let direct = try Accelsim.run(
            ["run", model] + Self.formats + arguments + ["--json", "-"], environment: ["TMPDIR": temporary.path])
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.path).isEmpty)
        guard case .object(let a) = try JSONValue.parse(direct.output), case .object(let b) = try json(["run", graph] + arguments)
        else { Issue.record("no reports"); return }
        #expect(a["tokens"] != nil && a["tokens"] == b["tokens"])
    }

    @Test(arguments: ["golden", "compile", "compare", "run"]) func everyCommandTakesAModel(command: String) throws {
        let symbols = ["--bind", "seq=2", "--bind", "past=0", "--bind", "capacity=4"]
        let rest = ["golden": [], "compile": ["--check-order", "--arch", "mac-int8"]][command] ?? ["--arch", "mac-int8", "--check"]
        let run = try Accelsim.run([command, Self.fixture("models/llama.gguf")] + Self.formats + symbols + rest)
        #expect(run.status == 0, "\(run.errors)")
    }

    /// Scales of keys and values are in caches too, and what lies behind the last token there is in no sum.
    @Test(arguments: ["llama", "qwen3", "gemma2"]) func programsOfSeveralLengthsServeTokensWithScales(name: String) throws {
        let source = try ModelSource(Self.fixture("models/\(name).gguf"), ImportOptions(weights: "int8", activations: "int8"))
        var reports: [NetworkReport] = []
        for bucket in [1, 4] {
            let target = try Target.make("lut-tc")
            let model = LanguageModel(target: target, capacity: 16) { try source.load($0, bucket: $1) }
            let generation = try Generation(model, prompt: [1, 2, 3], count: 6, bucket: bucket, cost: MachineCost(target))
            reports.append(try generation.run(network: name, Execution()))
        }
        #expect(reports[0].tokens == reports[1].tokens && reports[0].tokens.count == 6)
        // Cached lengths 3 to 7: one program each, or one for those up to 4 and one for those up to 8.
        #expect(reports.map { $0.rows.last?.programs } == [5, 2])
    }

    @Test func whatIsNoModelHasItsOwnFormats() throws {
        let graph = Repository.path("examples/two-layers/graph.json")
        let run = try Accelsim.run(["run", graph, "--arch", "mac-int8", "--weights", "int8"])
        #expect(run.status == 64 && run.errors.contains("has its own formats"))
        let preset = try Accelsim.run(["run", "preset:opt-125m", "--arch", "mac-int8", "--override", "*=int8"])
        #expect(preset.status == 64)
        let prompt = try Accelsim.run(["run", graph, "--arch", "mac-int8", "--prompt", "a", "--generate", "1"])
        #expect(prompt.status == 64 && prompt.errors.contains("--tokenizer"))
    }
}
