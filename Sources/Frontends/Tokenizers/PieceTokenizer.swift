import Diagnostics

/// SentencePiece with scores, as GGUF files of LLaMA and Gemma have it (`tokenizer.ggml.model` "llama"): blanks are U+2581, and
/// neighbours whose union is a token are joined, the one with the highest score first.
public struct PieceTokenizer: Sendable {
    private let tokens: [String]
    /// By their bytes: to Swift, texts that look alike are equal.
    private let numbers: [[UInt8]: Int]
    private let scores: [Float]
    /// Tokens of single bytes, for what is in no token.
    private let bytes: [UInt8: Int]
    private let unknown: Int?
    /// The token that goes in front of a text.
    private let begin: Int?
    private let addsBlank: Bool

    private static let blank = "\u{2581}"

    public init(_ file: GGUFFile) throws(Diagnostics) {
        do throws(Diagnostic) { try self.init(metadata: file.metadata) } catch { throw Diagnostics(error.inFile(file.path)) }
    }

    private init(metadata: [String: GGUFValue]) throws(Diagnostic) {
        func value(_ key: String) -> GGUFValue? { metadata["tokenizer.ggml.\(key)"] }
        func truth(_ key: String) -> Bool { if case .bool(let truth)? = value(key) { truth } else { true } }
        guard value("model") == .string("llama") else {
            throw Diagnostic(field: "tokenizer.ggml.model", "is another one than 'llama' (SentencePiece with scores)")
        }
        guard case .array(let tokenList)? = value("tokens"), let tokens = tokenList.strings,
            case .array(let scoreList)? = value("scores"), scoreList.count == tokens.count
        else { throw Diagnostic(field: "tokenizer.ggml.tokens", "texts expected, and in scores as many numbers") }
        let types = if case .array(let list)? = value("token_type") { list.integers ?? [] } else { [Int]() }
        guard types.isEmpty || types.count == tokens.count else {
            throw Diagnostic(field: "tokenizer.ggml.token_type", "has \(types.count) entries, \(tokens.count) expected")
        }
        self.tokens = tokens
        scores = scoreList.elements.map { if case .float(let score) = $0 { Float(score) } else { 0 } }
        // Control and unused tokens are never made of text, those of bytes not in one piece.
        let plain = tokens.indices.filter { types.isEmpty || types[$0] == 1 || types[$0] == 4 }
        numbers = Dictionary(plain.map { (Array(tokens[$0].utf8), $0) }, uniquingKeysWith: { first, _ in first })
        bytes = Dictionary(
            tokens.indices.compactMap { number in Self.byte(tokens[number]).map { ($0, number) } },
            uniquingKeysWith: { first, _ in first })
        unknown = value("unknown_token_id")?.integer ?? 0
        begin = truth("add_bos_token") ? value("bos_token_id")?.integer ?? 1 : nil
        addsBlank = truth("add_space_prefix")
    }

    /// The byte of `<0x0A>`.
    private static func byte(_ token: String) -> UInt8? {
        guard token.utf8.count == 6, token.hasPrefix("<0x"), token.hasSuffix(">") else { return nil }
        return UInt8(token.dropFirst(3).dropLast(), radix: 16)
    }

    /// Numbers of the tokens of a text.
    public func encode(_ text: String) -> [Int] {
        let head = begin.map { [$0] } ?? []
        guard !text.isEmpty else { return head }
        let escaped = ((addsBlank ? " " : "") + text).unicodeScalars.map { Array(($0 == " " ? Self.blank : String($0)).utf8) }
        return head + joined(escaped).flatMap(numbers(of:))
    }

    private func joined(_ characters: [[UInt8]]) -> [[UInt8]] {
        PairMerger.merged(characters) { left, right in numbers[left + right].map { -Double(scores[$0]) } }
    }

    private func numbers(of part: [UInt8]) -> [Int] {
        if let number = numbers[part] { return [number] }
        let single = part.compactMap { bytes[$0] }
        return single.count == part.count ? single : unknown.map { [$0] } ?? []
    }

    /// The text of tokens; bytes that are no UTF-8 become replacement characters. The blank in front is taken away.
    public func decode(_ numbers: [Int]) -> String {
        var found: [UInt8] = []
        for number in numbers where number != begin && tokens.indices.contains(number) {
            if let byte = Self.byte(tokens[number]) { found.append(byte) } else { found += Array(tokens[number].utf8) }
        }
        var text = String.UnicodeScalarView()
        for scalar in String(decoding: found, as: UTF8.self).unicodeScalars { text.append(scalar == "\u{2581}" ? " " : scalar) }
        return String(addsBlank && text.first == " " ? String.UnicodeScalarView(text.dropFirst()) : text)
    }
}
