import Diagnostics
import Formats

/// GroupQueryAttention of ONNX Runtime: causal, with rotary positions and a past.
extension ONNXLowering {
    /// query, key, value, past_key, past_value, seqlens_k, total_sequence_length, cos_cache, sin_cache, position_ids, attention_bias, head_sink.
    mutating func groupQueryAttention() throws(Diagnostic) -> [Value] {
        try refuse(node.has(11) || node.integer("smooth_softmax", default: 0) > 0, "a softmax with a sink")
        try refuse(
            node.outputs.count > 3 || node.has(12) || node.has(13) || node.integer("kv_cache_bit_width", default: 0) > 0
                || node.text("k_quant_type", default: "NONE") != "NONE" || node.text("v_quant_type", default: "NONE") != "NONE",
            "scores as an output, or a past of codes")
        var (q, k, v) = try groupedProjections()
        let pastKeys = try past(3), past = pastKeys?.shape[2] ?? Size(0)
        if node.integer("do_rotary", default: 0) != 0 {
            let angles = try angles(from: past, count: q.shape[2])
            q = try rotated(q, angles)
            k = try rotated(k, angles)
        }
        k = try continued(pastKeys, k)
        v = try continued(try self.past(4), v)
        let window = node.integer("local_window_size", default: -1)
        var scores = AttentionScores(scale: givenScale, softcap: node.float("softcap", default: 0), position: past)
        if window > 0 { scores.window = window }
        if let bias = optional(10) { scores.biases.append(bias) }
        let result = try wholeSequences(try merged(try attended(q, k, v, scores).output), length: k.shape[2])
        return [result, k, v]
    }

    private mutating func groupedProjections() throws(Diagnostic) -> (Value, Value, Value) {
        let (count, groups) = (try headCount("num_heads"), try headCount("kv_num_heads"))
        let query = try value(0)
        try refuse(query.shape.count != 3, "queries of shape \(query.shape.text)")
        if node.has(1) { return (try heads(query, count), try heads(try value(1), groups), try heads(try value(2), groups)) }
        guard let depth = query.shape[2].divided(by: Size(count + 2 * groups)) else {
            throw Diagnostic("\(query.shape.text) as \(count) heads of queries and twice \(groups) of keys and values")
        }
        let parts = try pieces(query, 2, [Size(count) * depth, Size(groups) * depth, Size(groups) * depth])
        return (try heads(parts[0], count), try heads(parts[1], groups), try heads(parts[2], groups))
    }

    private mutating func angles(from past: Size, count: Size) throws(Diagnostic) -> RotaryAngles {
        func rows(_ table: Value, _ lowering: inout ONNXLowering) throws(Diagnostic) -> Value {
            if let places = lowering.optional(9) { return try lowering.gathered(table, places, axis: 0) }
            return try lowering.piece(table, 0, past, past + count)
        }
        return RotaryAngles(
            cosines: try rows(try value(7), &self), sines: try rows(try value(8), &self),
            isInterleaved: node.integer("rotary_interleaved", default: 0) != 0)
    }

    /// seqlens_k, the length of each sequence less 1, is what an exporter makes of the attention mask. A graph's sequences are whole; for
    /// others that are known only at run time no number comes out: 0 / 0.
    private mutating func wholeSequences(_ result: Value, length: Size) throws(Diagnostic) -> Value {
        let lengths = try value(5)
        if case .sizes(let sizes) = lengths.content, sizes.allSatisfy({ $0 == length - Size(1) }) { return result }
        guard let last = length.number.map({ $0 - 1 }) else {
            throw Diagnostic("lengths of run time beside a length that is a symbol (--bind)")
        }
        if let known = lengths.constant {
            try refuse(try known.integers().contains { $0 != last }, "sequences shorter than their tensors")
            return result
        }
        let wanted = Value(ConstantTensor([], [Float(last)]))
        let distance = try clip(try magnitude(try difference(try number(of: lengths), wanted)), 0, 1)
        let zero = Value(ConstantTensor([], [Float(0)]))
        let nothing = try binary("div", zero, try complement(distance)) { $0 / $1 }
        let shape = [lengths.shape.product] + result.shape.dropFirst().map { _ in Size(1) }
        return try binary("add", result, try reshaped(nothing, shape)) { $0 + $1 }
    }
}
