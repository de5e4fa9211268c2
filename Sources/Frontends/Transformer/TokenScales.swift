import Diagnostics

/// Keys or values that meet queries or probabilities: codes, and the scale of each token's [heads, tokens, 1] where they have one.
struct AttentionOperand {
    var codes: String
    var scales: String?
}

/// Scales of keys and values that are found at run time, a token and head each. Codes of all tokens, the cache's too, count in units of
/// their token's scale, so the product of queries and keys is multiplied by the scales of keys, column by column, and probabilities by
/// those of values before they become codes themselves.
extension TransformerDraft {
    /// Of models whose values are known: what is only timed has fixed scales.
    var hasTokenScales: Bool { scalesTokens && draft.formats.activations.needsScale }

    /// Of codes: one where tokens have scales of their own, else what holds about +-4, as behind a norm.
    var operandScale: Float { hasTokenScales ? 1 : 1 / 32 }

    private var total: JSONValue { shape.isCausal ? "past+seq" : "seq" }

    /// The scale of each token [heads, seq, 1] that `quantise` finds.
    mutating func tokenScales(_ name: String, _ x: String) -> String {
        let codec = JSONValue.string(draft.formats.activations.codec.name)
        let (codes, scales) = ("\(draft.scope)\(name).range", "\(draft.scope)\(name).scale")
        _ = draft.node(
            "\(name).range", "quantise", [x],
            [("codec", codec), ("dynamic", "token"), ("outputs", [.string(codes), .string(scales)])])
        return draft.node(
            "\(name).scale.column", "reshape", [scales], [("shape", [.integer(shape.keyValueHeads), "seq", 1])])
    }

    /// All of them so far: [heads, past + seq, 1].
    mutating func cachedScales(_ name: String, _ new: String) -> String {
        let state = draft.state("\(name).scales", [.integer(shape.keyValueHeads), "capacity", 1], encoding: "f32")
        return draft.node("\(name).scales.all", "append", [state, new], [("axis", 1), ("position", "past")])
    }

    /// Zeros behind the last token, whatever a cache has there: where programs serve several lengths, rows are longer than they are full.
    mutating func valid(_ scales: String) -> String {
        guard shape.isCausal else { return scales }
        let row = draft.node(
            "v.scales.row", "reshape", [scales], [("shape", [.integer(shape.keyValueHeads), 1, total])])
        let masked = draft.node("v.scales.masked", "mask", [row], [("kind", "causal"), ("position", "past+seq-1")])
        return draft.node("v.scales.valid", "relu", [masked])
    }

    /// As columns of scores: [heads, 1, total], with an axis for the queries' heads that share one where there are several.
    mutating func perScore(_ name: String, _ scales: String) -> String {
        let heads = JSONValue.integer(shape.keyValueHeads)
        let sizes: [JSONValue] = shape.heads == shape.keyValueHeads ? [heads, 1, total] : [heads, 1, 1, total]
        return draft.node("\(name).scales.columns", "reshape", [scales], [("shape", .array(sizes))])
    }

    /// [heads, seq, total] times the scale of each column.
    mutating func timesTokens(_ name: String, _ x: String, _ factors: String) -> String {
        let (heads, shared) = (shape.heads, shape.keyValueHeads)
        guard heads != shared else { return draft.node(name, "mul", [x, factors]) }
        let parts = draft.node(
            "\(name).parts", "reshape", [x],
            [("shape", [.integer(shared), .integer(heads / shared), "seq", total])])
        let product = draft.node("\(name).product", "mul", [parts, factors])
        return draft.node(name, "reshape", [product], [("shape", [.integer(heads), "seq", total])])
    }
}
