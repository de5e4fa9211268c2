import Diagnostics
import Formats

extension NodeEvaluation {
    func reshape() throws -> Tensor {
        Tensor(shape: try output().shape, storage: try input(0).tensor.storage)
    }

    func transpose(_ permutation: [Int]) throws -> Tensor {
        let x = try input(0)
        try require(
            permutation.sorted() == Array(x.shape.indices), "permutation",
            "\(permutation) is not an order of \(x.shape.count) axes")
        let strides = rowMajorStrides(x.shape)
        let shape = permutation.map { x.shape[$0] }
        let movement = StridedMovement(shape: shape, strides: permutation.map { strides[$0] }, offset: 0)
        return Tensor(shape: shape, storage: try movement([x.tensor.storage]))
    }

    func slice(_ ranges: [SliceRange]) throws -> Tensor {
        let x = try input(0)
        try require(ranges.count == x.shape.count, "axes", "expected one range for each of \(x.shape.count) axes")
        for (range, size) in zip(ranges, x.shape) {
            try require(
                range.step > 0 && range.start >= 0 && (range.count == 0 || range.end <= size), "starts",
                "the range \(range.start)..<\(range.end) does not lie in an axis of size \(size)")
        }
        return try sliced(x, ranges)
    }

    private func sliced(_ x: TypedTensor, _ ranges: [SliceRange]) throws -> Tensor {
        let strides = rowMajorStrides(x.shape)
        let shape = ranges.map(\.count)
        let movement = StridedMovement(
            shape: shape, strides: zip(strides, ranges).map { $0 * $1.step },
            offset: zip(strides, ranges).reduce(0) { $0 + $1.0 * $1.1.start })
        return Tensor(shape: shape, storage: try movement([x.tensor.storage]))
    }

    func split(axis: Int, sizes: [Int]) throws -> [Tensor] {
        let x = try input(0)
        try require(
            x.shape.indices.contains(axis) && sizes.allSatisfy { $0 >= 0 } && sizes.reduce(0, +) == x.shape[axis],
            "sizes", "\(sizes) do not add up to the axis \(axis) of shape \(x.shape)")
        var start = 0
        return try sizes.map { size in
            defer { start += size }
            var ranges = x.shape.map { SliceRange(start: 0, end: $0) }
            ranges[axis] = SliceRange(start: start, end: start + size)
            return try sliced(x, ranges)
        }
    }

    func concatenate(axis: Int) throws -> Tensor {
        let first = try input(0)
        try require(first.shape.indices.contains(axis), "axis", "is \(axis), but the input has shape \(first.shape)")
        var shape = first.shape
        shape[axis] = 0
        for x in inputs {
            var others = x.shape
            if others.indices.contains(axis) { others[axis] = first.shape[axis] }
            try require(
                others == first.shape && x.codec == first.codec, x.name,
                "is \(x.codec.name) of shape \(x.shape), which does not join \(first.codec.name) \(first.shape)")
            shape[axis] += x.shape[axis]
        }
        let movement = InterleavedMovement(
            outer: shape[..<axis].reduce(1, *), runs: inputs.map { $0.shape[axis...].reduce(1, *) })
        return Tensor(shape: shape, storage: try movement(inputs.map(\.tensor.storage)))
    }

    /// table [V, ...], indices [...] -> [indices..., ...]
    func gather() throws -> Tensor {
        let table = try input(0)
        let indices = try input(1)
        guard let count = table.shape.first else { throw Diagnostic(field: table.name, "has no axis to gather from") }
        let run = table.shape.dropFirst().reduce(1, *)
        let starts = try indices.values().map { index in
            try require(index >= 0 && index < count, indices.name, "holds the index \(index), expected 0..<\(count)")
            return Int(index) * run
        }
        let movement = RunMovement(starts: starts, run: run)
        return Tensor(
            shape: indices.shape + table.shape.dropFirst(), storage: try movement([table.tensor.storage]))
    }

    func pad(_ amounts: [PadAmount], value: Double) throws -> Tensor {
        let x = try input(0)
        try require(
            amounts.count == x.shape.count && amounts.allSatisfy { $0.before >= 0 && $0.after >= 0 }, "amounts",
            "expected a pair of amounts, not negative, for each of \(x.shape.count) axes")
        let shape = zip(x.shape, amounts).map { $0 + $1.before + $1.after }
        let padding = try filled(TensorType(shape: shape, encoding: x.type.encoding), with: value)
        let movement = BoxMovement(targetShape: shape, sourceShape: x.shape, origin: amounts.map(\.before))
        return Tensor(shape: shape, storage: try movement([padding, x.tensor.storage]))
    }

    /// All elements are the real number (floats) or the code value (integers).
    private func filled(_ type: TensorType, with value: Double) throws -> Tensor.Storage {
        switch type.encoding.codec {
        case .float32: return .float32(Array(repeating: Elementary.canonical(Float(value)), count: type.count))
        case .float16, .bfloat16, .minifloat:
            return Tensor.Storage(floats: Array(repeating: Float(value), count: type.count), codec: type.encoding.codec)
        case .signed, .unsigned, .bipolar, .ternary, .outlierVictim, .flint:
            guard let integer = Int(exactly: value), type.encoding.codec.code(ofValue: integer) != nil else {
                throw Diagnostic(field: "value", "\(value) is no value of \(type.encoding.codec.name)")
            }
            return try type.tensor(values: Array(repeating: integer, count: type.count)).storage
        }
    }
}
