import Formats

/// linear, matmul, conv2d: what the operands of a product must be and what it yields.
extension RuleContext {
    mutating func linear(_ output: ProductOutput) -> [TensorType]? {
        guard arity(2...3), rank(0, 1...Sizes.maximumRank, "[..., K]"), rank(1, 2...2, "w [N, K]") else { return nil }
        let (x, w) = (inputs[0], inputs[1])
        let (k, n) = (w.shape[1], w.shape[0])
        guard require(x.shape.last == k, "inputs[1]", "is \(w.text), K = \(x.shape.last ?? 0) of \(x.text) expected")
        else { return nil }
        rowOperand(x)
        columnOperand(w, columnAxis: 0, groupsRunAlongK: true)
        guard let encoding = productEncoding(output, grouped: ProductRule.isGrouped(x, w)) else { return nil }
        if inputs.count == 3 { bias(2, n, output) }
        return [TensorType(shape: x.shape.dropLast() + [n], encoding: encoding)]
    }

    mutating func matmul(transposeB: Bool, _ output: ProductOutput) -> [TensorType]? {
        guard arity(2), rank(0, 2...Sizes.maximumRank, "[..., M, K]"), rank(1, 2...Sizes.maximumRank, "[..., K, N]")
        else { return nil }
        let (a, b) = (inputs[0], inputs[1])
        let (kAxis, nAxis) = (b.shape.count - (transposeB ? 1 : 2), b.shape.count - (transposeB ? 2 : 1))
        guard
            require(
                a.shape.last == b.shape[kAxis], "inputs[1]",
                "is \(b.text), K = \(a.shape.last ?? 0) of \(a.text) expected")
        else { return nil }
        let (leadingA, leadingB) = (Sizes.count(a.shape.dropLast(2)) ?? 0, Sizes.count(b.shape.dropLast(2)) ?? 1)
        guard
            require(
                leadingA.isMultiple(of: leadingB), "inputs[1]",
                "is \(b.text), its \(leadingB) matrices do not divide the \(leadingA) of \(a.text)")
        else { return nil }
        rowOperand(a)
        columnOperand(b, columnAxis: nAxis, groupsRunAlongK: transposeB)
        require(
            transposeB || b.encoding.kind != .pairs, "inputs[1]",
            "is \(b.text), whose pairs lie along N; pairs along K (transpose_b) expected")
        let grouped = ProductRule.isGrouped(a, b, weightsLastIsK: transposeB)
        guard let encoding = productEncoding(output, grouped: grouped) else { return nil }
        return [TensorType(shape: a.shape.dropLast() + [b.shape[nAxis]], encoding: encoding)]
    }

    mutating func conv2d(_ c: Convolution, _ output: ProductOutput) -> [TensorType]? {
        guard arity(2...3), rank(0, 4...4, "[B, H, W, C]"), rank(1, 4...4, "w [O, KH, KW, C/groups]") else {
            return nil
        }
        guard steps(c.stride, 2, "stride"), padding(c.padding), steps(c.dilation, 2, "dilation") else { return nil }
        let (x, w) = (inputs[0], inputs[1])
        let (channels, filters) = (x.shape[3], w.shape[0])
        guard
            require(
                c.groups > 0 && channels.isMultiple(of: c.groups) && filters.isMultiple(of: c.groups), "groups",
                "is \(c.groups), which must divide the \(channels) input and \(filters) output channels")
        else { return nil }
        guard
            require(
                w.shape[3] == channels / c.groups, "inputs[1]",
                "is \(w.text), C/groups = \(channels / c.groups) in its last axis expected")
        else { return nil }
        require(
            x.encoding.isWholeTensor, "inputs[0]",
            "has a scale or zero point per axis or group, a convolution needs one")
        require(
            c.groups == 1 || w.shape[3].isMultiple(of: 2) || x.encoding.kind != .pairs, "inputs[0]",
            "is \(x.text), whose pairs cross the borders of \(c.groups) groups of \(w.shape[3]) channels")
        rowOperand(x)
        columnOperand(w, columnAxis: 0, groupsRunAlongK: true)
        let size = (0..<2).map { axis in
            ImageRule.windows(
                x.shape[1 + axis], before: c.padding[axis], after: c.padding[axis + 2],
                window: c.dilation[axis] * (w.shape[1 + axis] - 1) + 1, stride: c.stride[axis])
        }
        guard
            require(
                size[0] > 0 && size[1] > 0, "inputs[1]",
                "is \(w.text), its window is larger than the padded image \(x.text)")
        else { return nil }
        guard let encoding = productEncoding(output, grouped: ProductRule.isGrouped(x, w)) else { return nil }
        if inputs.count == 3 { bias(2, filters, output) }
        return [TensorType(shape: [x.shape[0], size[0], size[1], filters], encoding: encoding)]
    }

