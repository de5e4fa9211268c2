import Diagnostics

/// Byte-level byte pair encoding: a vocabulary, merges and a pre-tokenizer.
public struct BytePairTokenizer: Sendable {
    private let tokens: [String]
    private let numbers: [String: Int]
    /// Rank of a merge by the bytes of its text, `left right`.
    private let ranks: [[UInt8]: Int]
    private let rule: PreTokenizer
    /// Words that are in the vocabulary are taken as they are, whatever merges would make of them (LLaMA 3).
    private let takesWholeWords: Bool
    private let special: SpecialTokens
    /// The token that goes in front of a text.
    private let begin: Int?

    init(
        tokens: [String], merges: [String], rule: PreTokenizer, takesWholeWords: Bool,
        special: SpecialTokens = SpecialTokens([]), begin: Int? = nil
    ) {
        self.tokens = tokens
        numbers = Dictionary(tokens.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        ranks = Dictionary(merges.enumerated().map { (Array($1.utf8), $0) }, uniquingKeysWith: { first, _ in first })
        self.rule = rule
        self.takesWholeWords = takesWholeWords
        self.special = special
        self.begin = begin
    }

    /// Numbers of the tokens of a text.
    public func encode(_ text: String) -> [Int] {
        let found = special.parts(text).flatMap { part -> [Int] in
            switch part {
            case .text(let text): plain(text)
            case .token(let number): [number]
            }
        }
        return (begin.map { [$0] } ?? []) + found
    }

    /// The text of tokens; bytes that are no UTF-8 become replacement characters.
    public func decode(_ numbers: [Int]) -> String {
        let bytes = numbers.flatMap { number -> [UInt8] in
            guard tokens.indices.contains(number) else { return [] }
            return ByteAlphabet.bytes(tokens[number]) ?? Array(tokens[number].utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func plain(_ text: String) -> [Int] {
        rule.pieces(text).flatMap { piece in
            let letters = ByteAlphabet.text(piece.utf8)
            if takesWholeWords, let whole = numbers[letters] { return [whole] }
            let parts = letters.unicodeScalars.map { Array(String($0).utf8) }
            return PairMerger.merged(parts) { left, right in ranks[left + [0x20] + right].map(Double.init) }
                .compactMap { numbers[String(decoding: $0, as: UTF8.self)] }
        }
    }
}

extension BytePairTokenizer {
    /// - Parameter file: a GGUF file whose `tokenizer.ggml.model` is "gpt2".
    public init(_ file: GGUFFile) throws(Diagnostics) {
        do throws(Diagnostic) { try self.init(metadata: file.metadata) } catch { throw Diagnostics(error.inFile(file.path)) }
    }

    private init(metadata: [String: GGUFValue]) throws(Diagnostic) {
        func list(_ key: String) throws(Diagnostic) -> GGUFArray {
            if case .array(let list)? = metadata["tokenizer.ggml.\(key)"] { return list }
            throw Diagnostic(field: "tokenizer.ggml.\(key)", "a list expected")
        }
        func text(_ key: String) -> String? {
            if case .string(let text)? = metadata["tokenizer.ggml.\(key)"] { text } else { nil }
        }
        guard text("model") == "gpt2" else {
            throw Diagnostic(field: "tokenizer.ggml.model", "is '\(text("model") ?? "left out")', 'gpt2' (byte pairs) expected")
        }
        guard let name = text("pre"), let rule = PreTokenizer.names[name] else {
            let known = PreTokenizer.names.keys.sorted().joined(separator: ", ")
            throw Diagnostic(field: "tokenizer.ggml.pre", "is '\(text("pre") ?? "left out")', one of \(known) expected")
        }
        guard let tokens = try list("tokens").strings, let merges = try list("merges").strings else {
            throw Diagnostic(field: "tokenizer.ggml.tokens", "texts expected, in merges too")
        }
        let types = (try? list("token_type"))?.integers ?? []
        // Control and user-defined tokens.
        let special = zip(tokens, types).enumerated().filter { $1.1 == 3 || $1.1 == 4 }.map { (text: $1.0, number: $0) }
        var adds = rule == .llama
        if case .bool(let truth)? = metadata["tokenizer.ggml.add_bos_token"] { adds = truth }
        self.init(
            tokens: tokens, merges: merges, rule: rule, takesWholeWords: rule == .llama, special: SpecialTokens(special),
            begin: adds ? metadata["tokenizer.ggml.bos_token_id"]?.integer ?? 11 : nil)
    }
}
