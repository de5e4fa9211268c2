/// SentencePiece's unigram model: of all ways to cut a text into pieces, the one whose scores sum to the most (Kudo 2018,
/// arXiv 1804.10959; huggingface/tokenizers, `models/unigram`).
struct UnigramTokenizer: Sendable {
    private let numbers: [[UInt8]: Int]
    private let scores: [Double]
    private let bytes: [UInt8: Int]
    private let unknown: Int
    /// Of a character that is in no piece.
    private let unknownScore: Double
    /// Bytes of the longest piece.
    private let longest: Int

    init(pieces: [(text: String, score: Double)], unknown: Int, hasBytes: Bool) {
        numbers = Dictionary(pieces.enumerated().map { (Array($1.text.utf8), $0) }, uniquingKeysWith: { first, _ in first })
        scores = pieces.map(\.score)
        bytes = Dictionary(
            hasBytes ? pieces.enumerated().compactMap { number, piece in PieceTokenizer.byte(piece.text).map { ($0, number) } } : [],
            uniquingKeysWith: { first, _ in first })
        self.unknown = unknown
        unknownScore = (scores.min() ?? 0) - 10
        longest = pieces.map(\.text.utf8.count).max() ?? 0
    }

    /// - Parameter text: with blanks as pieces have them.
    func encode(_ text: String) -> [Int] {
        let characters = text.unicodeScalars.map { Array(String($0).utf8) }
        var best = [(score: Double, start: Int, number: Int?)?](repeating: nil, count: characters.count + 1)
        best[0] = (0, 0, nil)
        for start in characters.indices {
            guard let before = best[start]?.score else { continue }
            func offer(_ end: Int, _ score: Double, _ number: Int?) {
                if let old = best[end], old.score >= before + score { return }
                best[end] = (before + score, start, number)
            }
            var piece: [UInt8] = []
            for end in start..<characters.count {
                piece += characters[end]
                if piece.count > longest { break }
                if let number = numbers[piece] { offer(end + 1, scores[number], number) }
            }
            if numbers[characters[start]] == nil { offer(start + 1, unknownScore, nil) }
        }
        return path(best, characters)
    }

    private func path(_ best: [(score: Double, start: Int, number: Int?)?], _ characters: [[UInt8]]) -> [Int] {
        var cuts: [(range: Range<Int>, number: Int?)] = []
        var end = characters.count
        while end > 0, let step = best[end] {
            cuts.append((step.start..<end, step.number))
            end = step.start
        }
        var found: [Int] = []
        var wasUnknown = false
        for cut in cuts.reversed() {
            if let number = cut.number {
                found.append(number)
            } else {
                let raw = characters[cut.range].joined().compactMap { bytes[$0] }
                // Unknown characters side by side are one token.
                if !raw.isEmpty { found += raw } else if !wasUnknown { found.append(unknown) }
            }
            wasUnknown = cut.number == nil && bytes.isEmpty
        }
        return found
    }
}
