import Formats

/// Operations on images [B, H, W, C]: pooling and resizing.
extension RuleContext {
    mutating func pool(_ pool: Pool) -> [TensorType]? {
        guard image(pool.function), steps(pool.window, 2, "window"), steps(pool.stride, 2, "stride"),
            padding(pool.padding)
        else { return nil }
        // Then every window holds at least one element of the image.
        guard
            require(
                (0..<4).allSatisfy { pool.padding[$0] < pool.window[$0 % 2] }, "padding",
                "is \(pool.padding), each must be smaller than the window \(pool.window)")
        else { return nil }
        let x = inputs[0]
        let size = (0..<2).map { axis in
            ImageRule.windows(
                x.shape[1 + axis], before: pool.padding[axis], after: pool.padding[axis + 2],
                window: pool.window[axis], stride: pool.stride[axis])
        }
        guard require(size[0] > 0 && size[1] > 0, "window", "is \(pool.window), larger than the padded image \(x.text)")
        else { return nil }
        return [kept([x.shape[0], size[0], size[1], x.shape[3]])]
    }

    mutating func globalPool(_ function: PoolFunction) -> [TensorType]? {
        guard image(function) else { return nil }
        return [kept([inputs[0].shape[0], 1, 1, inputs[0].shape[3]])]
    }

    mutating func resize(_ resize: Resize) -> [TensorType]? {
        guard arity(1), rank(0, 4...4, "[B, H, W, C]") else { return nil }
        guard
            require(
                resize.size.count == 2 && resize.size.allSatisfy { $0 > 0 }, "size",
                "is \(resize.size), [H, W] expected")
        else { return nil }
        switch resize.mode {
        case .bilinear: guard kind(0, .float) else { return nil }
        case .nearest: guard perChannel(0) else { return nil }
        }
        let x = inputs[0]
        let shape = [x.shape[0], resize.size[0], resize.size[1], x.shape[3]]
        return [resize.mode == .bilinear ? TensorType(shape: shape, encoding: .float32) : kept(shape, isCopy: true)]
    }

    private mutating func image(_ function: PoolFunction) -> Bool {
        guard arity(1), rank(0, 4...4, "[B, H, W, C]"), kind(0, .float, .codes), perChannel(0) else { return false }
        if case .minifloat = inputs[0].encoding.codec {
            return require(false, "inputs[0]", "is \(inputs[0].text), which has no infinity to pad with; dequantise it first")
        }
        switch function {
        case .max: return true
        case .average: return inputs[0].encoding.kind == .float || computable(0)
        }
    }

    /// Elements of different places meet, so the scale may change by channel only.
    private mutating func perChannel(_ input: Int) -> Bool {
        require(
            inputs[input].encoding.isShared(exceptAlong: 3), "inputs[\(input)]",
            "has a scale or zero point that is not one for the tensor or per channel; dequantise it first")
    }

    /// Codes keep their encoding; floats that were computed on are f32.
    private func kept(_ shape: [Int], isCopy: Bool = false) -> TensorType {
        let encoding = inputs[0].encoding
        return TensorType(shape: shape, encoding: encoding.kind == .float && !isCopy ? .float32 : encoding)
    }

    mutating func steps(_ values: [Int], _ count: Int, _ field: String) -> Bool {
        guard require(values.count == count, field, "has \(values.count) numbers, \(count) expected") else {
            return false
        }
        for (index, value) in values.enumerated() {
            guard
                require(
                    (1...Sizes.maximumStep).contains(value), "\(field)[\(index)]",
                    "is \(value), 1 to \(Sizes.maximumStep) expected")
            else { return false }
        }
        return true
    }

    mutating func padding(_ values: [Int]) -> Bool {
        guard
            require(
                values.count == 4, "padding", "has \(values.count) numbers, top, left, bottom and right expected")
        else { return false }
        for (index, value) in values.enumerated() {
            guard
                require(
                    (0...Sizes.maximumStep).contains(value), "padding[\(index)]",
                    "is \(value), 0 to \(Sizes.maximumStep) expected")
            else { return false }
        }
        return true
    }
}

enum ImageRule {
    /// Positions of a sliding window: floor((size + before + after - window) / stride) + 1, or 0 when it does not fit.
    static func windows(_ size: Int, before: Int, after: Int, window: Int, stride: Int) -> Int {
        let room = size + before + after - window
        return room < 0 ? 0 : room / stride + 1
    }
}
