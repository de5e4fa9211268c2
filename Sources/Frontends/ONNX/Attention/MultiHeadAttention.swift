import Diagnostics
import Formats

/// Attention as ONNX Runtime's optimiser and exporters of language models write it.
extension ONNXOperator {
    static let attention: [String: ONNXOperator] = [
        "com.microsoft:MultiHeadAttention": ONNXOperator(["num_heads", "mask_filter_value", "scale", "unidirectional"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.multiHeadAttention()
        },
        "com.microsoft:Attention": ONNXOperator([
            "num_heads", "mask_filter_value", "scale", "unidirectional", "qkv_hidden_sizes", "do_rotary", "past_present_share_buffer",
        ]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let inputs = PackedAttention(mask: 3, past: 4, bias: 5, pastLength: 6)
            return try lowering.packedAttention(inputs) { lowering throws(Diagnostic) in
                let weights = try lowering.value(1)
                try lowering.refuse(weights.shape.count != 2, "weights of shape \(weights.shape.text)")
                return try lowering.linear(try lowering.value(0), try lowering.transposed(weights, [1, 0]), lowering.optional(2))
            }
        },
        "com.microsoft:QAttention": ONNXOperator([
            "num_heads", "mask_filter_value", "scale", "unidirectional", "do_rotary", "past_present_share_buffer",
        ]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.packedAttention(PackedAttention(mask: 5, past: 8)) { lowering throws(Diagnostic) in
                try lowering.quantisedProjection()
            }
        },
        "com.microsoft:GroupQueryAttention": ONNXOperator([
            "num_heads", "kv_num_heads", "scale", "softcap", "do_rotary", "rotary_interleaved", "local_window_size", "smooth_softmax",
            "qk_output", "k_quant_type", "v_quant_type", "kv_cache_bit_width",
        ]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.groupQueryAttention()
        },
        "Attention": ONNXOperator([
            "is_causal", "q_num_heads", "kv_num_heads", "scale", "softcap", "softmax_precision", "qk_matmul_output_mode",
        ]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.standardAttention()
        },
    ]
}

/// Places of inputs of operators whose first one is projected to queries, keys and values at once.
struct PackedAttention: Sendable {
    var mask: Int
    var past: Int
    var bias: Int?
    var pastLength: Int?
}

extension ONNXLowering {
    // MARK: Separate queries, keys and values

    /// query, key, value, bias, key_padding_mask, attention_bias, past_key, past_value.
    mutating func multiHeadAttention() throws(Diagnostic) -> [Value] {
        try refuse(node.has(8) || node.has(9), "a past in a shared buffer")
        let count = try headCount("num_heads")
        var (q, k, v) = try projections(count)
        if let bias = optional(3) {
            let parts = try pieces(bias, 0, [q, k, v].map { $0.shape[1] * $0.shape[3] })
            q = try biased(q, parts[0])
            k = try biased(k, parts[1])
            v = try biased(v, parts[2])
        }
        k = try continued(try past(6), k)
        v = try continued(try past(7), v)
        let result = try attended(q, k, v, try scores(q, k, mask: optional(4), bias: optional(5)))
        return [try merged(result.output), k, v, result.scores]
    }

    /// [B, H, S, D] of each; ONNX Runtime also has them side by side, and keys and values of another network as they are.
    private mutating func projections(_ count: Int) throws(Diagnostic) -> (Value, Value, Value) {
        let query = try value(0), one = Size(1)
        if query.shape.count == 5 {
            let parts = try pieces(query, 3, [one, one, one])
            let shape = [query.shape[0], query.shape[1], query.shape[2] * query.shape[4]]
            return (
                try heads(try reshaped(parts[0], shape), count), try heads(try reshaped(parts[1], shape), count),
                try heads(try reshaped(parts[2], shape), count)
            )
        }
        let key = try value(1), q = try heads(query, count)
        if key.shape.count == 5 {
            let parts = try pieces(key, 3, [one, one])
            let shape = [key.shape[0], key.shape[1], key.shape[2] * key.shape[4]]
            return (q, try heads(try reshaped(parts[0], shape), count), try heads(try reshaped(parts[1], shape), count))
        }
        func own(_ value: Value, _ lowering: inout ONNXLowering) throws(Diagnostic) -> Value {
            value.shape.count == 4 ? value : try lowering.heads(value, count)
        }
        return (q, try own(key, &self), try own(try value(2), &self))
    }

