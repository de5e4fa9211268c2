import Diagnostics

extension TransformerDraft {
    /// Of queries, keys and values behind a norm, which lie within about +-4.
    private static let operandScale: Float = 1 / 32
    private static let probabilityScale: Float = 1 / 127

    /// The attention of a block with its norm and residual sum.
    mutating func attention(_ x: String) -> String {
        let entered = shape.placement == .before ? norm("attention_norm", x) : x
        let codes = draft.perToken("attention_norm.codes", entered)
        let q = queries(codes)
        let k = keys(codes)
        let v = values(codes)
        let mixed = mix(q, k, v)
        let inner = shape.hasInnerNorms ? norm("inner_attention_norm", mixed) : mixed
        let out = linear("o", draft.perToken("mixed.codes", inner), outputs: shape.hidden, inputs: shape.hidden)
        let sum = draft.node("attention_residual", "add", [x, out])
        return shape.placement == .behind ? norm("attention_norm", sum) : sum
    }

    private mutating func queries(_ codes: String) -> String {
        let heads = split("q", linear("q", codes, outputs: shape.hidden, inputs: shape.hidden), shape.heads)
        return draft.codes("q.codes", turned("q", heads), scale: Self.operandScale)
    }

    private mutating func keys(_ codes: String) -> String {
        let heads = split("k", linear("k", codes, outputs: shape.keyValueWidth, inputs: shape.hidden), shape.keyValueHeads)
        return cached("k", draft.codes("k.codes", turned("k", heads), scale: Self.operandScale))
    }

    private mutating func values(_ codes: String) -> String {
        let heads = split("v", linear("v", codes, outputs: shape.keyValueWidth, inputs: shape.hidden), shape.keyValueHeads)
        return cached("v", draft.codes("v.codes", heads, scale: Self.operandScale))
    }

    /// [seq, count x width] to [count, seq, width]
    private mutating func split(_ name: String, _ x: String, _ count: Int) -> String {
        let parts = draft.node(
            "\(name).split", "reshape", [x], [("shape", ["seq", .integer(count), .integer(shape.headWidth)])])
        return draft.node("\(name).heads", "transpose", [parts], [("permutation", [1, 0, 2])])
    }

    private mutating func turned(_ name: String, _ x: String) -> String {
        guard case .rotary(let base) = shape.position else { return x }
        var attributes: [(String, JSONValue)] = [("pairs", "halves"), ("base", .float(base))]
        if shape.isCausal { attributes.append(("position", "past")) }
        return draft.node("\(name).rope", "rope", [x], attributes)
    }

    /// All keys or values so far: [heads, past + seq, width].
    private mutating func cached(_ name: String, _ new: String) -> String {
        guard shape.isCausal else { return new }
        let state = draft.state(
            "\(name).cache", [.integer(shape.keyValueHeads), "capacity", .integer(shape.headWidth)],
            encoding: draft.activationEncoding(scale: Self.operandScale))
        return draft.node("\(name).all", "append", [state, new], [("axis", 1), ("position", "past")])
    }

    private mutating func mix(_ q: String, _ k: String, _ v: String) -> String {
        let products = draft.node("scores", "matmul", [q, k], [("transpose_b", true), ("output", "f32")])
        let scaled = draft.node("scores.scaled", "mul", [products, draft.constant("attention.scale", [1])])
        var scores = scaled
        if shape.position == .linearBiases {
            let total: JSONValue = shape.isCausal ? "past+seq" : "seq"
            let biases = draft.constant("attention.biases", [.integer(shape.heads), 1, total])
            scores = draft.node("scores.biased", "add", [scores, biases])
        }
        if shape.isCausal {
            scores = draft.node("scores.masked", "mask", [scores], [("kind", "causal"), ("position", "past")])
        }
        let probabilities = draft.codes(
            "probabilities.codes", draft.node("probabilities", "softmax", [scores]), scale: Self.probabilityScale)
        let mixed = draft.node("mixed", "matmul", [probabilities, v], [("output", "f32")])
        let turned = draft.node("mixed.turned", "transpose", [mixed], [("permutation", [1, 0, 2])])
        return draft.node("mixed.merged", "reshape", [turned], [("shape", ["seq", .integer(shape.hidden)])])
    }
}
