import Diagnostics
import Foundation
import Frontends

/// The tokenizer of a model's file, with tokens as graphs take them.
public struct TextTokenizer: Sendable {
    private let tokenizer: ModelTokenizer

    public init(path: String) throws(Diagnostics) { tokenizer = try ModelTokenizer(path: path) }

    /// Where a model's file has its tokenizer: in itself, or beside it.
    public static func path(besides model: String) -> String? {
        guard ImportedModel.isOne(model), !ModelImport.isONNX(model) else { return nil }
        if model.lowercased().hasSuffix(".gguf") { return model }
        let isFile = model.hasSuffix(".safetensors")
        let folder = isFile ? URL(fileURLWithPath: model).deletingLastPathComponent().path : model
        let file = folder + "/tokenizer.json"
        return FileManager.default.fileExists(atPath: file) ? file : nil
    }

    public func encode(_ text: String) -> [Int32] { tokenizer.encode(text).map { Int32(clamping: $0) } }

    public func decode(_ tokens: [Int]) -> String { tokenizer.decode(tokens) }

    /// Whether nothing follows a token.
    public func isEnd(_ token: Int32) -> Bool { tokenizer.ends.contains(Int(token)) }
}
