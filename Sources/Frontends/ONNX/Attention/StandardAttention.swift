import Diagnostics
import Formats

/// ONNX's own attention, of operator set 23 and newer.
extension ONNXLowering {
    /// Q, K, V, attn_mask, past_key, past_value, and (24) nonpad_kv_seqlen.
    mutating func standardAttention() throws(Diagnostic) -> [Value] {
        let query = try value(0)
        let isFlat = query.shape.count == 3
        func own(_ input: Int, _ attribute: String, _ lowering: inout ONNXLowering) throws(Diagnostic) -> Value {
            let value = try lowering.value(input)
            try lowering.refuse(!(3...4).contains(value.shape.count), "an operand of shape \(value.shape.text)")
            return value.shape.count == 3 ? try lowering.heads(value, try lowering.headCount(attribute)) : value
        }
        let q = try own(0, "q_num_heads", &self)
        let past = try past(4)
        let k = try continued(past, try own(1, "kv_num_heads", &self))
        let v = try continued(try self.past(5), try own(2, "kv_num_heads", &self))
        var scores = AttentionScores(scale: givenScale, softcap: node.float("softcap", default: 0))
        if node.integer("is_causal", default: 0) != 0 { scores.position = past?.shape[2] ?? Size(0) }
        if let mask = optional(3) { scores.biases.append(try additive(mask, keys: k.shape[2])) }
        if let lengths = optional(6) {
            try refuse(scores.position != nil, "lengths of keys beside a causal mask")
            scores.biases.append(try lengthPenalty(lengths, batch: q.shape[0], keys: k.shape[2]))
        }
        let mode = node.integer("qk_matmul_output_mode", default: 0)
        guard let stage = AttentionScores.Stage(rawValue: mode) else { throw Diagnostic(field: "qk_matmul_output_mode", "is \(mode)") }
        scores.shown = stage
        let result = try attended(q, k, v, scores)
        return [isFlat ? try merged(result.output) : result.output, k, v, result.scores]
    }

    /// Keys from each length on are -infinity.
    private mutating func lengthPenalty(_ lengths: Value, batch: Size, keys: Size) throws(Diagnostic) -> Value {
        try reshaped(try chosenOnly(try lengthMask(lengths, batch: batch, keys: keys)), [batch, Size(1), Size(1), keys])
    }

    /// Of truth values what is added so that what is not chosen becomes -infinity: ln 1 and ln 0.
    private mutating func chosenOnly(_ truths: Value) throws(Diagnostic) -> Value {
        if let known = truths.constant { return Value(known.map { $0 == 0 ? -Float.infinity : 0 }) }
        return try unary("log", try number(of: truths))
    }

    /// Numbers as they are, truth values as choices. Keys that a mask has no place for are not chosen.
    private mutating func additive(_ mask: Value, keys: Size) throws(Diagnostic) -> Value {
        let bias = isCounted(mask) ? try chosenOnly(mask) : mask
        guard let length = bias.shape.last, length != keys else { return bias }
        guard let missing = (keys - length).number, missing > 0, var shape = bias.shape.numbers else {
            throw Diagnostic("a mask of shape \(mask.shape.text) beside \(keys.text) keys")
        }
        shape[shape.count - 1] = missing
        let rest = ConstantTensor(shape, [Float](repeating: -.infinity, count: shape.reduce(1, *)))
        return try concatenated([bias, Value(rest)], axis: shape.count - 1)
    }
}
