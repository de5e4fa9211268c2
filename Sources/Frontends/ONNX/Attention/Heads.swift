import Diagnostics
import Formats

/// Axes of heads: [B, S, H * D] is how they enter a network's products, [B, H, S, D] how they are multiplied.
extension ONNXLowering {
    func headCount(_ attribute: String) throws(Diagnostic) -> Int {
        let count = node.integer(attribute, default: 0)
        try refuse(!(1...1 << 16).contains(count), "is \(count)", field: attribute)
        return count
    }

    /// [B, S, H * D] -> [B, H, S, D].
    mutating func heads(_ value: Value, _ count: Int) throws(Diagnostic) -> Value {
        guard value.shape.count == 3, let size = value.shape[2].divided(by: Size(count)) else {
            throw Diagnostic("\(count) heads of \(value.shape.text)")
        }
        return try transposed(try reshaped(value, [value.shape[0], value.shape[1], Size(count), size]), [0, 2, 1, 3])
    }

    /// [B, H, S, D] -> [B, S, H * D].
    mutating func merged(_ value: Value) throws(Diagnostic) -> Value {
        let shape = value.shape
        return try reshaped(try transposed(value, [0, 2, 1, 3]), [shape[0], shape[2], shape[1] * shape[3]])
    }

    /// Places `from` to `to` of an axis.
    mutating func piece(_ value: Value, _ axis: Int, _ from: Size, _ to: Size) throws(Diagnostic) -> Value {
        guard value.shape.indices.contains(axis) else { throw Diagnostic("axis \(axis) of \(value.shape.text)") }
        let isOutside = (value.shape[axis] - to).number ?? 0 < 0 || from.number ?? 0 < 0
        try refuse(isOutside, "places \(from.text) to \(to.text) of \(value.shape.text)")
        var (starts, ends) = (value.shape.map { _ in Size(0) }, value.shape)
        (starts[axis], ends[axis]) = (from, to)
        return try part(value, starts, ends)
    }

    /// Parts of an axis of these sizes, one behind the other.
    mutating func pieces(_ value: Value, _ axis: Int, _ sizes: [Size]) throws(Diagnostic) -> [Value] {
        try refuse(!value.shape.indices.contains(axis) || sizes.reduce(Size(0), +) != value.shape[axis], "\(value.shape.text) in parts of \(sizes.text)")
        var start = Size(0)
        var parts: [Value] = []
        for size in sizes {
            parts.append(try piece(value, axis, start, start + size))
            start = start + size
        }
        return parts
    }

    /// What was kept of earlier steps, [B, H, P, D]; `nil` where the node has no such input.
    func past(_ input: Int) throws(Diagnostic) -> Value? {
        guard let past = optional(input) else { return nil }
        try refuse(past.shape.count != 4, "a past of shape \(past.shape.text), [B, H, P, D] expected")
        return past
    }

    /// The past and what comes now, along S of [B, H, S, D].
    mutating func continued(_ past: Value?, _ new: Value) throws(Diagnostic) -> Value {
        guard let past else { return new }
        return try concatenated([past, new], axis: 2)
    }
}
