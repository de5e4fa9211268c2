import Diagnostics

extension TransformerDraft {
    private static let probabilityScale: Float = 1 / 127

    /// The attention of a block with its norms and residual sum.
    mutating func attention(_ x: String) -> String {
        let entered = shape.placement.isInFront ? norm("attn_norm", x) : x
        let branch = attended(draft.perToken("attn_norm.codes", entered))
        return residual("attn_residual", x, branch, norm: "attn_norm", behind: "post_attention_norm")
    }

    /// The attention itself, from codes.
    mutating func attended(_ codes: String) -> String {
        let q = queries(turned(heads("attn_q", codes, shape.heads)))
        let k = cached("k", operand("k", turned(heads("attn_k", codes, shape.keyValueHeads))))
        let v = cached("v", operand("v", heads("attn_v", codes, shape.keyValueHeads).values))
        let mixed = mix(q, k, v)
        let inner = shape.hasInnerNorms ? norm("attn_sub_norm", mixed, width: shape.queryWidth) : mixed
        return draft.linear(
            "attn_output", draft.perToken("mixed.codes", inner), outputs: shape.hidden, inputs: shape.queryWidth,
            bias: shape.biases.contains(.attentionOutput))
    }

    /// Queries, with a scale for each where tokens have scales.
    private mutating func queries(_ x: String) -> String {
        guard hasTokenScales else { return draft.codes("q.codes", x, scale: operandScale) }
        let codec = JSONValue.string(draft.formats.activations.codec.name)
        return draft.node("q.codes", "quantise", [x], [("codec", codec), ("dynamic", "token")])
    }

    private mutating func operand(_ name: String, _ x: String) -> AttentionOperand {
        guard hasTokenScales else { return AttentionOperand(codes: draft.codes("\(name).codes", x, scale: operandScale)) }
        let scales = tokenScales(name, x)
        // Codes of one scale can be kept in a cache; what they count in is another tensor.
        let counts = draft.node("\(name).counts", "div", [x, scales])
        return AttentionOperand(codes: draft.codes("\(name).codes", counts, scale: operandScale), scales: scales)
    }

    /// A projection, cut into heads: [count, seq, width].
    private mutating func heads(_ name: String, _ codes: String, _ count: Int) -> (name: String, values: String) {
        let width = count * shape.headWidth
        var all = draft.linear(
            name, codes, outputs: width, inputs: shape.hidden, bias: shape.biases.contains(.queryKeyValue))
        if let clip = shape.projectionClip {
            all = draft.node("\(name).clipped", "clip", [all], [("min", .float(-clip)), ("max", .float(clip))])
        }
        let isNormed = shape.queryNorm == .projection && name != "attn_v"
        let x = isNormed ? norm("\(name)_norm", all, width: width) : all
        let parts = draft.node(
            "\(name).split", "reshape", [x], [("shape", ["seq", .integer(count), .integer(shape.headWidth)])])
        return (name, draft.node("\(name).heads", "transpose", [parts], [("permutation", [1, 0, 2])]))
    }

    /// Queries or keys, normed and turned by their positions.
    private mutating func turned(_ x: (name: String, values: String)) -> String {
        let entered = shape.queryNorm == .heads ? norm("\(x.name)_norm", x.values, width: shape.headWidth) : x.values
        guard case .rotary(let rotary) = shape.position, shape.turns(layer: layer) else { return entered }
        let isLocal = shape.local?.applies(to: layer) ?? false
        let base = isLocal ? shape.local?.rotaryBase ?? rotary.base : rotary.base
        var attributes: [(String, JSONValue)] = [("pairs", .string(rotary.pairs.rawValue)), ("base", .float(base))]
        if let dimensions = rotary.dimensions, dimensions != shape.headWidth {
            attributes.append(("rotary_dimension", .integer(dimensions)))
        }
        if let scaling = rotary.scaling, !isLocal || shape.local?.rotaryBase == nil { attributes += scaling.attributes }
        if shape.isCausal { attributes.append(("position", "past")) }
        return draft.node("\(x.name).rope", "rope", [entered], attributes)
    }

    /// All keys or values so far: [heads, past + seq, width].
    private mutating func cached(_ name: String, _ new: AttentionOperand) -> AttentionOperand {
        guard shape.isCausal else { return new }
        let state = draft.state(
            "\(name).cache", [.integer(shape.keyValueHeads), "capacity", .integer(shape.headWidth)],
            encoding: draft.activationEncoding(scale: operandScale))
        let codes = draft.node("\(name).all", "append", [state, new.codes], [("axis", 1), ("position", "past")])
        return AttentionOperand(codes: codes, scales: new.scales.map { cachedScales(name, $0) })
    }

    private mutating func mix(_ q: String, _ k: AttentionOperand, _ v: AttentionOperand) -> String {
        let products = draft.node("scores", "matmul", [q, k.codes], [("transpose_b", true), ("output", "f32")])
        let scores = masked(scaled(products, by: k.scales))
        let probabilities = weighted(draft.node("probabilities", "softmax", [scores]), by: v.scales)
        let mixed = draft.node("mixed", "matmul", [probabilities, v.codes], [("output", "f32")])
        let turned = draft.node("mixed.turned", "transpose", [mixed], [("permutation", [1, 0, 2])])
        return draft.node("mixed.merged", "reshape", [turned], [("shape", ["seq", .integer(shape.queryWidth)])])
    }

    /// Probabilities as codes, of values whose tokens have scales times those.
    private mutating func weighted(_ probabilities: String, by scales: String?) -> String {
        guard let scales else { return draft.codes("probabilities.codes", probabilities, scale: Self.probabilityScale) }
        let factors = perScore("v", valid(scales))
        let products = timesTokens("probabilities.scaled", probabilities, factors)
        let codec = JSONValue.string(draft.formats.activations.codec.name)
        return draft.node("probabilities.codes", "quantise", [products], [("codec", codec), ("dynamic", "token")])
    }

    private mutating func scaled(_ products: String, by scales: String?) -> String {
        let scale = shape.attentionScale ?? 1 / Float(shape.headWidth).squareRoot()
        let factor = draft.number("attention.scale", scale / (shape.attentionCap ?? 1))
        let scores: String
        if let scales {
            let factors = perScore("k", draft.node("k.scales.scaled", "mul", [scales, factor]))
            scores = timesTokens("scores.scaled", products, factors)
        } else {
            scores = draft.node("scores.scaled", "mul", [products, factor])
        }
        if let cap = shape.attentionCap { return capped("scores", scores, cap) }
        guard case .slopes(let slopes) = shape.position else { return scores }
        return draft.node("scores.biased", "add", [scores, biases(slopes)])
    }

    /// Of all positions so far: [heads, 1, past + seq].
    private mutating func biases(_ slopes: PositionSlopes) -> String {
        let table = draft.numbers("attention.biases", [shape.heads, 1, slopes.positions], slopes.table)
        let end: JSONValue = shape.isCausal ? "past+seq" : "seq"
        return draft.node("attention.biases.known", "slice", [table], [("axes", [2]), ("starts", [0]), ("ends", .array([end]))])
    }

    private mutating func masked(_ scores: String) -> String {
        guard shape.isCausal else { return scores }
        var attributes: [(String, JSONValue)] = [("kind", "causal"), ("position", "past")]
        if let local = shape.local, local.applies(to: layer) { attributes.append(("window", .integer(local.window))) }
        return draft.node("scores.masked", "mask", [scores], attributes)
    }
}
