import Diagnostics
import Formats

/// What attention does to its scores beside the softmax.
struct AttentionScores: Sendable {
    /// `nil`: 1 / sqrt(D).
    var scale: Float?
    /// c tanh(x / c), in front of masks; 0 for none.
    var softcap: Float = 0
    /// Query i sees keys up to position + i; `nil`: all.
    var position: Size?
    /// Of which the last so many only.
    var window: Int?
    /// Added, each in a shape that fits [B, H, S, T].
    var biases: [Value] = []
    /// Where the scores are kept for an output.
    var shown = Stage.product

    /// After the product with its scale, the cap, masks, the softmax: `qk_matmul_output_mode` of ONNX.
    enum Stage: Int, Sendable { case product, capped, masked, softmax }
}

/// What attention computes, and its scores [B, H, S, T].
struct AttentionResult: Sendable {
    var output: Value
    var scores: Value
}

extension ONNXLowering {
    /// softmax(q k^T) v of q [B, H, S, D], k [B, G, T, D], v [B, G, T, E], where H is a multiple of G: consecutive heads share keys and values.
    mutating func attended(_ q: Value, _ k: Value, _ v: Value, _ scores: AttentionScores) throws(Diagnostic) -> AttentionResult {
        guard [q, k, v].allSatisfy({ $0.shape.count == 4 }), let heads = q.shape[1].number, let groups = k.shape[1].number,
            groups > 0, heads.isMultiple(of: groups), v.shape[1].number == groups, let depth = q.shape[3].number
        else { throw Diagnostic("queries \(q.shape.text), keys \(k.shape.text), values \(v.shape.text), which do not fit") }
        let shape = Array(q.shape[..<3]) + [k.shape[2]]
        // Heads that share keys are rows of one product.
        func grouped(_ value: Value) -> [Size] { [value.shape[0], Size(groups), Size(heads / groups) * value.shape[2], value.shape[3]] }
        let product = try reshaped(try matmul(try reshaped(q, grouped(q)), try transposed(k, [0, 1, 3, 2])), shape)
        let scaled = try self.scaled(product, by: scores.scale ?? 1 / Float(depth).squareRoot())
        let capped = try capped(scaled, scores.softcap)
        let masked = try masked(capped, scores)
        let weights = floats(emit("softmax", [try plainReal(masked)]), shape)
        let result = try reshaped(try matmul(try reshaped(weights, grouped(weights)), v), Array(q.shape[..<3]) + [v.shape[3]])
        let shown =
            switch scores.shown {
            case .product: scaled
            case .capped: capped
            case .masked: masked
            case .softmax: weights
            }
        return AttentionResult(output: result, scores: shown)
    }

    private mutating func masked(_ product: Value, _ scores: AttentionScores) throws(Diagnostic) -> Value {
        var sum = product
        for bias in scores.biases { sum = try binary("add", sum, bias) { $0 + $1 } }
        return try scores.position.map { position throws(Diagnostic) in try causal(sum, position, scores.window) } ?? sum
    }

    private mutating func capped(_ scores: Value, _ limit: Float) throws(Diagnostic) -> Value {
        if limit == 0 { return scores }
        return try scaled(try unary("tanh", try scaled(scores, by: 1 / limit)), by: limit)
    }

    private mutating func causal(_ scores: Value, _ position: Size, _ window: Int?) throws(Diagnostic) -> Value {
        guard let position = position.number else { throw Diagnostic("a past whose length is a symbol (--bind)") }
        let start = [("kind", JSONValue("causal"))] + (position == 0 ? [] : [("position", .integer(position))])
        let attributes = start + (window.map { [("window", .integer($0))] } ?? [])
        return floats(emit("mask", [try plainReal(scores)], attributes), scores.shape)
    }

    // MARK: Masks of run time

    /// A truth value for each key as what is added to scores [B, H, S, T]: 0 or `filter`.
    mutating func penalty(_ truths: Value, _ filter: Float, _ shape: [Size]) throws(Diagnostic) -> Value {
        try reshaped(try scaled(try complement(try number(of: truths)), by: filter), shape)
    }

    /// The masks of ONNX Runtime's operators: [B, T] or [B, S, T] of truth values, or [B] lengths.
    ///
    /// - Parameter keys: T.
    mutating func maskPenalty(_ mask: Value, _ filter: Float, batch: Size, keys: Size) throws(Diagnostic) -> Value {
        let one = Size(1)
        switch mask.shape.count {
        case 1 where mask.shape[0] == batch:
            return try penalty(try lengthMask(mask, batch: batch, keys: keys), filter, [batch, one, one, keys])
        case 2 where mask.shape == [batch, keys]: return try penalty(mask, filter, [batch, one, one, keys])
        case 3 where mask.shape[2] == keys: return try penalty(mask, filter, [batch, one, mask.shape[1], keys])
        default: throw Diagnostic("a mask of shape \(mask.shape.text)")
        }
    }

    /// [B, T]: whether a key is below its sequence's length.
    mutating func lengthMask(_ lengths: Value, batch: Size, keys: Size) throws(Diagnostic) -> Value {
        guard let count = keys.number, count <= ConstantTensor.stretchLimit else {
            throw Diagnostic("lengths beside a size that is a symbol (--bind)")
        }
        return try compared(Value(ConstantTensor([1, count], Array(0..<count))), try reshaped(lengths, [batch, Size(1)]), .less)
    }
}
