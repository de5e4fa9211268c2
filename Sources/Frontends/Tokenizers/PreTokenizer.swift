/// Cuts a text into the pieces that byte pairs are merged within (`tokenizer.ggml.pre`; the regular expressions of
/// `src/llama-vocab.cpp`, written as code). L are letters, N are numerals.
enum PreTokenizer: String, Sendable {
    /// Contractions | optional blank, L+ | optional blank, N+ | optional blank, others+ | white space but for its last before a word.
    case gpt2 = "gpt-2"
    /// Every numeral alone, then as GPT-2.
    case smollm
    /// Contractions of either case | an optional other character, L+ | one to three N | optional blank, others+, line ends | white
    /// space up to the last line end | white space.
    case llama = "llama-bpe"
    /// As LLaMA 3, with every numeral alone.
    case qwen2
    /// Runs of punctuation, what is between them as GPT-2, and of that every three digits apart.
    case falcon

    /// Names of the same rules.
    static let names: [String: PreTokenizer] = [
        "gpt-2": .gpt2, "phi-2": .gpt2, "mpt": .gpt2, "olmo": .gpt2, "jais": .gpt2, "gigachat": .gpt2, "jina-es": .gpt2,
        "jina-de": .gpt2, "jina-v2-es": .gpt2, "jina-v2-de": .gpt2, "mellum": .gpt2, "falcon": .falcon, "smollm": .smollm, "starcoder": .smollm, "command-r": .smollm, "codeshell": .smollm, "refact": .smollm,
        "exaone": .smollm, "llama-bpe": .llama, "llama3": .llama, "llama-v3": .llama, "qwen2": .qwen2, "stablelm2": .qwen2,
        "deepseek-r1-qwen": .qwen2,
    ]

    func pieces(_ text: String) -> [String] {
        let scalars = Array(text.unicodeScalars)
        if self == .falcon { return falconPieces(scalars) }
        guard self == .smollm else { return pieces(scalars[...]) }
        var found: [String] = []
        var start = 0
        for index in scalars.indices where scalars[index].isNumeral {
            found += pieces(scalars[start..<index]) + [String(scalars[index])]
            start = index + 1
        }
        return found + pieces(scalars[start...])
    }

    private func falconPieces(_ scalars: [Unicode.Scalar]) -> [String] {
        var found: [String] = []
        var start = 0
        while start < scalars.count {
            let isPunctuation = scalars[start].isFalconPunctuation
            let end = run(scalars[...], start) { $0.isFalconPunctuation == isPunctuation }
            found += isPunctuation ? [text(scalars[start..<end])] : pieces(scalars[start..<end]).flatMap(threes)
            start = end
        }
        return found
    }

    /// Every three digits in a row as a piece, and what is between them.
    private func threes(_ piece: String) -> [String] {
        let scalars = Array(piece.unicodeScalars)
        var found: [String] = []
        var (start, index) = (0, 0)
        while index + 3 <= scalars.count {
            guard scalars[index..<index + 3].allSatisfy({ ("0"..."9").contains($0) }) else {
                index += 1
                continue
            }
            if start < index { found.append(text(scalars[start..<index])) }
            found.append(text(scalars[index..<index + 3]))
            index += 3
            start = index
        }
        return start < scalars.count ? found + [text(scalars[start...])] : found
    }

    private func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String { String(String.UnicodeScalarView(scalars)) }

    private func pieces(_ text: ArraySlice<Unicode.Scalar>) -> [String] {
        var found: [String] = []
        var start = text.startIndex
        while start < text.endIndex {
            let end = self == .llama || self == .qwen2 ? llamaEnd(text, start) : gpt2End(text, start)
            found.append(String(String.UnicodeScalarView(text[start..<end])))
            start = end
        }
        return found
    }

    private func gpt2End(_ text: ArraySlice<Unicode.Scalar>, _ start: Int) -> Int {
        if let end = contractionEnd(text, start, ignoresCase: false) { return end }
        let word = text[start] == " " && start + 1 < text.endIndex ? start + 1 : start
        for isMember in [\Unicode.Scalar.isLetter, \.isNumeral, \.isOther] where text[word][keyPath: isMember] {
            return run(text, word) { $0[keyPath: isMember] }
        }
        return spaceEnd(text, start)
    }

    private func llamaEnd(_ text: ArraySlice<Unicode.Scalar>, _ start: Int) -> Int {
        if let end = contractionEnd(text, start, ignoresCase: true) { return end }
        let first = text[start]
        let next = start + 1 < text.endIndex ? text[start + 1] : nil
        if first.isLetter { return run(text, start) { $0.isLetter } }
        if !first.isLineEnd, !first.isNumeral, next?.isLetter == true { return run(text, start + 1) { $0.isLetter } }
        if first.isNumeral { return min(run(text, start) { $0.isNumeral }, start + (self == .llama ? 3 : 1)) }
        if first.isOther || first == " " && next?.isOther == true {
            return run(text, run(text, first.isOther ? start : start + 1) { $0.isOther }) { $0.isLineEnd }
        }
        let end = run(text, start) { $0.properties.isWhitespace }
        if let last = text[start..<end].lastIndex(where: { $0.isLineEnd }) { return last + 1 }
        return spaceEnd(text, start)
    }

    /// White space; its last one belongs to the word behind it.
    private func spaceEnd(_ text: ArraySlice<Unicode.Scalar>, _ start: Int) -> Int {
        let end = run(text, start) { $0.properties.isWhitespace }
        return end < text.endIndex && end - start > 1 ? end - 1 : max(end, start + 1)
    }

    private func run(_ text: ArraySlice<Unicode.Scalar>, _ start: Int, _ isMember: (Unicode.Scalar) -> Bool) -> Int {
        text[start...].firstIndex { !isMember($0) } ?? text.endIndex
    }

    private func contractionEnd(_ text: ArraySlice<Unicode.Scalar>, _ start: Int, ignoresCase: Bool) -> Int? {
        guard text[start] == "'" else { return nil }
        for ending in ["s", "t", "re", "ve", "m", "ll", "d"] {
            let found = String(String.UnicodeScalarView(text[(start + 1)...].prefix(ending.count)))
            if found == ending || ignoresCase && found.lowercased() == ending { return start + 1 + ending.count }
        }
        return nil
    }
}

extension Unicode.Scalar {
    fileprivate var isLetter: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: false
        }
    }

    fileprivate var isNumeral: Bool {
        switch properties.generalCategory {
        case .decimalNumber, .letterNumber, .otherNumber: true
        default: false
        }
    }

    /// Punctuation, and signs that are none in Unicode.
    fileprivate var isFalconPunctuation: Bool {
        switch properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
            .otherPunctuation:
            true
        default: "$+<=>^~|`".unicodeScalars.contains(self)
        }
    }

    fileprivate var isLineEnd: Bool { self == "\r" || self == "\n" }

    fileprivate var isOther: Bool { !isLetter && !isNumeral && !properties.isWhitespace }
}
