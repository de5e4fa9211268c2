import Diagnostics
import Frontends

/// The tokenizer of a model's file, with tokens as graphs take them.
public struct TextTokenizer: Sendable {
    private let tokenizer: ModelTokenizer

    public init(path: String) throws(Diagnostics) { tokenizer = try ModelTokenizer(path: path) }

    public func encode(_ text: String) -> [Int32] { tokenizer.encode(text).map { Int32(clamping: $0) } }

    public func decode(_ tokens: [Int]) -> String { tokenizer.decode(tokens) }

    /// Whether nothing follows a token.
    public func isEnd(_ token: Int32) -> Bool { tokenizer.ends.contains(Int(token)) }
}
