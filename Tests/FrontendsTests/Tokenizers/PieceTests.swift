import Diagnostics
import Foundation
import Frontends
import Testing

/// A small trained vocabulary against the Python package `sentencepiece` (`tools/piece_vectors.py`).
@Suite struct PieceTests {
    struct Vocabulary: Decodable {
        var vocabulary: [String]
        var scores: [Float]
        var types: [Int32]
        var cases: [BytePairTests.Vocabulary.Case]
    }

    private static func vocabulary() throws -> Vocabulary {
        try JSONDecoder().decode(Vocabulary.self, from: try Data(contentsOf: Fixtures.url("pieces.json")))
    }

    private static func tokenizer(_ vocabulary: Vocabulary, begins: Bool = false) throws -> PieceTokenizer {
        var file = GGUFBytes()
        let scores = GGUFBytes.bytes(UInt32(6)) + GGUFBytes.bytes(UInt64(vocabulary.scores.count)) + GGUFBytes.floats(vocabulary.scores)
        file.pairs = [
            ("tokenizer.ggml.model", .string("llama")), ("tokenizer.ggml.tokens", .strings(vocabulary.vocabulary)),
            ("tokenizer.ggml.scores", .raw(kind: 9, scores)), ("tokenizer.ggml.token_type", .int32s(vocabulary.types)),
            ("tokenizer.ggml.add_bos_token", .bool(begins)),
        ]
        return try PieceTokenizer(try GGUFFile(data: file.data, path: "m.gguf"))
    }

    @Test func textsHaveThePiecesOfThePackage() throws {
        let vocabulary = try Self.vocabulary()
        let tokenizer = try Self.tokenizer(vocabulary)
        #expect(vocabulary.cases.count > 50)
        for example in vocabulary.cases {
            #expect(tokenizer.encode(example.text) == example.tokens, "\(example.text.debugDescription)")
        }
    }

    @Test func piecesAreTheTextAgain() throws {
        let vocabulary = try Self.vocabulary()
        let tokenizer = try Self.tokenizer(vocabulary, begins: true)
        for example in vocabulary.cases {
            #expect(tokenizer.encode(example.text) == [1] + example.tokens)
            #expect(tokenizer.decode(tokenizer.encode(example.text)) == example.text)
        }
    }

    /// Without blanks nothing cuts a text, and pairs are found again after every join.
    @Test func longTextsAreTheTextAgain() throws {
        let tokenizer = try Self.tokenizer(try Self.vocabulary())
        let text = String(repeating: "thepieceoftenthe", count: 4000)
        #expect(tokenizer.decode(tokenizer.encode(text)) == text)
    }

    @Test func otherKindsAreRefusedByName() throws {
        var file = GGUFBytes()
        file.pairs = [("tokenizer.ggml.model", .string("gpt2"))]
        let data = file.data
        let error = #expect(throws: Diagnostics.self) { try PieceTokenizer(try GGUFFile(data: data, path: "m.gguf")) }
        #expect(error?.all.first?.field == "tokenizer.ggml.model")
    }
}
