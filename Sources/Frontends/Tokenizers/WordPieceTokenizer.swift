import Foundation

/// WordPiece of BERT: words are cut at blanks and around every punctuation mark, and of each word the longest piece that the vocabulary has is taken
/// again and again; pieces inside of words begin with `##` (google-research/bert `tokenization.py`; huggingface/tokenizers `models/wordpiece`).
struct WordPieceTokenizer: Sendable {
    /// What becomes of letters first.
    struct Normaliser: Sendable {
        var lowers = true
        var stripsAccents = true
        /// Every Chinese character is a word.
        var separatesChinese = true
        /// Control characters are left out, all blanks are spaces.
        var cleans = true
    }

    /// By UTF-8: texts of Swift are equal when they look the same.
    private let numbers: [[UInt8]: Int]
    private let normaliser: Normaliser
    private let prefix: String
    private let unknown: Int
    /// Longer words are unknown.
    private let longest: Int

    init(tokens: [String], normaliser: Normaliser, prefix: String, unknown: Int, longest: Int) {
        numbers = Dictionary(tokens.enumerated().map { (Array($1.utf8), $0) }, uniquingKeysWith: { first, _ in first })
        self.normaliser = normaliser
        self.prefix = prefix
        self.unknown = unknown
        self.longest = longest
    }

    func encode(_ text: String) -> [Int] { words(normaliser.normalised(text)).flatMap(pieces) }

    private func words(_ text: String.UnicodeScalarView) -> [[Unicode.Scalar]] {
        var words: [[Unicode.Scalar]] = []
        var isOpen = false
        for scalar in text {
            if scalar.properties.isWhitespace {
                isOpen = false
            } else if Self.isPunctuation(scalar) {
                words.append([scalar])
                isOpen = false
            } else if isOpen {
                words[words.count - 1].append(scalar)
            } else {
                words.append([scalar])
                isOpen = true
            }
        }
        return words
    }

    private func pieces(_ word: [Unicode.Scalar]) -> [Int] {
        guard word.count <= longest else { return [unknown] }
        var found: [Int] = []
        var start = 0
        while start < word.count {
            var end = word.count
            var number: Int?
            while number == nil, end > start {
                let piece = (start > 0 ? prefix : "") + String(String.UnicodeScalarView(word[start..<end]))
                number = numbers[Array(piece.utf8)]
                if number == nil { end -= 1 }
            }
            // A word with a part that is in no piece is unknown as a whole.
            guard let number else { return [unknown] }
            found.append(number)
            start = end
        }
        return found
    }

    /// ASCII that is neither letter nor digit, and what Unicode calls punctuation.
    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 33...47, 58...64, 91...96, 123...126: return true
        default: break
        }
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation, .finalPunctuation,
            .otherPunctuation:
            return true
        default: return false
        }
    }
}

extension WordPieceTokenizer.Normaliser {
    func normalised(_ text: String) -> String.UnicodeScalarView {
        var letters = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if cleans, isLeftOut(scalar) { continue }
            let isBlank = cleans && scalar.properties.isWhitespace
            let isApart = separatesChinese && Self.isChinese(scalar)
            letters.append(contentsOf: isApart ? [" ", scalar, " "] : [isBlank ? " " : scalar])
        }
        if stripsAccents {
            let apart = String(letters).decomposedStringWithCanonicalMapping.unicodeScalars
            letters = String.UnicodeScalarView(apart.filter { $0.properties.generalCategory != .nonspacingMark })
        }
        guard lowers else { return letters }
        return String.UnicodeScalarView(letters.flatMap { Array($0.properties.lowercaseMapping.unicodeScalars) })
    }

    private func isLeftOut(_ scalar: Unicode.Scalar) -> Bool {
        if ["\t", "\n", "\r"].contains(scalar) { return false }
        switch scalar.properties.generalCategory {
        case .control, .format, .unassigned, .privateUse, .surrogate: return true
        default: return scalar == "\u{FFFD}" || scalar == "\0"
        }
    }

    /// CJK Unified Ideographs, as BERT lists their blocks.
    private static func isChinese(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F, 0x2B920...0x2CEAF, 0xF900...0xFAFF,
            0x2F800...0x2FA1F:
            return true
        default: return false
        }
    }
}
