extension PaddingRule {
    /// Probabilities of -infinity are +0, and +0 changes no blocked sum (docs/numerics.md).
    func softmax() throws(CannotPad) -> Outcome {
        guard let first else { return Outcome() }
        guard first.axis == rank - 1 else { return keeping(first.holding(.anything)) }
        var outcome = keeping(first.holding(.zero))
        outcome.needsMask = first.content != .masked
        return outcome
    }

    /// Padded columns stay to themselves; padding along K must be exact zeros of an integer sum.
    func matmul(transposeB: Bool) throws(CannotPad) -> Outcome {
        let a = padded[node.inputs[0]]
        let b = padded[node.inputs[1]]
        guard let aType = pair.type(node.inputs[0]), let bType = pair.type(node.inputs[1]) else { return Outcome() }
        let (aRank, bRank) = (aType.shape.count, bType.shape.count)
        let (columnAxis, depthAxis) = transposeB ? (bRank - 2, bRank - 1) : (bRank - 1, bRank - 2)
        if let a, let b, a.axis == aRank - 1, b.axis == depthAxis {
            guard a.content == .zero else {
                throw CannotPad(
                    "inputs[0]", "sums over '\(node.inputs[0])', whose padding for '\(length.name)' is not zero")
            }
            guard aType.encoding.codec.isInteger, bType.encoding.codec.isInteger else {
                throw CannotPad("inputs[0]", "sums floats over the padding for '\(length.name)'; codes expected")
            }
            return Outcome()
        }
        let outputRank = pair.type(node.outputs[0])?.shape.count ?? aRank
        switch (a, b) {
        case (nil, let b?) where b.axis == columnAxis:
            return keeping(PaddedAxis(axis: outputRank - 1, content: .anything))
        case (let a?, nil) where a.axis == aRank - 2:
            return keeping(PaddedAxis(axis: outputRank - 2, content: .anything))
        case (let a?, _): throw a.axis == aRank - 1 || b == nil ? reads(0) : reads(1)
        case (nil, _): throw reads(1)
        }
    }

    /// Padded elements meet padded elements, or one that is repeated.
    func elementwise() throws(CannotPad) -> Outcome {
        guard let outputRank = pair.type(node.outputs[0])?.shape.count else { return Outcome() }
        var axes: Set<Int> = []
        for name in node.inputs {
            if let axis = padded[name], let type = pair.type(name) {
                axes.insert(axis.axis + outputRank - type.shape.count)
            }
        }
        guard axes.count == 1, let axis = axes.first else { throw reads(0) }
        return keeping(PaddedAxis(axis: axis, content: isZero ? .zero : .anything))
    }

    /// Whether an elementwise operation yields zeros where its inputs are padded: relu of zero and of -infinity, zero times zero.
    private var isZero: Bool {
        switch node.operation {
        case .unary(.relu): first?.content == .zero || first?.content == .masked
        case .binary(.mul): node.inputs.allSatisfy { padded[$0]?.content == .zero }
        default: false
        }
    }

    /// Zero is code 0 where the zero point is 0; scales are positive.
    func quantised() throws(CannotPad) -> PaddedAxis {
        guard let first else { throw reads(0) }
        // The last slot of an odd row has no victim; with padding behind it, it would.
        if first.axis == rank - 1, pair.type(node.outputs[0])?.encoding.codec.pairs != nil { throw reads(0) }
        let codes = if case .quantise = node.operation { node.outputs[0] } else { node.inputs[0] }
        let isSymmetric = pair.type(codes)?.encoding.zeroPoint == .uniform(0)
        return first.holding(first.content == .zero && isSymmetric ? .zero : .anything)
    }

    /// Zeros change no greatest magnitude of a row.
    func quantiseDynamic(_ granularity: Granularity) throws(CannotPad) -> Outcome {
        guard let first, case .group(let size) = granularity, let columns = pair.line(node.inputs[0]),
            first.axis == rank - 1
        else { throw CannotPad("inputs[0]", "has scales that depend on '\(length.name)'") }
        guard case .quantiseDynamic(.group(columns.shortest)) = pair.shortest.operation, size == columns.longest else {
            throw CannotPad("dynamic", "has groups along '\(length.name)'; \"token\" expected")
        }
        guard first.content == .zero else {
            throw CannotPad("inputs[0]", "takes the greatest of '\(node.inputs[0])', whose padding is not zero")
        }
        return keeping(first)
    }

    /// Rows are computed apart, so padded rows stay to themselves.
    func rowByRow() throws(CannotPad) -> Outcome {
        guard let first, first.axis < rank - 1, node.inputs.dropFirst().allSatisfy({ padded[$0] == nil }) else {
            throw reads(0)
        }
        return keeping(first.holding(.anything))
    }

    // MARK: - Movement

    func transpose(_ permutation: [Int]) throws(CannotPad) -> Outcome {
        guard let first, let axis = permutation.firstIndex(of: first.axis) else { throw reads(0) }
        return keeping(first.moved(to: axis))
    }

    /// The padded axis must stay an axis of its own.
    func reshape() throws(CannotPad) -> Outcome {
        guard let first, let source = pair.type(node.inputs[0])?.shape, let target = pair.type(node.outputs[0])?.shape
        else { throw reads(0) }
        let axes = pair.paddedAxes(node.outputs[0])
        guard axes.count == 1, pair.line(node.outputs[0]) == pair.line(node.inputs[0]),
            target[..<axes[0]].reduce(1, *) == source[..<first.axis].reduce(1, *)
        else { throw CannotPad("shape", "merges or cuts the axis that depends on '\(length.name)'") }
        return keeping(first.moved(to: axes[0]))
    }

    func slice(_ ranges: [SliceRange]) throws(CannotPad) -> Outcome {
        guard let first, let columns = pair.line(node.inputs[0]), case .slice(let short) = pair.shortest.operation
        else { throw reads(0) }
        for axis in ranges.indices {
            let isWhole =
                ranges[axis] == SliceRange(start: 0, end: columns.longest)
                && short[axis] == SliceRange(start: 0, end: columns.shortest)
            guard axis == first.axis ? isWhole : ranges[axis] == short[axis] else {
                throw CannotPad("starts", "cuts the axis that depends on '\(length.name)', or depends on it")
            }
        }
        return keeping(first)
    }

    /// `split` and `concat` along another axis.
    func alongOtherAxis(_ axis: Int) throws(CannotPad) -> Outcome {
        guard let axes = node.inputs.first.flatMap({ padded[$0] }), axes.axis != axis,
            node.inputs.allSatisfy({ padded[$0]?.axis == axes.axis }), pair.shortest.operation == node.operation
        else { throw CannotPad("axis", "cuts or joins the axis that depends on '\(length.name)'") }
        let isSame = node.inputs.allSatisfy { padded[$0] == axes }
        let outputs = node.outputs.map { ($0, isSame ? axes : axes.holding(.anything)) }
        return Outcome(padded: Dictionary(outputs, uniquingKeysWith: { first, _ in first }))
    }
}
