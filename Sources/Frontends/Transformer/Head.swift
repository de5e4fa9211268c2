import Diagnostics

extension TransformerDraft {
    /// What the last block's output becomes.
    mutating func head() -> String {
        var x = residualInput()
        if shape.head == .vocabulary || shape.patches != nil, shape.placement == .before { x = norm("final_norm", x) }
        switch shape.head {
        case .vocabulary: return scores(x)
        case .pooler:
            let dense = linear("pooler", draft.perToken("pooler.codes", first(x)), outputs: shape.hidden, inputs: shape.hidden)
            return draft.node("pooled", "tanh", [dense])
        case .classes(let count):
            return linear("classes", draft.perToken("classes.codes", first(x)), outputs: count, inputs: shape.hidden)
        }
    }

    private mutating func first(_ x: String) -> String {
        draft.node("first", "slice", [x], [("axes", [0]), ("starts", [0]), ("ends", [1])])
    }

    /// A score for each entry of the vocabulary.
    private mutating func scores(_ last: String) -> String {
        var x = last
        if let width = shape.embeddingWidth {
            let codes = draft.perToken("head.codes", x)
            x = draft.linear("head.projection", codes, outputs: width, inputs: shape.hidden, bias: false)
        }
        let inputs = shape.embeddingWidth ?? shape.hidden
        return draft.linear("scores", draft.perToken("scores.codes", x), outputs: shape.vocabulary, inputs: inputs, bias: false)
    }
}
