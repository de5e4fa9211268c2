import Diagnostics
import Formats

extension ONNXOperator {
    static let embeddings: [String: ONNXOperator] = [
        "com.microsoft:EmbedLayerNormalization": ONNXOperator(["epsilon", "mask_index_type"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.embeddingNormalisation()
        },
        "com.microsoft:QEmbedLayerNormalization": ONNXOperator(["epsilon"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.quantisedEmbeddingNormalisation()
        },
    ]
}

extension ONNXLowering {
    /// The norm of the sum of up to three embeddings: input_ids, segment_ids, word_embedding, position_embedding, segment_embedding, gamma,
    /// beta, mask, position_ids. The second output are the lengths that the mask leaves, the third is the sum.
    mutating func embeddingNormalisation() throws(Diagnostic) -> [Value] {
        let tokens = try value(0)
        try refuse(tokens.shape.count != 2, "tokens of shape \(tokens.shape.text)")
        var sum = try gathered(try value(2), tokens, axis: 0, name: node.inputs[2])
        let positions = try value(3)
        let places: Value
        if let given = optional(8) {
            places = try gathered(positions, given, axis: 0, name: node.inputs[3])
        } else {
            places = try piece(positions, 0, Size(0), tokens.shape[1])
        }
        sum = try binary("add", sum, places) { $0 + $1 }
        if let segments = optional(1) {
            sum = try binary("add", sum, try gathered(try value(4), segments, axis: 0, name: node.inputs[4])) { $0 + $1 }
        }
        let norm = try normalised("layer_norm", sum, gamma: 5, beta: 6, epsilon: 1e-12)
        guard node.outputs.count > 1, !node.outputs[1].isEmpty, uses[node.outputs[1]] ?? 0 > 0 else { return [norm, norm, sum] }
        guard let mask = optional(7), mask.shape.count == 2 else { throw Diagnostic("lengths without a mask [B, S]") }
        return [norm, try self.sum(of: mask, [1], keeps: false), sum]
    }

    /// The same of tables and parameters that are codes: their scales are inputs 8 to 12, their zero points 13 to 17.
    mutating func quantisedEmbeddingNormalisation() throws(Diagnostic) -> [Value] {
        let outer = node
        for input in 2...6 where outer.has(input) {
            let codes = try constant(input, "a table")
            guard let codec = codes.type.codes else { throw Diagnostic(field: "input[\(input)]", "is no tensor of codes") }
            let zero = node.has(input + 11) ? try constant(input + 11, "a zero point") : nil
            let name = "(numbers of \(outer.inputs[input]))"
            values[name] = try quantised(codes, codec, try constant(input + 6, "a scale"), zero)
            node.inputs[input] = name
        }
        node.inputs = Array(node.inputs.prefix(8))
        let outputs = try embeddingNormalisation()
        node = outer
        return outputs
    }
}
