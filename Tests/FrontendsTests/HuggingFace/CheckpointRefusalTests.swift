import Diagnostics
import Foundation
import Frontends
import Graph
import Testing

/// What keeps a checkpoint from becoming a graph is told with file and place, all of it at once, and nothing is written.
@Suite struct CheckpointRefusalTests {
    private static func problems(_ folder: String) throws -> [Diagnostic] {
        do {
            try CheckpointFixtures.importModel(folder, to: "\(folder)/out/g.json", .kept, NumberFormat(codec: .float16))
        } catch let error as Diagnostics {
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/out"))
            #expect(!error.description.contains("internal error"), "\(error)")
            #expect(error.all.allSatisfy { $0.file != nil }, "\(error)")
            return error.all
        }
        return []
    }

    /// A checkpoint whose configuration has this in place of its own.
    private static func problems(_ name: String, _ key: String, _ value: JSONValue?) throws -> [Diagnostic] {
        try CheckpointFixtures.withCopy(name) { folder in
            let path = "\(folder)/config.json"
            guard case .object(var object) = try InputFile.json(path: path) else { return [] }
            object[key] = value
            try OutputFile.write(JSONValue.object(object).text(), path: path)
            return try problems(folder)
        }
    }

    @Test(arguments: [
        ("llama", "model_type", "lama", "did you mean 'llama'"), ("llama", "model_type", nil, "left out"),
        ("llama", "num_hidden_layers", 3, "2 blocks"), ("llama", "num_hidden_layers", "x", "whole number"),
        ("llama", "hidden_size", 1_000_000_000, "16777216"), ("llama", "num_key_value_heads", 3, "does not divide"),
        ("llama", "hidden_act", "mish", "'mish'"), ("llama", "rope_theta", -1, "positive"),
        ("llama", "rope_scaling", ["rope_type": "longrope", "factor": 4], "longrope"),
        ("llama", "rope_scaling", ["rope_type": "llama3"], "left out"),
        ("llama", "quantization_config", ["quant_method": "hqq"], "'hqq'"),
        ("gptq-4", "quantization_config", ["quant_method": "gptq", "bits": 5], "2, 3, 4 or 8"),
        ("gptq-4", "quantization_config", ["quant_method": "gptq", "bits": 4, "checkpoint_format": "marlin"], "marlin"),
        ("gptq-4", "quantization_config", nil, "nothing says how"),
        ("awq", "quantization_config", ["quant_method": "awq", "bits": 4, "version": "gemv"], "'gemv'"),
        ("llama", "num_local_experts", 8, "experts"), ("gpt-neo", "attention_types", [[["global"], 1]], "of 1 layers"),
        ("mpt", "attn_config", ["qk_ln": true], "qk_ln"), ("mpt", "no_bias", false, "true expected"),
        ("bloom", "apply_residual_connection_post_layernorm", true, "not supported"), ("falcon", "alibi", true, "not supported"),
        ("gptj", "rotary_dim", 5, "even number"),
        ("bert", "position_embedding_type", "relative_key", "relative_key"), ("vit", "patch_size", 3, "does not divide"),
        ("gemma3", "layer_types", ["full_attention", "chunked_attention", "sliding_attention"], "sliding_attention"),
        ("smollm3", "no_rope_layers", [1, 0, 2, 0], "0 or 1"),
    ] as [(String, String, JSONValue?, String)])
    func configurationsThatCannotBeFollowedAreNamed(name: String, key: String, value: JSONValue?, message: String) throws {
        let problems = try Self.problems(name, key, value)
        #expect(
            problems.contains { $0.field?.hasPrefix(key) == true && $0.description.contains(message) },
            "\(problems.map(\.description))")
    }

    @Test func tensorsThatAreMissingOrLeftOverAreListedAtOnce() throws {
        let problems = try Self.problems("llama", "intermediate_size", 32)
        #expect(problems.count == 6 && problems.allSatisfy { $0.field == "shape" })
        let tied = try Self.problems("qwen2", "tie_word_embeddings", false)
        #expect(tied.map(\.node) == ["lm_head.weight"])
        let other = try Self.problems("llama", "model_type", "gemma2")
        #expect(other.contains { $0.node == "model.layers.0.pre_feedforward_layernorm.weight" })
        #expect(other.contains { $0.node == "lm_head.weight" } == false)
    }

    @Test func groupsHaveToFit() throws {
        let problems = try Self.problems(
            "gptq-4", "quantization_config", ["quant_method": "gptq", "bits": 4, "group_size": 8])
        #expect(problems.count == 7 && problems.allSatisfy { $0.node?.hasSuffix(".scales") == true })
    }

    @Test func shardsThatAreMissingAreNamed() throws {
        try CheckpointFixtures.withCopy("qwen3") { folder in
            try FileManager.default.removeItem(atPath: "\(folder)/model-00002-of-00002.safetensors")
            let problems = try Self.problems(folder)
            #expect(problems.map(\.file) == ["\(folder)/model.safetensors.index.json"])
            #expect(problems[0].message.contains("model-00002-of-00002.safetensors"))
            try FileManager.default.copyItem(
                atPath: "\(folder)/model-00001-of-00002.safetensors", toPath: "\(folder)/model-00002-of-00002.safetensors")
            #expect(try !Self.problems(folder).isEmpty)
        }
    }

    @Test func indicesDoNotLeaveTheFolder() throws {
        try CheckpointFixtures.withCopy("qwen3") { folder in
            let index: JSONValue = ["weight_map": ["a": "../../etc/passwd.safetensors", "b": 3]]
            try OutputFile.write(index.text(), path: "\(folder)/model.safetensors.index.json")
            #expect(try Self.problems(folder).map(\.node) == ["a", "b"])
        }
    }

    @Test func otherFormatsOfWeightsAreNamed() throws {
        try CheckpointFixtures.withCopy("llama") { folder in
            try FileManager.default.moveItem(atPath: "\(folder)/model.safetensors", toPath: "\(folder)/pytorch_model.bin")
            #expect(try Self.problems(folder).first?.message.contains("pytorch_model.bin") == true)
        }
    }

    /// Whatever the bytes of a checkpoint are, it is imported or refused with a place.
    @Test(arguments: 0..<80) func mutatedCheckpointsAreImportedOrRefused(seed: UInt64) throws {
        let names = CheckpointImportTests.names
        var generator = SeededGenerator(state: seed)
        try CheckpointFixtures.withCopy(names[Int(seed) % names.count]) { folder in
            let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasSuffix(".txt") }.sorted()
            let file = "\(folder)/\(files[Int(generator.next() % UInt64(files.count))])"
            var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
            for _ in 0..<(1 + Int(seed % 3)) {
                // Most of the weights' files are numbers; the header is where it hurts.
                let place = Int(generator.next() % UInt64(min(bytes.count, 3000)))
                if generator.next() % 2 == 0 { bytes[place] = UInt8(truncatingIfNeeded: generator.next()) } else { bytes[place] ^= 1 }
            }
            if seed % 10 == 0 { bytes.removeLast(Int(generator.next() % UInt64(bytes.count))) }
            try Data(bytes).write(to: URL(fileURLWithPath: file))
            _ = try Self.problems(folder)
        }
    }
}
