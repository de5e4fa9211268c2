import Diagnostics
import Foundation
import Frontends
import Testing

/// Files of small trained vocabularies against the Python package `tokenizers` (`tools/tokenizer_files.py`).
@Suite struct TokenizerFileTests {
    static let names = ["gpt2", "roberta", "smollm", "llama3", "qwen2", "llama2", "gemma", "mistral", "metaspace", "unigram", "bert-uncased", "bert-cased"]

    private static func path(_ name: String) -> String { Fixtures.url("tokenizers/\(name)").path }

    @Test(arguments: names) func textsHaveTheTokensOfThePackage(name: String) throws {
        let tokenizer = try ModelTokenizer(path: Self.path(name))
        let cases = try JSONDecoder().decode(
            [BytePairTests.Vocabulary.Case].self, from: try Data(contentsOf: Fixtures.url("tokenizers/\(name)/cases.json")))
        #expect(cases.count > 50)
        for example in cases { #expect(tokenizer.encode(example.text) == example.tokens, "\(example.text.debugDescription)") }
    }

    @Test(arguments: ["gpt2", "smollm", "llama2", "gemma", "mistral", "unigram"]) func tokensAreTheTextAgain(name: String) throws {
        let tokenizer = try ModelTokenizer(path: Self.path(name))
        for text in ["The quick brown fox doesn't jump", "a  b", "x=1;y+=2"] {
            #expect(tokenizer.decode(tokenizer.encode(text)) == text)
        }
    }

    /// The end of a text is what the configuration beside it says.
    @Test func endsComeFromTheConfiguration() throws {
        try Fixtures.inFolder { folder in
            try FileManager.default.copyItem(atPath: Self.path("gpt2"), toPath: "\(folder)/m")
            try Data(#"{"eos_token_id": 7}"#.utf8).write(to: URL(fileURLWithPath: "\(folder)/m/config.json"))
            #expect(try ModelTokenizer(path: "\(folder)/m").ends == [7])
            try Data(#"{"eos_token_id": [2, 3]}"#.utf8).write(to: URL(fileURLWithPath: "\(folder)/m/generation_config.json"))
            #expect(try ModelTokenizer(path: "\(folder)/m").ends == [2, 3])
        }
    }

    @Test(arguments: [
        (#"{"type": "WordLevel", "vocab": {"a": 0}}"#, "model.type"), (#"{"type": "WordPiece", "vocab": {"a": 0}}"#, "model.type"), (#"{"type": "BPE", "vocab": {"a": 0}}"#, "model.merges"),
        (#"{"type": "BPE", "vocab": {"a": -1}, "merges": []}"#, "model.vocab"),
        (#"{"type": "BPE", "vocab": {"a": 99999999}, "merges": []}"#, "model.vocab"),
        (#"{"type": "BPE", "vocab": {"a": 0}, "merges": [3]}"#, "model.merges[0]"),
        (#"{"type": "BPE", "vocab": {"a": 0}, "merges": [], "end_of_word_suffix": "</w>"}"#, "model.end_of_word_suffix"),
        (#"{"type": "Unigram", "vocab": [["a", 0]], "unk_id": 4}"#, "model.unk_id"),
    ]) func modelsThatAreNotKnownAreRefused(model: String, field: String) throws {
        try Fixtures.inFolder { folder in
            try Data(#"{"model": \#(model)}"#.utf8).write(to: URL(fileURLWithPath: "\(folder)/tokenizer.json"))
            let error = #expect(throws: Diagnostics.self) { try ModelTokenizer(path: folder) }
            #expect(error?.all.first?.field == field)
            #expect(error?.all.first?.file == "\(folder)/tokenizer.json")
        }
    }

    @Test func stagesThatAreNotKnownAreListed() throws {
        try Fixtures.inFolder { folder in
            let text = #"""
                {"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "normalizer": {"type": "Lowercase"},
                 "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Punctuation"},
                   {"type": "Split", "pattern": {"Regex": "x+"}, "behavior": "Isolated"}]},
                 "post_processor": {"type": "BertProcessing"}}
                """#
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/tokenizer.json"))
            let error = #expect(throws: Diagnostics.self) { try ModelTokenizer(path: folder) }
            #expect(error?.all.map(\.field) == ["normalizer", "pre_tokenizer", "pre_tokenizer", "post_processor"])
        }
    }

    @Test func lettersAndTheirDecompositionsAreTwoTokens() throws {
        try Fixtures.inFolder { folder in
            let text = #"{"model": {"type": "BPE", "vocab": {"é": 0, "e": 1, "\u0301": 2, "e\u0301": 3}, "merges": [["e", "\u0301"]]}}"#
            try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/tokenizer.json"))
            let tokenizer = try ModelTokenizer(path: folder)
            #expect(tokenizer.encode("\u{E9}e\u{301}") == [0, 3])
        }
    }
}
