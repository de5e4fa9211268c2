import Diagnostics

/// Graphs of a transformer's parts, or of all of it. Symbols: `seq` tokens enter; of a causal one, `past` tokens are in a cache of
/// `capacity`. Constants are named as the tensors of a GGUF file are.
struct TransformerDraft {
    let shape: TransformerShape
    var draft: GraphDraft
    /// Queries, keys and values that are codes have scales that are found at run time.
    let scalesTokens: Bool
    /// The block that is drafted, counted from 0.
    private(set) var layer = 0

    init(_ shape: TransformerShape, name: String, formats: NumberFormats, scalesTokens: Bool = false) {
        self.shape = shape
        self.scalesTokens = scalesTokens
        draft = GraphDraft(name: name, formats: formats)
        _ = draft.symbol("seq", default: shape.patches?.tokens ?? 128, min: 1)
    }

    /// Symbols of whatever meets the cache.
    mutating func declareCache() {
        guard shape.isCausal else { return }
        _ = draft.symbol("past", default: 0, min: 0)
        let most: Int? = if case .slopes(let slopes) = shape.position { slopes.positions } else { nil }
        _ = draft.symbol("capacity", default: 4096, min: 1, max: most)
    }

    /// All parts, one behind the other, and the names of what they yield: of an encoder of texts, what leaves the last block too.
    mutating func network() -> [String] {
        declareCache()
        var x = embedding()
        for layer in 0..<shape.layers {
            self.layer = layer
            draft.scope = "blk.\(layer)."
            x = block(x)
        }
        draft.scope = ""
        return shape.head == .pooler && shape.patches == nil ? [x, head(x)] : [head(x)]
    }

    mutating func block(_ x: String) -> String {
        guard let parallel = shape.parallel else { return feedForward(attention(x)) }
        let codes = draft.perToken("attn_norm.codes", norm("attn_norm", x))
        let attended = attended(codes)
        let entered = parallel == .oneNorm ? codes : draft.perToken("ffn_norm.codes", norm("ffn_norm", x))
        let branches = draft.node("branches", "add", [attended, forwarded(entered)])
        return draft.node("residual", "add", [branches, x])
    }

    mutating func residualInput() -> String { draft.input("x", ["seq", .integer(shape.hidden)]) }

    mutating func norm(_ name: String, _ x: String, width: Int? = nil) -> String {
        let size = width ?? shape.hidden
        let epsilon = [("epsilon", JSONValue.float(shape.epsilon))]
        guard shape.norm == .rmsNorm || shape.normTerms != .none else {
            let ones = draft.numbers("ones.\(size)", [size], [Float](repeating: 1, count: size))
            return draft.node(name, "layer_norm", [x, ones], epsilon)
        }
        let gain = draft.constant("\(name).weight", [.integer(size)])
        switch shape.norm {
        case .rmsNorm: return draft.node(name, "rms_norm", [x, gain], epsilon)
        case .layerNorm:
            let bias = shape.normTerms == .gain ? [] : [draft.constant("\(name).bias", [.integer(size)])]
            return draft.node(name, "layer_norm", [x, gain] + bias, epsilon)
        }
    }

    mutating func activated(_ name: String, _ x: String) -> String {
        switch shape.activation {
        case .geluTanh: return draft.node(name, "gelu", [x], [("approximation", "tanh")])
        case .squaredRelu:
            let positive = draft.node(name, "relu", [x])
            return draft.node("\(name).squared", "mul", [positive, positive])
        case .relu, .gelu, .silu: return draft.node(name, shape.activation.rawValue, [x])
        }
    }

    /// What a part adds to the stream, with the norms behind it.
    mutating func residual(_ name: String, _ x: String, _ branch: String, norm normName: String, behind: String) -> String {
        var added = shape.placement.isBeforeSum ? norm(behind, branch) : branch
        if let scale = shape.residualScale {
            added = draft.node("\(name).scaled", "mul", [added, draft.number("residual.scale", scale)])
        }
        let sum = draft.node(name, "add", [x, added])
        return shape.placement == .behind ? norm(normName, sum) : sum
    }

    /// c tanh(x / c); `x` comes divided already.
    mutating func capped(_ name: String, _ x: String, _ cap: Float) -> String {
        let bent = draft.node("\(name).bent", "tanh", [x])
        return draft.node("\(name).capped", "mul", [bent, draft.number("\(name).cap", cap)])
    }
}