    mutating func tableLinear(_ contract: TableQuantisation) -> [TensorType]? {
        guard arity(2...3), kind(0, .float, .codes), kind(1, .codes) else { return nil }
        let x = inputs[0].encoding
        require(x.kind == .float || x.uniformZero == 0, "inputs[0]", "has a zero point, symmetric codes expected")
        return linear(.float32)
    }

    /// The first operand: its scale may change from row to row or by groups of K, not from one k to the next.
    private mutating func rowOperand(_ x: TensorType) {
        guard kind(0, .float, .scaledFloat, .codes, .pairs, .flint) else { return }
        for granularity in [x.encoding.scale.granularity, x.encoding.zeroPoint.granularity] {
            require(
                granularity != .axis(x.shape.count - 1), "inputs[0]",
                "has a scale or zero point per index of K; one for the tensor, per row or per group expected")
        }
    }

    /// The second operand: one scale for the tensor, per column, or per column and group of K.
    private mutating func columnOperand(_ w: TensorType, columnAxis: Int, groupsRunAlongK: Bool) {
        guard kind(1, .float, .scaledFloat, .codes, .pairs, .flint) else { return }
        require(
            !inputs[0].encoding.isQuantised || w.encoding.isQuantised, "inputs[1]",
            "is \(w.text), but inputs[0] is quantised to \(inputs[0].encoding.codec.name): both or the second may be"
        )
        for granularity in [w.encoding.scale.granularity, w.encoding.zeroPoint.granularity] {
            let fits =
                switch granularity {
                case .tensor: true
                case .axis(let axis): axis == columnAxis
                case .group: groupsRunAlongK
                }
            let groups = groupsRunAlongK ? " or per group of K" : " (groups need transpose_b)"
            require(fits, "inputs[1]", "has a scale or zero point that is not one for the tensor, per column\(groups)")
        }
    }

    private mutating func productEncoding(_ output: ProductOutput, grouped: Bool) -> TensorEncoding? {
        switch output {
        case .float(let contract):
            switch contract {
            case .blocked16: break
            case .blocked16Half, .blocked16HalfTerms: roundedProducts(contract)
            case .centroids1024: centroidSums(contract)
            }
            return .float32
        case .accumulator:
            let (x, w) = (inputs[0].encoding, inputs[1].encoding)
            guard
                require(
                    x.isQuantised && w.isQuantised, "output",
                    "is int32, which needs quantised operands; \(x.codec.name) and \(w.codec.name) give f32")
            else { return nil }
            guard require(!grouped, "output", "is int32, but a scale or zero point is grouped along K, which gives f32")
            else { return nil }
            return TensorEncoding(codec: .int32, scale: .product(x.scale, w.scale))
        }
    }

    /// Products are rounded to f16 only where one operand is a float that f16 holds and the other an integer code.
    private mutating func roundedProducts(_ contract: DotContract) {
        let (x, w) = (inputs[0].encoding.codec, inputs[1].encoding.codec)
        let isNarrow = if case .minifloat = x { true } else { x == .float16 }
        require(
            isNarrow && w.isInteger && w.bits <= 8, "contract",
            "is \(contract.rawValue), which rounds products of f16 or narrower floats and codes of at most 8 bits; inputs are "
                + "\(x.name) and \(w.name)")
    }

    /// Activations are added by centroid only where the weights have centroids.
    private mutating func centroidSums(_ contract: DotContract) {
        let (x, w) = (inputs[0].encoding, inputs[1].encoding)
        require(
            x.codec == .float16 && w.dictionary != nil, "contract",
            "is \(contract.rawValue), which sums f16 activations by the centroids of weights with a dictionary; inputs are "
                + "\(x.codec.name) and \(w.codec.name)\(w.dictionary == nil ? "" : " with a dictionary")")
    }

    private mutating func bias(_ input: Int, _ size: Int, _ output: ProductOutput) {
        switch output {
        case .float: _ = vector(input, size, "bias")
        case .accumulator:
            let type = inputs[input]
            require(
                type.shape == [size] && type.encoding == .int32, "inputs[\(input)]",
                "is \(type.text), bias [\(size)] int32 without a scale expected (it counts in units of the sum)")
        }
    }
}

/// Whether a product's scales change along K, which decides between one exact sum and a sum per segment.
enum ProductRule {
    static func isGrouped(_ x: TensorType, _ w: TensorType, weightsLastIsK: Bool = true) -> Bool {
        func grouped(_ type: TensorType, isWeight: Bool) -> Bool {
            guard let last = type.shape.last, type.encoding.kind != .float else { return false }
            // K of a convolution is (kh, kw, cin): one group per tap still changes from tap to tap.
            let taps = isWeight && type.shape.count == 4 && x.shape.count == 4 && type.shape[1] * type.shape[2] > 1
            return [type.encoding.scale.granularity, type.encoding.zeroPoint.granularity].contains {
                if case .group = $0, taps { return true }
                return $0.isGrouped(last: last)
            }
        }
        return grouped(x, isWeight: false) || (weightsLastIsK && grouped(w, isWeight: true))
    }
}