    /// [H * D] added to [B, H, S, D].
    private mutating func biased(_ value: Value, _ bias: Value) throws(Diagnostic) -> Value {
        try binary("add", value, try reshaped(bias, [value.shape[1], Size(1), value.shape[3]])) { $0 + $1 }
    }

    private mutating func scores(_ q: Value, _ k: Value, mask: Value?, bias: Value?) throws(Diagnostic) -> AttentionScores {
        var scores = AttentionScores(scale: givenScale)
        scores.shown = .masked
        if node.integer("unidirectional", default: 0) != 0 { scores.position = k.shape[2] - q.shape[2] }
        if let mask {
            let filter = node.float("mask_filter_value", default: -10000)
            scores.biases.append(try maskPenalty(mask, filter, batch: q.shape[0], keys: k.shape[2]))
        }
        if let bias { scores.biases.append(bias) }
        return scores
    }

    /// 0 stands for 1 / sqrt(D).
    var givenScale: Float? {
        let scale = node.float("scale", default: 0)
        return scale == 0 ? nil : scale
    }

    // MARK: One projection

    mutating func packedAttention(
        _ inputs: PackedAttention, projection: (inout ONNXLowering) throws(Diagnostic) -> Value
    ) throws(Diagnostic) -> [Value] {
        try refuse(node.integer("do_rotary", default: 0) != 0, "rotary positions", field: "do_rotary")
        try refuse(
            node.integer("past_present_share_buffer", default: 0) != 0 || inputs.pastLength.map { node.has($0) } ?? false,
            "a past in a shared buffer")
        let count = try headCount("num_heads")
        let all = try projection(&self)
        guard all.shape.count == 3 else { throw Diagnostic("an input of other than 3 axes") }
        let given = (node.integers("qkv_hidden_sizes") ?? []).map { Size($0) }
        guard let third = given.count == 3 ? given[0] : all.shape[2].divided(by: Size(3)) else {
            throw Diagnostic("\(all.shape.text) as queries, keys and values")
        }
        let parts = try pieces(all, 2, given.count == 3 ? given : [third, third, third])
        let q = try heads(parts[0], count)
        var (k, v) = (try heads(parts[1], count), try heads(parts[2], count))
        if let past = optional(inputs.past) {
            try refuse(past.shape.count != 5, "a past of shape \(past.shape.text), [2, B, H, P, D] expected")
            let halves = try pieces(past, 0, [Size(1), Size(1)])
            k = try continued(try reshaped(halves[0], Array(past.shape[1...])), k)
            v = try continued(try reshaped(halves[1], Array(past.shape[1...])), v)
        }
        let bias = inputs.bias.flatMap { optional($0) }
        let result = try merged(try attended(q, k, v, try scores(q, k, mask: optional(inputs.mask), bias: bias)).output)
        guard node.outputs.count > 1, !node.outputs[1].isEmpty, uses[node.outputs[1]] ?? 0 > 0 else { return [result] }
        let stacked = [Size(1)] + k.shape
        return [result, try concatenated([try reshaped(k, stacked), try reshaped(v, stacked)], axis: 0)]
    }

    /// Sums of codes, times both scales, plus the bias: input, weight, bias, input_scale, weight_scale, mask, input_zero, weight_zero.
    mutating func quantisedProjection() throws(Diagnostic) -> Value {
        let outer = node
        func name(_ input: Int) -> String { outer.inputs.indices.contains(input) ? outer.inputs[input] : "" }
        node.inputs = [name(0), name(1), name(6), name(7)]
        let sums = try integerProduct()
        node = outer
        let scale = try binary("mul", try value(3), try value(4)) { $0 * $1 }
        let numbers = try binary("mul", try number(of: sums), scale) { $0 * $1 }
        return try binary("add", numbers, try value(2)) { $0 + $1 }
    }
}
