import Diagnostics

/// SentencePiece: blanks are U+2581, and neighbours are joined, those first whose union has the highest score or whose merge
/// comes first in a list.
public struct PieceTokenizer: Sendable {
    private let tokens: [String]
    /// By their bytes: to Swift, texts that look alike are equal.
    private let numbers: [[UInt8]: Int]
    private let order: Order
    /// Tokens of single bytes, for what is in no token.
    private let bytes: [UInt8: Int]
    private let unknown: Int?
    /// The token that goes in front of a text.
    private let begin: Int?
    private let addsBlank: Bool
    /// Nothing is joined across a blank in front of a word.
    private let splitsWords: Bool

    /// What is joined first.
    enum Order: Sendable {
        /// The token with the highest score.
        case scores([Float])
        /// The first merge of a list, by the bytes of both parts with 0xFF between them.
        case merges([[UInt8]: Int])
    }

    private static let blank = "\u{2581}"

    /// - Parameter plain: tokens that texts are made of: no control tokens, none of bytes.
    init(
        tokens: [String], plain: [Int], order: Order, unknown: Int?, begin: Int? = nil, addsBlank: Bool, splitsWords: Bool = false,
        hasBytes: Bool = true
    ) {
        self.tokens = tokens
        self.order = order
        self.unknown = unknown
        self.begin = begin
        self.addsBlank = addsBlank
        self.splitsWords = splitsWords
        numbers = Dictionary(plain.map { (Array(tokens[$0].utf8), $0) }, uniquingKeysWith: { first, _ in first })
        bytes = Dictionary(
            hasBytes ? tokens.indices.compactMap { number in Self.byte(tokens[number]).map { ($0, number) } } : [],
            uniquingKeysWith: { first, _ in first })
    }

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
        let scores = scoreList.elements.map { if case .float(let score) = $0 { Float(score) } else { Float(0) } }
        // Control and unused tokens are never made of text, those of bytes not in one piece.
        let plain = tokens.indices.filter { types.isEmpty || types[$0] == 1 || types[$0] == 4 }
        self.init(
            tokens: tokens, plain: plain, order: .scores(scores), unknown: value("unknown_token_id")?.integer ?? 0,
            begin: truth("add_bos_token") ? value("bos_token_id")?.integer ?? 1 : nil, addsBlank: truth("add_space_prefix"))
    }

    /// The byte of `<0x0A>`.
    static func byte(_ token: String) -> UInt8? {
        guard token.utf8.count == 6, token.hasPrefix("<0x"), token.hasSuffix(">") else { return nil }
        return UInt8(token.dropFirst(3).dropLast(), radix: 16)
    }

    /// Numbers of the tokens of a text.
    public func encode(_ text: String) -> [Int] { encode(text, addsBlank: addsBlank) }

    /// - Parameter addsBlank: in front of the text.
    func encode(_ text: String, addsBlank: Bool) -> [Int] {
        let head = begin.map { [$0] } ?? []
        guard !text.isEmpty else { return head }
        let escaped = ((addsBlank ? " " : "") + text).unicodeScalars.map { Array(($0 == " " ? Self.blank : String($0)).utf8) }
        guard splitsWords else { return head + joined(escaped).flatMap(numbers(of:)) }
        return head + words(escaped).flatMap { joined($0).flatMap(numbers(of:)) }
    }

    /// Characters, cut in front of blanks.
    private func words(_ characters: [[UInt8]]) -> [[[UInt8]]] {
        var words: [[[UInt8]]] = []
        for character in characters {
            if words.isEmpty || character == Array(Self.blank.utf8) { words.append([]) }
            words[words.count - 1].append(character)
        }
        return words
    }

    private func joined(_ characters: [[UInt8]]) -> [[UInt8]] {
        switch order {
        case .scores(let scores):
            PairMerger.merged(characters) { left, right in numbers[left + right].map { -Double(scores[$0]) } }
        case .merges(let ranks):
            PairMerger.merged(characters) { left, right in ranks[left + [0xFF] + right].map(Double.init) }
        }
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
            if !bytes.isEmpty, let byte = Self.byte(tokens[number]) { found.append(byte) } else { found += Array(tokens[number].utf8) }
        }
        var text = String.UnicodeScalarView()
        for scalar in String(decoding: found, as: UTF8.self).unicodeScalars { text.append(scalar == "\u{2581}" ? " " : scalar) }
        return String(addsBlank && text.first == " " ? String.UnicodeScalarView(text.dropFirst()) : text)
    }
}
