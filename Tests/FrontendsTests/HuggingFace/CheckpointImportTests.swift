import Diagnostics
import Formats
import Foundation
import Frontends
import Graph
import Testing

/// Small checkpoints with drawn weights against numpy (`tools/huggingface_models.py`) and transformers
/// (`tools/transformers_models.py`).
@Suite struct CheckpointImportTests {
    static let names = CheckpointFixtures.all ?? []
    static let packed = names.filter { $0.hasPrefix("gptq") || $0 == "awq" || $0 == "bitnet" }

    @Test func thereAreCheckpoints() { #expect(Self.names.count == 50 && Self.packed.count == 8) }

    @Test(arguments: names) func outputsAreThoseOfTheReference(name: String) throws {
        let lines = try CheckpointFixtures.lines(name, "expected.txt")
        let expected = Array(lines.dropFirst())
        try Fixtures.inFolder { folder in
            try CheckpointFixtures.importModel(CheckpointFixtures.path(name), to: "\(folder)/g.json")
            let rows = name == "vit" ? 5 : lines[0].count
            let found = try CheckpointFixtures.run("\(folder)/g.json", lines[0], rows: rows)
            #expect(found.map(\.count) == expected.map(\.count))
            #expect(zip(found.joined(), expected.joined()).allSatisfy { ($0 - $1).magnitude < 1e-4 })
        }
    }

    /// With `keep`, codes, scales and zero points of the graph's file stand for what the tool says.
    @Test(arguments: packed) func keptWeightsAreThoseOfTheFile(name: String) throws {
        let expected = try CheckpointFixtures.lines(name, "module.txt", dropped: 1)
        try Fixtures.inFolder { folder in
            let half = NumberFormat(codec: .float16)
            let summary = try CheckpointFixtures.importModel(CheckpointFixtures.path(name), to: "\(folder)/g.json", .kept, half)
            let row = try #require(summary.rows.first { $0.type.contains("bit") || $0.type == "ternary" })
            // Groups whose inputs lie scattered have no place in a graph.
            let isScattered = name == "gptq-act-order"
            #expect(row.isExact == !isScattered && row.tensors == 7)
            #expect(isScattered ? row.format == "f16" : row.format.hasPrefix(name == "bitnet" ? "ternary:tensor" : "uint"))
            let (graph, bundle) = try GraphFile.load(path: "\(folder)/g.json", bindings: ["seq": 1, "past": 0, "capacity": 1])
            let stored = try KeptWeightsTests.numbers("blk.0.ffn_down.weight", graph, try #require(bundle))
            #expect(stored.count == expected.joined().count)
            for (number, right) in zip(stored, expected.joined()) {
                #expect((number - right).magnitude <= (isScattered ? right.magnitude / 1024 : right.magnitude * 1e-6))
            }
        }
    }

    /// Heads are never packed; in front of them activations are codes too, and so they become codes.
    @Test(arguments: ["gptq-4", "awq", "bitnet"]) func keptCodesTakeIntegerActivations(name: String) throws {
        let lines = try CheckpointFixtures.lines(name, "expected.txt")
        try Fixtures.inFolder { folder in
            let summary = try CheckpointFixtures.importModel(
                CheckpointFixtures.path(name), to: "\(folder)/g.json", .kept, NumberFormat(codec: .int8))
            #expect(summary.rows.first { $0.format == "int8" }?.tensors == 1)
            #expect(summary.rows.first { $0.tensors == 7 }?.isExact == true)
            let found = try CheckpointFixtures.run("\(folder)/g.json", lines[0], rows: lines[0].count)
            let expected = lines.dropFirst().joined()
            let noise = zip(found.joined(), expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
            #expect(noise < expected.reduce(0) { $0 + $1 * $1 } / 50)
        }
    }

    @Test func weightsBecomeOtherFormats() throws {
        try Fixtures.inFolder { folder in
            for name in ["gptq-4", "opt", "vit", "gpt2", "bert"] {
                let lines = try CheckpointFixtures.lines(name, "expected.txt")
                let byte = NumberFormat(codec: .int8)
                let summary = try CheckpointFixtures.importModel(
                    CheckpointFixtures.path(name), to: "\(folder)/\(name).json", .format(byte), byte)
                #expect(summary.rows.contains { $0.format == "int8" && $0.signalToNoise > 1000 })
                let found = try CheckpointFixtures.run("\(folder)/\(name).json", lines[0], rows: name == "vit" ? 5 : lines[0].count)
                let expected = lines.dropFirst().joined()
                let noise = zip(found.joined(), expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
                #expect(noise < expected.reduce(0) { $0 + $1 * $1 } / 50, "\(name)")
            }
        }
    }

    /// A folder, its configuration, its index and its weights are the same model.
    @Test func anyFileOfACheckpointNamesIt() throws {
        try Fixtures.inFolder { folder in
            let model = CheckpointFixtures.path("llama")
            for (index, path) in [model, "\(model)/config.json", "\(model)/model.safetensors", "\(model)/"].enumerated() {
                try CheckpointFixtures.importModel(path, to: "\(folder)/\(index).json")
            }
            let files = try (0..<4).map { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\($0).safetensors")) }
            #expect(files.allSatisfy { $0 == files[0] })
        }
    }

    @Test func whatIsNotLookedAtIsSaid() throws {
        try Fixtures.inFolder { folder in
            let summary = try CheckpointFixtures.importModel(CheckpointFixtures.path("roberta"), to: "\(folder)/g.json")
            #expect(summary.unread == ["lm_head.dense"])
        }
    }
}
