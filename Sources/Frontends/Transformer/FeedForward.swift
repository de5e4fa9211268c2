import Diagnostics

extension TransformerDraft {
    /// The feed-forward part of a block with its norms and residual sum.
    mutating func feedForward(_ x: String) -> String {
        let entered = shape.placement.isInFront ? norm("ffn_norm", x) : x
        let branch = forwarded(draft.perToken("ffn_norm.codes", entered))
        return residual("ffn_residual", x, branch, norm: "ffn_norm", behind: "post_ffw_norm")
    }

    /// The feed-forward network itself, from codes: one of the experts, or the only one.
    mutating func forwarded(_ codes: String) -> String {
        let (hidden, width) = (shape.hidden, shape.feedForward)
        let bias = shape.biases.contains(.feedForward)
        let name = shape.isGated ? "ffn_gate" : "ffn_up"
        var inner = activated("ffn_act", draft.linear(name, codes, outputs: width, inputs: hidden, bias: bias))
        if shape.isGated {
            let up = draft.linear("ffn_up", codes, outputs: width, inputs: hidden, bias: bias)
            inner = draft.node("ffn_product", "mul", [inner, up])
        }
        if shape.hasInnerNorms { inner = norm("ffn_sub_norm", inner, width: width) }
        let entered = draft.perToken("ffn_product.codes", inner)
        return draft.linear("ffn_down", entered, outputs: hidden, inputs: width, bias: bias)
    }

    /// The choice of experts: scores of a token for each of them.
    mutating func router(_ x: String, _ experts: TransformerShape.Experts) -> String {
        let codes = draft.perToken("ffn_norm.codes", norm("ffn_norm", x))
        let scores = draft.linear("ffn_gate_inp", codes, outputs: experts.count, inputs: shape.hidden, bias: false)
        return draft.node("router", "softmax", [scores])
    }
}
