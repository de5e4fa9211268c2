import Diagnostics

/// The tokenizer of a model, of whichever kind, and the tokens behind which nothing follows.
public struct ModelTokenizer: Sendable {
    private enum Kind {
        case bytePairs(BytePairTokenizer)
        case pieces(PieceTokenizer)
        case file(TokenizerFile)
    }

    private let kind: Kind
    /// End of sequence, and of a turn.
    public let ends: Set<Int>

    /// - Parameter path: a GGUF file, a `tokenizer.json`, or a folder with one.
    public init(path: String) throws(Diagnostics) {
        if TokenizerFile.isOne(path) {
            let file = try TokenizerFile(path: path)
            kind = .file(file)
            ends = file.ends
            return
        }
        let file: GGUFFile
        do throws(Diagnostic) { file = try GGUFFile(path: path) } catch { throw Diagnostics(error) }
        if file.metadata["tokenizer.ggml.model"] == .string("llama") {
            kind = .pieces(try PieceTokenizer(file))
        } else {
            kind = .bytePairs(try BytePairTokenizer(file))
        }
        ends = Set(["eos", "eot", "eom"].compactMap { file.metadata["tokenizer.ggml.\($0)_token_id"]?.integer })
    }

    public func encode(_ text: String) -> [Int] {
        switch kind {
        case .bytePairs(let tokenizer): tokenizer.encode(text)
        case .pieces(let tokenizer): tokenizer.encode(text)
        case .file(let tokenizer): tokenizer.encode(text)
        }
    }

    public func decode(_ numbers: [Int]) -> String {
        switch kind {
        case .bytePairs(let tokenizer): tokenizer.decode(numbers)
        case .pieces(let tokenizer): tokenizer.decode(numbers)
        case .file(let tokenizer): tokenizer.decode(numbers)
        }
    }
}
