import Diagnostics
import Foundation
import Frontends
import Testing

/// Small trained vocabularies against the Python package `tokenizers` (`tools/tokenizer_vectors.py`).
@Suite struct BytePairTests {
    struct Vocabulary: Decodable {
        struct Case: Decodable {
            var text: String
            var tokens: [Int]
        }
        var vocabulary: [String]
        var merges: [String]
        var cases: [Case]
    }

    static let rules = ["gpt-2", "smollm", "llama-bpe", "qwen2", "falcon"]

    private static func vocabulary(_ rule: String) throws -> Vocabulary {
        let data = try Data(contentsOf: Fixtures.url("tokenizers.json"))
        return try #require(try JSONDecoder().decode([String: Vocabulary].self, from: data)[rule])
    }

    private static func tokenizer(_ rule: String, _ vocabulary: Vocabulary, model: String = "gpt2") throws -> BytePairTokenizer {
        var file = GGUFBytes()
        let types = vocabulary.vocabulary.map { $0.hasPrefix("<|") && $0.hasSuffix("|>") ? Int32(3) : 1 }
        file.pairs = [
            ("tokenizer.ggml.model", .string(model)), ("tokenizer.ggml.pre", .string(rule)),
            ("tokenizer.ggml.tokens", .strings(vocabulary.vocabulary)), ("tokenizer.ggml.merges", .strings(vocabulary.merges)),
            ("tokenizer.ggml.token_type", .int32s(types)), ("tokenizer.ggml.add_bos_token", .bool(false)),
        ]
        return try BytePairTokenizer(try GGUFFile(data: file.data, path: "m.gguf"))
    }

    @Test(arguments: rules) func textsHaveTheTokensOfThePackage(rule: String) throws {
        let vocabulary = try Self.vocabulary(rule)
        let tokenizer = try Self.tokenizer(rule, vocabulary)
        #expect(vocabulary.cases.count > 50)
        for example in vocabulary.cases {
            #expect(tokenizer.encode(example.text) == example.tokens, "\(example.text.debugDescription)")
        }
    }

    @Test(arguments: rules) func tokensAreTheTextAgain(rule: String) throws {
        let vocabulary = try Self.vocabulary(rule)
        let tokenizer = try Self.tokenizer(rule, vocabulary)
        for example in vocabulary.cases { #expect(tokenizer.decode(tokenizer.encode(example.text)) == example.text) }
    }

    @Test func otherKindsAreRefusedByName() throws {
        let vocabulary = try Self.vocabulary("gpt-2")
        let model = #expect(throws: Diagnostics.self) { try Self.tokenizer("gpt-2", vocabulary, model: "rwkv") }
        #expect(model?.all.first?.field == "tokenizer.ggml.model")
        let rule = #expect(throws: Diagnostics.self) { try Self.tokenizer("poro", vocabulary) }
        #expect(rule?.all.first?.field == "tokenizer.ggml.pre")
    }
}
