import Diagnostics

extension TransformerDraft {
    /// The feed-forward part of a block with its norm and residual sum.
    mutating func feedForward(_ x: String) -> String {
        let entered = shape.placement == .before ? norm("ffn_norm", x) : x
        let codes = draft.perToken("ffn_norm.codes", entered)
        let sum = draft.node("ffn_residual", "add", [x, network(codes)])
        return shape.placement == .behind ? norm("ffn_norm", sum) : sum
    }

    /// The feed-forward network itself, from codes: one of the experts, or the only one.
    mutating func network(_ codes: String) -> String {
        let (hidden, width) = (shape.hidden, shape.feedForward)
        let first = linear(shape.isGated ? "gate" : "up", codes, outputs: width, inputs: hidden)
        var inner = activated("activation", first)
        if shape.isGated {
            let up = linear("up", codes, outputs: width, inputs: hidden)
            inner = draft.node("product", "mul", [inner, up])
        }
        if shape.hasInnerNorms { inner = norm("inner_ffn_norm", inner, width: width) }
        return linear("down", draft.perToken("inner.codes", inner), outputs: hidden, inputs: width)
    }

    /// The choice of experts: scores of a token for each of them.
    mutating func router(_ x: String, _ experts: TransformerShape.Experts) -> String {
        let codes = draft.perToken("ffn_norm.codes", norm("ffn_norm", x))
        let scores = draft.linear("router", codes, outputs: experts.count, inputs: shape.hidden, bias: false)
        return draft.node("router.probabilities", "softmax", [scores])
    }
}
