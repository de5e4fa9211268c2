/// What a node makes of the padding of its inputs. The rules say for every operation which valid elements can depend on
/// padding; where one would, they throw.
struct PaddingRule {
    struct Outcome {
        var padded: [String: PaddedAxis] = [:]
        /// Growth of the node's position with the length.
        var growth: Int?
        /// The padding of input 0 must become -infinity first.
        var needsMask = false
    }
    let pair: NodePair
    let padded: [String: PaddedAxis]
    let length: OpenLength

    init(_ pair: NodePair, padded: [String: PaddedAxis], length: OpenLength) {
        self.pair = pair
        self.padded = padded
        self.length = length
    }

    var node: Node { pair.longest }
    /// Of input 0, when it is padded.
    var first: PaddedAxis? { node.inputs.first.flatMap { padded[$0] } }
    var rank: Int { node.inputs.first.flatMap { pair.type($0) }?.shape.count ?? 0 }

    func outcome() throws(CannotPad) -> Outcome {
        try checkParameters()
        let isPadded = node.inputs.contains { padded[$0] != nil }
        if let outcome = try positioned() { return outcome }
        guard isPadded else {
            try sameOperation()
            return Outcome()
        }
        switch node.operation {
        case .softmax: return try softmax()
        case .matmul(let transposeB, _): return try matmul(transposeB: transposeB)
        case .binary, .unary, .clip: return try elementwise()
        case .quantise, .dequantise, .encode: return keeping(try quantised())
        case .quantiseDynamic(let granularity): return try quantiseDynamic(granularity)
        case .layerNorm, .rmsNorm, .linear, .tableLinear: return try rowByRow()
        case .transpose(let permutation): return try transpose(permutation)
        case .reshape: return try reshape()
        case .slice(let ranges): return try slice(ranges)
        case .split(let axis, _), .concat(let axis): return try alongOtherAxis(axis)
        case .rescale, .assignCentroids, .columnSums, .requantise, .conv2d, .pool, .globalPool, .gather, .pad, .resize: throw reads(0)
        case .append, .rope, .mask: throw reads(0)
        }
    }

    /// Input 0 alone is padded, and output 0 as well.
    func keeping(_ axis: PaddedAxis) -> Outcome { Outcome(padded: [node.outputs[0]: axis]) }

    func reads(_ input: Int) -> CannotPad {
        CannotPad("inputs[\(input)]", "reads '\(node.inputs[input])', whose shape depends on '\(length.name)'")
    }

    /// Scales and zero points with padding would have to be proven harmless one by one.
    private func checkParameters() throws(CannotPad) {
        for (index, input) in node.inputs.enumerated() {
            guard let encoding = pair.type(input)?.encoding else { continue }
            for name in encoding.parameterNames where padded[name] != nil || pair.line(name) != nil {
                throw CannotPad("inputs[\(index)]", "has scales '\(name)' that depend on '\(length.name)'")
            }
        }
    }

    /// A node that reads nothing padded is the same for all lengths.
    private func sameOperation() throws(CannotPad) {
        guard pair.shortest.operation != node.operation else { return }
        throw CannotPad(changedField, "depends on '\(length.name)'")
    }

    /// Name of the first attribute that is not the same for all lengths.
    private var changedField: String {
        let (short, long) = (pair.shortest, pair.longest)
        let before = short.operation.attributes(
            inputs: short.inputs.compactMap { pair.shortType($0) },
            outputs: short.outputs.compactMap { pair.shortType($0) })
        let after = long.operation.attributes(
            inputs: long.inputs.compactMap { pair.type($0) }, outputs: long.outputs.compactMap { pair.type($0) })
        let old = Dictionary(before, uniquingKeysWith: { first, _ in first })
        return after.first { old[$0.0] != $0.1 }?.0 ?? before.first?.0 ?? "op"
    }

    // MARK: - Positions

    /// Operations with a position; `nil` for all others.
    private func positioned() throws(CannotPad) -> Outcome? {
        switch (pair.shortest.operation, node.operation) {
        case (.append(let axis, let low), .append(_, let high)):
            if padded[node.inputs[1]] != nil { throw reads(1) }
            var outcome = Outcome(growth: try growth(low, high))
            if low != high { outcome.padded[node.outputs[0]] = PaddedAxis(axis: axis, content: .anything) }
            return outcome
        case (.rope(let low), .rope(let high)):
            var same = high
            same.position = low.position
            guard same == low else { throw CannotPad(changedField, "depends on '\(length.name)'") }
            if let first, first.axis == rank - 1 { throw reads(0) }
            var outcome = first.map { keeping($0.holding(.anything)) } ?? Outcome()
            outcome.growth = try growth(low.position, high.position)
            return outcome
        case (.mask(let low, let lowWindow), .mask(let high, let window)):
            guard window == lowWindow else { throw CannotPad("window", "depends on '\(length.name)'") }
            var outcome = first.map { keeping($0.holding(covers(low, high) ? .masked : .anything)) } ?? Outcome()
            outcome.growth = try growth(low, high)
            return outcome
        case (.slice(let low), .slice(let high)) where low != high && first == nil:
            return try longerSlice(low, high)
        default: return nil
        }
    }

    /// The first elements of a tensor that is the same for all lengths: more of them for longer ones.
    private func longerSlice(_ low: [SliceRange], _ high: [SliceRange]) throws(CannotPad) -> Outcome {
        let changed = low.indices.filter { low[$0] != high[$0] }
        guard changed.count == 1, let axis = changed.first, low[axis].start == high[axis].start, low[axis].step == high[axis].step
        else { throw CannotPad(changedField, "depends on '\(length.name)'") }
        return keeping(PaddedAxis(axis: axis, content: .anything))
    }

    private func growth(_ low: Int, _ high: Int) throws(CannotPad) -> Int? {
        guard low <= high else { throw CannotPad("position", "shrinks as '\(length.name)' grows") }
        return low == high ? nil : pair.growth(Line(shortest: low, longest: high), length.range)
    }

    /// The last column that the last row of the mask keeps is valid, for every length.
    private func covers(_ low: Int, _ high: Int) -> Bool {
        guard let columns = pair.line(node.inputs[0]), first?.axis == rank - 1,
            let rows = pair.type(node.inputs[0])?.shape.dropLast().last
        else { return false }
        return low + rows <= columns.shortest && high + rows <= columns.longest
    }
}

extension TensorEncoding {
    /// Tensors that hold scales and zero points.
    fileprivate var parameterNames: [String] {
        func names(_ scale: Scale) -> [String] {
            switch scale {
            case .none, .uniform: []
            case .tensor(let name, _): [name]
            case .product(let rows, let columns): names(rows) + names(columns)
            }
        }
        if case .tensor(let name, _) = zeroPoint { return names(scale) + [name] }
        return names(scale)
    }
}
