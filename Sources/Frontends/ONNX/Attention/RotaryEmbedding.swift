import Diagnostics
import Formats

/// Cosines and sines of rotary positions, [S, R / 2] or [B, S, R / 2], and which numbers are turned together.
struct RotaryAngles: Sendable {
    var cosines: Value
    var sines: Value
    /// Neighbours instead of halves.
    var isInterleaved: Bool
}

extension ONNXOperator {
    static let rotary: [String: ONNXOperator] = [
        "RotaryEmbedding": ONNXOperator(["interleaved", "num_heads", "rotary_embedding_dim"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.rotaryEmbedding(cosines: 1, positions: 3)]
        },
        "com.microsoft:RotaryEmbedding": ONNXOperator([
            "interleaved", "num_heads", "rotary_embedding_dim", "is_packed_batching", "scale",
        ]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.refuse(lowering.node.integer("is_packed_batching", default: 0) != 0, "packed batches", field: "is_packed_batching")
            try lowering.refuse(lowering.node.float("scale", default: 1) != 1, "a scale other than 1", field: "scale")
            return [try lowering.rotaryEmbedding(cosines: 2, positions: 1)]
        },
    ]
}

extension ONNXLowering {
    /// - Parameters:
    ///   - cosines: the input that they are; sines are behind them.
    ///   - positions: the input of places in their tables; without them, tables hold a row for each place.
    mutating func rotaryEmbedding(cosines: Int, positions: Int) throws(Diagnostic) -> Value {
        let value = try value(0)
        try refuse(!(3...4).contains(value.shape.count), "an input of shape \(value.shape.text)")
        var count = node.integer("num_heads", default: 0)
        let width = try self.value(cosines).shape.last
        if value.shape.count == 3, count == 0 {
            // Heads as wide as what is turned.
            guard let depth = width?.number, depth > 0, let heads = value.shape[2].divided(by: Size(2 * depth))?.number else {
                throw Diagnostic(field: "num_heads", "is missing")
            }
            count = heads
        }
        let input = value.shape.count == 3 ? try heads(value, count) : value
        let places = optional(positions)
        let angles = RotaryAngles(
            cosines: try rows(try self.value(cosines), at: places, count: input.shape[2]),
            sines: try rows(try self.value(cosines + 1), at: places, count: input.shape[2]),
            isInterleaved: node.integer("interleaved", default: 0) != 0)
        let given = node.integer("rotary_embedding_dim", default: 0)
        try refuse(given != 0 && angles.cosines.shape.last?.number != given / 2, "is \(given)", field: "rotary_embedding_dim")
        let turned = try rotated(input, angles)
        return value.shape.count == 3 ? try merged(turned) : turned
    }

    /// Rows of a table [P, R] at places [B, S], or from one place on; of a table [B, S, R] itself.
    private mutating func rows(_ table: Value, at places: Value?, count: Size) throws(Diagnostic) -> Value {
        guard let places else { return table }
        try refuse(table.shape.count != 2, "a table of shape \(table.shape.text), two axes expected")
        guard places.shape.count < 2 else { return try gathered(table, places, axis: 0) }
        try refuse(places.shape.product.number != 1, "positions of shape \(places.shape.text)")
        if let first = try places.constant?.integers().first { return try piece(table, 0, Size(first), Size(first) + count) }
        guard let length = count.number, length <= ConstantTensor.stretchLimit else {
            throw Diagnostic("positions of run time beside a length that is a symbol (--bind)")
        }
        let steps = Value(ConstantTensor([length], Array(0..<length)))
        return try gathered(table, try binary("add", try reshaped(places, [Size(1)]), steps) { $0 + $1 }, axis: 0)
    }

    /// [B, H, S, D], of which the first R numbers are turned.
    mutating func rotated(_ value: Value, _ angles: RotaryAngles) throws(Diagnostic) -> Value {
        guard value.shape.count == 4, let depth = value.shape[3].number, let half = angles.cosines.shape.last?.number, 2 * half <= depth, half > 0
        else { throw Diagnostic("heads \(value.shape.text) beside angles \(angles.cosines.shape.text)") }
        let (shape, one) = (value.shape, Size(1))
        let turned = 2 * half == depth ? value : try piece(value, 3, Size(0), Size(2 * half))
        let lead = Array(shape[..<3])
        let split = angles.isInterleaved ? lead + [Size(half), Size(2)] : lead + [Size(2), Size(half)]
        let axis = angles.isInterleaved ? 4 : 3
        let parts = try pieces(try reshaped(turned, split), axis, [one, one])
        let (real, imaginary) = (try reshaped(parts[0], lead + [Size(half)]), try reshaped(parts[1], lead + [Size(half)]))
        func beside(_ table: Value) throws(Diagnostic) -> Value {
            // A row for each place of each batch is the same for all heads.
            table.shape.count == 3 ? try reshaped(table, [table.shape[0], one, table.shape[1], table.shape[2]]) : table
        }
        let (cosines, sines) = (try beside(angles.cosines), try beside(angles.sines))
        let first = try difference(try product(real, cosines), try product(imaginary, sines))
        let second = try binary("add", try product(real, sines), try product(imaginary, cosines)) { $0 + $1 }
        var part = split
        part[axis] = one
        let both = try concatenated([try reshaped(first, part), try reshaped(second, part)], axis: axis)
        let result = try reshaped(both, lead + [Size(2 * half)])
        if 2 * half == depth { return result }
        return try concatenated([result, try piece(value, 3, Size(2 * half), shape[3])], axis: 3)
    }

    private mutating func product(_ a: Value, _ b: Value) throws(Diagnostic) -> Value { try binary("mul", a, b) { $0 * $1 } }
}
