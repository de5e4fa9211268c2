import Diagnostics

/// Byte-level byte pair encoding with the vocabulary, merges and pre-tokenizer of a GGUF file (`tokenizer.ggml.model` "gpt2").
public struct BytePairTokenizer: Sendable {
    private let tokens: [String]
    private let numbers: [String: Int]
    /// Rank of a merge by the bytes of its text, `left right`.
    private let ranks: [[UInt8]: Int]
    private let rule: PreTokenizer
    /// Tokens that a text may name: control and user-defined ones, longest first.
    private let special: [(text: [UInt8], number: Int)]
    /// The token that goes in front of a text.
    private let begin: Int?

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
        self.rule = rule
        self.tokens = tokens
        numbers = Dictionary(tokens.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        ranks = Dictionary(merges.enumerated().map { (Array($1.utf8), $0) }, uniquingKeysWith: { first, _ in first })
        special = zip(tokens, types).enumerated().filter { $1.1 == 3 || $1.1 == 4 }.map { (Array($1.0.utf8), $0) }
            .filter { !$0.0.isEmpty }.sorted { $0.0.count > $1.0.count }
        var adds = rule == .llama
        if case .bool(let truth)? = metadata["tokenizer.ggml.add_bos_token"] { adds = truth }
        begin = adds ? metadata["tokenizer.ggml.bos_token_id"]?.integer ?? 11 : nil
    }

    /// Numbers of the tokens of a text.
    public func encode(_ text: String) -> [Int] {
        var found = begin.map { [$0] } ?? []
        var rest = Array(text.utf8)[...]
        while let (range, number) = nextSpecial(rest) {
            found += plain(String(decoding: rest[..<range.lowerBound], as: UTF8.self)) + [number]
            rest = rest[range.upperBound...]
        }
        return found + plain(String(decoding: rest, as: UTF8.self))
    }

    /// The text of tokens; bytes that are no UTF-8 become replacement characters.
    public func decode(_ numbers: [Int]) -> String {
        let bytes = numbers.flatMap { number -> [UInt8] in
            guard tokens.indices.contains(number) else { return [] }
            return ByteAlphabet.bytes(tokens[number]) ?? Array(tokens[number].utf8)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func nextSpecial(_ text: ArraySlice<UInt8>) -> (Range<Int>, Int)? {
        var first: (Range<Int>, Int)?
        for (name, number) in special {
            guard let range = text.firstRange(of: name), first.map({ range.lowerBound < $0.0.lowerBound }) ?? true else { continue }
            first = (range, number)
        }
        return first
    }

    private func plain(_ text: String) -> [Int] {
        rule.pieces(text).flatMap { piece in
            let letters = ByteAlphabet.text(piece.utf8)
            // LLaMA 3 takes words that are in the vocabulary as they are.
            if rule == .llama, let whole = numbers[letters] { return [whole] }
            let parts = letters.unicodeScalars.map { Array(String($0).utf8) }
            return PairMerger.merged(parts) { left, right in ranks[left + [0x20] + right].map(Double.init) }
                .compactMap { numbers[String(decoding: $0, as: UTF8.self)] }
        }
    }
}
