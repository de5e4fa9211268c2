import Formats

/// Operations that move elements and keep their encoding.
extension RuleContext {
    mutating func reshape(_ shape: [Int]) -> [TensorType]? {
        guard arity(1), movable(0) else { return nil }
        let (old, new) = (Sizes.count(inputs[0].shape), Sizes.count(shape))
        guard
            require(
                new != nil && new == old, "shape",
                "\(shape) does not have the \(old ?? 0) elements of \(inputs[0].text)")
        else { return nil }
        return [TensorType(shape: shape, encoding: inputs[0].encoding)]
    }

    mutating func transpose(_ permutation: [Int]) -> [TensorType]? {
        guard arity(1) else { return nil }
        let x = inputs[0]
        guard
            require(
                permutation.sorted() == Array(x.shape.indices), "permutation",
                "\(permutation) must name every axis of \(x.text) once")
        else { return nil }
        var encoding = x.encoding
        if case .tensor(let name, .axis(let axis)) = encoding.scale, let moved = permutation.firstIndex(of: axis) {
            encoding.scale = .tensor(name, .axis(moved))
        } else {
            guard require(x.encoding.scale.isWholeTensor, "inputs[0]", Self.groupMessage) else { return nil }
        }
        if case .tensor(let name, .axis(let axis)) = encoding.zeroPoint, let moved = permutation.firstIndex(of: axis) {
            encoding.zeroPoint = .tensor(name, .axis(moved))
        } else {
            guard require(x.encoding.zeroPoint.granularity == .tensor, "inputs[0]", Self.groupMessage) else {
                return nil
            }
        }
        return [TensorType(shape: permutation.map { x.shape[$0] }, encoding: encoding)]
    }

    private static let groupMessage = "has a scale or zero point per row or group; dequantise it first"

    mutating func concat(axis: Int) -> [TensorType]? {
        guard arity(1...Int.max), self.axis(axis, 0), movable(0) else { return nil }
        var shape = inputs[0].shape
        for index in inputs.indices.dropFirst() {
            let type = inputs[index]
            guard
                require(
                    type.encoding == inputs[0].encoding, "inputs[\(index)]",
                    "is \(type.text) of another encoding than inputs[0], one encoding expected")
            else { return nil }
            var other = type.shape
            guard
                require(other.count == shape.count, "inputs[\(index)]", "is \(type.text), rank \(shape.count) expected")
            else { return nil }
            let (total, overflow) = shape[axis].addingReportingOverflow(other[axis])
            other[axis] = shape[axis]
            guard
                require(
                    other == shape && !overflow, "inputs[\(index)]",
                    "is \(type.text), which differs from \(inputs[0].text) along another axis than \(axis)")
            else { return nil }
            shape[axis] = total
        }
        return [TensorType(shape: shape, encoding: inputs[0].encoding)]
    }

    mutating func slice(_ ranges: [SliceRange]) -> [TensorType]? {
        guard arity(1), movable(0) else { return nil }
        let x = inputs[0]
        guard require(ranges.count == x.shape.count, "axes", "has \(ranges.count) ranges, \(x.shape.count) expected")
        else { return nil }
        for (axis, range) in ranges.enumerated() {
            guard require(range.step > 0, "steps", "is \(range.step) along axis \(axis), a positive number expected")
            else { return nil }
            guard
                require(
                    0 <= range.start && range.start < range.end && range.end <= x.shape[axis], "starts",
                    "\(range.start) up to \(range.end) selects nothing of the \(x.shape[axis]) elements of axis \(axis)"
                )
            else { return nil }
        }
        return [TensorType(shape: ranges.map(\.count), encoding: x.encoding)]
    }

    mutating func split(axis: Int, sizes: [Int]) -> [TensorType]? {
        guard arity(1), self.axis(axis, 0), movable(0) else { return nil }
        let x = inputs[0]
        var left = x.shape[axis]
        for (index, size) in sizes.enumerated() {
            guard require(size > 0, "sizes[\(index)]", "is \(size), a positive number expected") else { return nil }
            left = left < 0 ? left : left - size
        }
        guard require(left == 0, "sizes", "\(sizes) do not add up to the \(x.shape[axis]) elements of axis \(axis)")
        else { return nil }
        return sizes.map { size in
            var shape = x.shape
            shape[axis] = size
            return TensorType(shape: shape, encoding: x.encoding)
        }
    }

    mutating func gather() -> [TensorType]? {
        guard arity(2), rank(0, 1...Sizes.maximumRank, "table [V, ...]"), movable(0) else { return nil }
        let indices = inputs[1]
        guard
            require(indices.encoding == .int32, "inputs[1]", "is \(indices.text), int32 indices without scale expected")
        else { return nil }
        return [TensorType(shape: indices.shape + inputs[0].shape.dropFirst(), encoding: inputs[0].encoding)]
    }

    mutating func pad(_ amounts: [PadAmount], value: Double) -> [TensorType]? {
        guard arity(1), movable(0) else { return nil }
        let x = inputs[0]
        guard
            require(amounts.count == x.shape.count, "amounts", "has \(amounts.count) pairs, \(x.shape.count) expected")
        else { return nil }
        for (axis, amount) in amounts.enumerated() {
            let range = 0...Sizes.maximumPosition
            guard
                require(
                    range.contains(amount.before) && range.contains(amount.after), "amounts[\(axis)]",
                    "is [\(amount.before), \(amount.after)], 0 to \(Sizes.maximumPosition) expected")
            else { return nil }
        }
        if x.encoding.codec.isInteger {
            let code = Int(exactly: value).flatMap { x.encoding.codec.code(ofValue: $0) }
            guard require(code != nil, "value", "\(value) is no value of \(x.encoding.codec.name)") else { return nil }
        }
        let shape = zip(x.shape, amounts).map { $0 + $1.before + $1.after }
        return [TensorType(shape: shape, encoding: x.encoding)]
    }

    mutating func append(axis: Int, position: Int) -> [TensorType]? {
        guard arity(2), self.axis(axis, 0), movable(0) else { return nil }
        self.position(position)
        let (state, new) = (inputs[0], inputs[1])
        guard require(new.encoding == state.encoding, "inputs[1]", "is \(new.text) of another encoding than the state")
        else { return nil }
        guard
            require(
                new.shape.count == state.shape.count, "inputs[1]", "is \(new.text), rank \(state.shape.count) expected")
        else { return nil }
        var rest = new.shape
        rest[axis] = state.shape[axis]
        guard require(rest == state.shape, "inputs[1]", "is \(new.text), which does not fit into \(state.text)")
        else { return nil }
        guard problems.isEmpty else { return nil }
        let end = position + new.shape[axis]
        guard
            require(
                end <= state.shape[axis], "position",
                "\(position) + \(new.shape[axis]) is past the end of \(state.text)")
        else { return nil }
        var shape = state.shape
        shape[axis] = end
        return [TensorType(shape: shape, encoding: state.encoding)]
    }

    private mutating func axis(_ axis: Int, _ input: Int) -> Bool {
        let rank = inputs[input].shape.count
        return require(inputs[input].shape.indices.contains(axis), "axis", "\(axis) is not an axis of rank \(rank)")
    }
}
