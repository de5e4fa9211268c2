import Diagnostics
import Formats

extension TransformerDraft {
    /// The table of the vocabulary, and how tables are stored.
    static let table = "token_embd.weight"
    var tableCodec: Codec { draft.formats.weights.codec == .float32 ? .float32 : .float16 }

    /// What enters the first block: [seq, hidden].
    mutating func embedding() -> String {
        if let patches = shape.patches { return patchEmbedding(patches) }
        let width = shape.embeddingWidth ?? shape.hidden
        var x = rows(of: "token_embd", entries: shape.vocabulary, width: width, at: "tokens")
        if shape.embeddingWidth != nil {
            let codes = draft.perToken("embedding.codes", x)
            x = draft.linear("embedding.projection", codes, outputs: shape.hidden, inputs: width, bias: false)
        }
        if let scale = shape.embeddingScale {
            x = draft.node("token_embd.scaled", "mul", [x, draft.number("token_embd.scale", scale)])
        }
        if case .learned(let count) = shape.position {
            let positions = rows(of: "position_embd", entries: count, width: shape.hidden, at: "positions")
            x = draft.node("positioned", "add", [x, positions])
        }
        if shape.segments > 0 {
            let segments = rows(of: "token_types", entries: shape.segments, width: shape.hidden, at: "segments")
            x = draft.node("segmented", "add", [x, segments])
        }
        return shape.normsEmbedding ? norm("token_embd_norm", x) : x
    }

    /// Rows of a table, chosen by an input of this name, as f32.
    private mutating func rows(of name: String, entries: Int, width: Int, at indices: String) -> String {
        let chosen = draft.input(indices, ["seq"], encoding: "int32")
        let table = draft.constant("\(name).weight", [.integer(entries), .integer(width)], codec: tableCodec)
        let rows = draft.node("\(name).rows", "gather", [table, chosen])
        return tableCodec == .float32 ? rows : draft.node("\(name).widened", "dequantise", [rows])
    }

    /// Squares of an image through a convolution, a class token in front, positions added.
    private mutating func patchEmbedding(_ patches: TransformerShape.Patches) -> String {
        let side = JSONValue.integer(patches.image)
        let image = draft.input("image", [1, side, side, 3])
        // Pixels that were brought to mean 0 and deviation 1 lie within about +-2.7.
        let pixels = draft.codes("image.codes", image, scale: 1 / 32)
        let weight = draft.kernel("patch.weight", [shape.hidden, patches.patch, patches.patch, 3])
        let bias = draft.constant("patch.bias", [.integer(shape.hidden)])
        let step = JSONValue.array([.integer(patches.patch), .integer(patches.patch)])
        let map = draft.node("patch", "conv2d", [pixels, weight, bias], [("stride", step), ("output", "f32")])
        let flat = draft.node("patch.tokens", "reshape", [map], [("shape", [.integer(patches.count), .integer(shape.hidden)])])
        let first = draft.constant("class_token", [1, .integer(shape.hidden)])
        let tokens = draft.node("tokens", "concat", [first, flat], [("axis", 0)])
        let positions = draft.constant("positions", [.integer(patches.tokens), .integer(shape.hidden)])
        return draft.node("positioned", "add", [tokens, positions])
    }
}
