/// Tokens that a text may name, whatever stands around them.
struct SpecialTokens: Sendable {
    enum Part: Equatable {
        case text(String)
        case token(Int)
    }

    /// Longest first.
    private let tokens: [(text: [UInt8], number: Int)]

    init(_ tokens: some Sequence<(text: String, number: Int)>) {
        self.tokens = tokens.map { (Array($0.text.utf8), $0.number) }.filter { !$0.0.isEmpty }
            .sorted { $0.0.count > $1.0.count }
    }

    /// The text, cut at the tokens that it names.
    func parts(_ text: String) -> [Part] {
        var found: [Part] = []
        var rest = Array(text.utf8)[...]
        while let (range, number) = next(rest) {
            if range.lowerBound > rest.startIndex {
                found.append(.text(String(decoding: rest[..<range.lowerBound], as: UTF8.self)))
            }
            found.append(.token(number))
            rest = rest[range.upperBound...]
        }
        return rest.isEmpty ? found : found + [.text(String(decoding: rest, as: UTF8.self))]
    }

    private func next(_ text: ArraySlice<UInt8>) -> (Range<Int>, Int)? {
        var first: (Range<Int>, Int)?
        for (name, number) in tokens {
            guard let range = text.firstRange(of: name), first.map({ range.lowerBound < $0.0.lowerBound }) ?? true else { continue }
            first = (range, number)
        }
        return first
    }
}
