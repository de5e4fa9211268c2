import Diagnostics

extension TransformerDraft {
    /// What the last block's output becomes.
    mutating func head(_ last: String) -> String {
        let isNormed = shape.head == .vocabulary || shape.head == .states || shape.patches != nil
        let x = isNormed && shape.placement != .behind ? norm("output_norm", last) : last
        switch shape.head {
        case .states: return x
        case .vocabulary: return scores(x)
        case .pooler:
            let codes = draft.perToken("pooler.codes", first(x))
            let dense = draft.linear("pooler", codes, outputs: shape.hidden, inputs: shape.hidden, bias: true)
            return draft.node("pooled", "tanh", [dense])
        case .classes(let count):
            let codes = draft.perToken("classes.codes", first(x))
            return draft.linear("classes", codes, outputs: count, inputs: shape.hidden, bias: true)
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
        let codes = draft.perToken("output.codes", x)
        // A table that is stored like the weight is the weight.
        let isShared = shape.isTied && draft.formats.weights(of: "output.weight").codec == tableCodec
        let weight = isShared ? Self.table : draft.weight("output.weight", outputs: shape.vocabulary, inputs: inputs)
        var scores = draft.linear("output", codes, weight, outputs: shape.vocabulary, bias: shape.biases.contains(.head))
        if let factor = shape.scoreScale {
            scores = draft.node("output.scaled", "mul", [scores, draft.number("output.scale", factor)])
        }
        guard let cap = shape.scoreCap else { return scores }
        let divided = draft.node("output.divided", "mul", [scores, draft.number("output.cap.reciprocal", 1 / cap)])
        return capped("output", divided, cap)
    }
}
