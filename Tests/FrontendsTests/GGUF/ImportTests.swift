import Diagnostics
import Foundation
import Formats
import Frontends
import Graph
import Testing

/// Small models with drawn weights, written with the Python package `gguf`, against numpy (`tools/gguf_models.py`).
@Suite struct ImportTests {
    static let architectures = [
        "llama", "llama-scaled", "qwen2", "qwen3", "gemma", "gemma2", "gemma3", "phi2", "phi3", "gpt2", "granite", "olmo2",
        "stablelm", "stablelm-parallel", "starcoder2", "smollm3", "nemotron", "olmo", "command-r", "gptneox", "gptneox-sequential",
        "falcon", "falcon-grouped", "bloom", "mpt", "starcoder",
    ]

    /// The network's scores for some tokens, in two runs when it is cut: what the first leaves is in the caches.
    private static func scores(_ graph: String, _ tokens: [Int32], cut: Int? = nil) throws -> [[Float]] {
        var states: [String: Tensor] = [:]
        var rows: [[Float]] = []
        for range in cut.map({ [0..<$0, $0..<tokens.count] }) ?? [0..<tokens.count] {
            let bindings = ["seq": range.count, "past": range.lowerBound, "capacity": 8]
            let (graph, bundle) = try GraphFile.load(path: graph, bindings: bindings)
            let weights = try #require(bundle)
            let evaluator = ReferenceEvaluator(graph: graph) { name in
                try weights.tensor(named: name, type: try #require(graph.types[name]))
            }
            var inputs = ["tokens": Tensor(shape: [range.count], storage: .int32(Array(tokens[range])))]
            if graph.inputs.contains("positions") {
                inputs["positions"] = Tensor(shape: [range.count], storage: .int32(range.map { Int32($0) }))
            }
            let output = try #require(try evaluator.run(inputs: inputs, states: &states)[graph.outputs[0]])
            rows += (0..<range.count).map { row in (0..<output.shape[1]).map { output.float(at: row * output.shape[1] + $0) } }
        }
        return rows
    }

    private struct Expected {
        let tokens: [Int32]
        let scores: [[Float]]

        init(_ name: String) throws {
            let text = try String(contentsOf: Fixtures.url("models/\(name).txt"), encoding: .utf8)
            let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
            tokens = lines[0].compactMap { Int32($0) }
            scores = lines.dropFirst().map { $0.compactMap { Float($0) } }
        }
    }

    private static func difference(_ a: [[Float]], _ b: [[Float]]) -> Float {
        guard a.map(\.count) == b.map(\.count), !a.isEmpty else { return .infinity }
        return zip(a.joined(), b.joined()).reduce(0) { max($0, ($1.0 - $1.1).magnitude) }
    }

    @Test(arguments: architectures + ["llama-split-00001-of-00003"]) func scoresAreThoseOfNumpy(name: String) throws {
        let expected = try Expected(name)
        try Fixtures.inFolder { folder in
            let graph = "\(folder)/graph.json"
            try Fixtures.importModel(name, to: graph, .format(NumberFormat(codec: .float32)), NumberFormat(codec: .float32))
            #expect(Self.difference(try Self.scores(graph, expected.tokens), expected.scores) < 1e-4)
            // Token by token out of the caches, too.
            #expect(Self.difference(try Self.scores(graph, expected.tokens, cut: 4), expected.scores) < 1e-4)
        }
    }

    @Test(arguments: architectures) func halvesLoseLittle(name: String) throws {
        let expected = try Expected(name)
        try Fixtures.inFolder { folder in
            let graph = "\(folder)/graph.json"
            let half = NumberFormat(codec: .float16)
            let summary = try Fixtures.importModel(name, to: graph, .format(half), half)
            // The files hold halves, apart from tables.
            #expect(summary.rows.filter { !$0.isExact }.map(\.type) == ["F32"])
            #expect(summary.rows.allSatisfy { $0.isExact || $0.format == "f16" })
            #expect(Self.difference(try Self.scores(graph, expected.tokens), expected.scores) < 0.1)
        }
    }

    @Test(arguments: ["int8:group=8", "uint4:group=8:mse", "ternary:tensor:mse", "bipolar2", "f8e4m3", "flint4:group=8", "int2:mse"])
    func weightsBecomeAnyFormat(text: String) throws {
        try Fixtures.inFolder { folder in
            let graph = "\(folder)/graph.json"
            let format = try NumberFormat(text, field: "--weights")
            let activations = NumberFormat(codec: format.codec.isFloat ? .float16 : .int8)
            let summary = try Fixtures.importModel("llama", to: graph, .format(format), activations)
            #expect(summary.rows.contains { $0.format == text && $0.signalToNoise > 1 })
            // Reading checks every code and scale.
            #expect(try Self.scores(graph, [1, 2, 3]).joined().allSatisfy { $0.isFinite })
        }
    }

    @Test func searchLosesLessThanTheGreatestMagnitude() throws {
        func noise(_ text: String) throws -> Double {
            try Fixtures.inFolder { folder in
                let format = try NumberFormat(text, field: "--weights")
                let summary = try Fixtures.importModel(
                    "qwen2", to: "\(folder)/graph.json", .format(format), NumberFormat(codec: .int8))
                return 1 / (summary.rows.first { $0.format == text }?.signalToNoise ?? 0)
            }
        }
        for text in ["int3:group=8", "ternary", "flint4", "bipolar2:tensor"] {
            #expect(try noise("\(text):mse") < 0.9 * noise(text), "\(text)")
        }
    }

    @Test func everythingThatIsWrongIsListedAndNothingIsWritten() throws {
        try Fixtures.inFolder { folder in
            var bytes = [UInt8](try Data(contentsOf: Fixtures.url("models/llama.gguf")))
            // Two tensors under other names are two that are missing and two that are left over.
            for name in ["blk.1.ffn_down.weight", "output_norm.weight"] {
                let place = try #require(bytes.firstRange(of: Array(name.utf8)))
                bytes[place.lowerBound + name.utf8.count - 1] = UInt8(ascii: "x")
            }
            let model = "\(folder)/wrong.gguf"
            try Data(bytes).write(to: URL(fileURLWithPath: model))
            let half = NumberFormat(codec: .float16)
            let error = #expect(throws: Diagnostics.self) {
                try GGUFImport(path: model, weights: .format(half), activations: half)
            }
            #expect(
                Set(error?.all.compactMap(\.node) ?? []) == [
                    "blk.1.ffn_down.weight", "blk.1.ffn_down.weighx", "output_norm.weight", "output_norm.weighx",
                ])
            #expect(error?.all.allSatisfy { $0.file == model } == true)
        }
    }

    @Test func weightsThatAreNoNumbersLeaveNothingBehind() throws {
        try Fixtures.inFolder { folder in
            var bytes = [UInt8](try Data(contentsOf: Fixtures.url("models/llama.gguf")))
            let file = try GGUFFile(data: Data(bytes), path: "llama.gguf")
            let tensor = try #require(file.tensors.first { $0.name == "blk.1.ffn_up.weight" })
            (bytes[tensor.range.lowerBound + 40], bytes[tensor.range.lowerBound + 41]) = (0, 0x7E)
            let model = "\(folder)/wrong.gguf"
            try Data(bytes).write(to: URL(fileURLWithPath: model))
            let half = NumberFormat(codec: .float16)
            for weights in [half, NumberFormat(codec: .int8)] {
                let graph = try GGUFImport(path: model, weights: .format(weights), activations: half)
                let error = #expect(throws: Diagnostics.self) {
                    try graph.write(try ImportedFiles(graph: "\(folder)/new/graph.json"))
                }
                #expect(error?.all.first?.node == "blk.1.ffn_up.weight")
                #expect(error?.all.first?.field == "row 1")
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["wrong.gguf"])
            }
        }
    }

    @Test(arguments: [
        ("general.architecture", GGUFBytes.Value.string("lama"), "llama"), ("split.count", .uint32(2), "2 files"),
        ("general.quantization_version", .uint32(1), "is 1"), ("llama.expert_count", .uint32(8), "experts"),
        ("llama.rope.scaling.factor", .float32(-4), "positive"), ("llama.block_count", .uint32(3), "0 blocks"),
        ("llama.attention.head_count_kv", .uint32(3), "does not divide"), ("llama.attention.value_length", .uint32(4), "keys"),
        ("llama.rope.freq_base", .float32(-1), "positive"), ("llama.embedding_length", .string("x"), "text"),
        ("llama.attention.head_count", .int32s([4, 8]), "layer to layer"),
    ] as [(String, GGUFBytes.Value, String)])
    func metadataThatCannotBeFollowedAreNamed(key: String, value: GGUFBytes.Value, message: String) throws {
        var file = GGUFBytes()
        file.pairs = [
            ("general.architecture", .string("llama")), ("llama.block_count", .uint32(1)), ("llama.context_length", .uint32(8)),
            ("llama.embedding_length", .uint32(8)), ("llama.feed_forward_length", .uint32(8)),
            ("llama.attention.head_count", .uint32(4)), ("llama.attention.layer_norm_rms_epsilon", .float32(1e-5)),
        ]
        file.pairs.removeAll { $0.0 == key }
        file.pairs.append((key, value))
        try Fixtures.inFolder { folder in
            try file.data.write(to: URL(fileURLWithPath: "\(folder)/m.gguf"))
            let half = NumberFormat(codec: .float16)
            let error = #expect(throws: Diagnostics.self) {
                try GGUFImport(path: "\(folder)/m.gguf", weights: .kept, activations: half)
            }
            let found = try #require(error?.all.first { $0.field == key }, "\(String(describing: error))")
            #expect(found.message.contains(message), "\(found)")
        }
    }

    /// Files of a model are found by the name of the first, and belong together.
    @Test(arguments: [
        ("llama-split-00002-of-00003.gguf", [:], "split.no", "the first"),
        ("llama-split-00001-of-00003.gguf", ["3": nil], nil, "there is no such file"),
        ("llama-split-00001-of-00003.gguf", ["3": "2"], "split.no", "2 expected"),
        ("model.gguf", ["model": "1"], "split.count", "-00001-of-00003.gguf"),
    ] as [(String, [String: String?], String?, String)])
    func filesThatDoNotBelongTogetherAreNamed(
        named: String, changed: [String: String?], field: String?, message: String
    ) throws {
        func file(_ number: String) -> String { number == "model" ? "model.gguf" : "llama-split-0000\(number)-of-00003.gguf" }
        try Fixtures.inFolder { folder in
            for number in ["1", "2", "3", "model"] {
                guard let source = changed[number] ?? number, source != "model" else { continue }
                try FileManager.default.copyItem(
                    at: Fixtures.url("models/\(file(source))"), to: URL(fileURLWithPath: "\(folder)/\(file(number))"))
            }
            let error = #expect(throws: Diagnostics.self) {
                try GGUFImport(
                    path: "\(folder)/\(named)", weights: .kept, activations: NumberFormat(codec: .float16))
            }
            let found = try #require(error?.all.first)
            #expect(found.field == field && "\(found)".contains(message), "\(found)")
        }
    }

    /// Whatever the bytes of a model are, it is imported or refused with a place.
    @Test(arguments: 0..<300) func mutatedModelsAreImportedOrRefused(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        var bytes = [UInt8](try Data(contentsOf: Fixtures.url("models/\(Self.architectures[Int(seed) % Self.architectures.count]).gguf")))
        for _ in 0..<(1 + Int(seed % 3)) {
            // Most of the file is weights; the header is where it hurts.
            let place = Int(generator.next() % UInt64(min(bytes.count, 2500)))
            if generator.next() % 2 == 0 { bytes[place] = UInt8(truncatingIfNeeded: generator.next()) } else { bytes[place] ^= 1 }
        }
        if seed % 10 == 0 { bytes.removeLast(Int(generator.next() % UInt64(bytes.count))) }
        try Fixtures.inFolder { folder in
            let model = "\(folder)/m.gguf"
            try Data(bytes).write(to: URL(fileURLWithPath: model))
            let half = NumberFormat(codec: .float16)
            do throws(Diagnostics) {
                let graph = try GGUFImport(path: model, weights: .kept, activations: half)
                let files: ImportedFiles
                do throws(Diagnostic) { files = try ImportedFiles(graph: "\(folder)/g.json") } catch { throw Diagnostics(error) }
                _ = try graph.write(files)
            } catch {
                #expect(error.all.allSatisfy { $0.file != nil || $0.node != nil })
                #expect(!error.description.contains("internal error"), "\(error)")
                #expect(!FileManager.default.fileExists(atPath: "\(folder)/g.json"))
            }
        }
    }
}
