import Diagnostics

/// Graphs of a transformer's parts. Symbols: `seq` tokens enter; of a causal one, `past` tokens are in a cache of `capacity`.
struct TransformerDraft {
    let shape: TransformerShape
    var draft: GraphDraft

    init(_ shape: TransformerShape, name: String, formats: NumberFormats) {
        self.shape = shape
        draft = GraphDraft(name: name, formats: formats)
        _ = draft.symbol("seq", default: 128, min: 1)
    }

    /// Symbols of whatever meets the cache.
    mutating func declareCache() {
        guard shape.isCausal else { return }
        _ = draft.symbol("past", default: 0, min: 0)
        _ = draft.symbol("capacity", default: 4096, min: 1)
    }

    mutating func residualInput() -> String { draft.input("x", ["seq", .integer(shape.hidden)]) }

    mutating func norm(_ name: String, _ x: String, width: Int? = nil) -> String {
        let size = JSONValue.integer(width ?? shape.hidden)
        let gamma = draft.constant("\(name).gamma", [size])
        let epsilon = [("epsilon", JSONValue.float(shape.epsilon))]
        switch shape.norm {
        case .rmsNorm: return draft.node(name, "rms_norm", [x, gamma], epsilon)
        case .layerNorm:
            return draft.node(name, "layer_norm", [x, gamma, draft.constant("\(name).beta", [size])], epsilon)
        }
    }

    mutating func linear(_ name: String, _ x: String, outputs: Int, inputs: Int) -> String {
        draft.linear(name, x, outputs: outputs, inputs: inputs, bias: shape.hasBiases)
    }

    mutating func activated(_ name: String, _ x: String) -> String {
        switch shape.activation {
        case .geluTanh: draft.node(name, "gelu", [x], [("approximation", "tanh")])
        case .relu, .gelu, .silu: draft.node(name, shape.activation.rawValue, [x])
        }
    }
}
