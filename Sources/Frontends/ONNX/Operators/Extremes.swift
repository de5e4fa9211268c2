import Diagnostics
import Formats

/// Where the greatest and least numbers of an axis are.
extension ONNXOperator {
    static let extremes: [String: ONNXOperator] = [
        "ArgMax": extreme(isGreatest: true), "ArgMin": extreme(isGreatest: false),
        "TopK": ONNXOperator(["axis", "k", "largest", "sorted"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.greatest(try lowering.value(0))
        },
    ]

    private static func extreme(isGreatest: Bool) -> ONNXOperator {
        ONNXOperator(["axis", "keepdims", "select_last_index"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let given = try lowering.value(0)
            let value = try lowering.number(of: given)
            let axis = try lowering.axis(lowering.node.integer("axis", default: 0), rank: value.shape.count)
            let isLast = lowering.node.integer("select_last_index", default: 0) != 0
            let signed = isGreatest ? value : try lowering.scaled(value, by: -1)
            let place = try lowering.counted(try lowering.placeOfGreatest(signed, axis, isLast: isLast).place)
            guard !lowering.keepsAxes else { return [place] }
            return [try lowering.reshaped(place, place.shape.indices.filter { $0 != axis }.map { place.shape[$0] })]
        }
    }
}

extension ONNXLowering {
    /// The greatest number along an axis, and the first or last place that has it, as f32; the axis is kept.
    ///
    /// A place that has it counts what is left of the axis from there on, others 0: the greatest count is that of the first place.
    mutating func placeOfGreatest(_ value: Value, _ axis: Int, isLast: Bool = false) throws(Diagnostic) -> (number: Value, place: Value) {
        guard let count = value.shape[axis].number, count <= 1 << 20 else {
            throw Diagnostic("an axis of more than 2^20 places, or whose size is a symbol (--bind)")
        }
        let greatest = try reduced("global_max_pool", value, [axis], keeps: true)
        let isGreatest = try complement(try step(try difference(greatest, value)))
        let counts = along(axis, value.shape.count, (0..<count).map { Float(isLast ? $0 + 1 : count - $0) })
        let best = try reduced("global_max_pool", try binary("mul", isGreatest, counts) { $0 * $1 }, [axis], keeps: true)
        let one = Value(ConstantTensor([], [Float(1)])), all = Value(ConstantTensor([], [Float(count)]))
        return (greatest, try isLast ? difference(best, one) : difference(all, best))
    }

    /// Constant numbers of one axis beside tensors of so many axes.
    private func along(_ axis: Int, _ rank: Int, _ numbers: [Float]) -> Value {
        var shape = [Int](repeating: 1, count: rank)
        shape[axis] = numbers.count
        return Value(ConstantTensor(shape, numbers))
    }

    private mutating func joined(_ parts: [Value], _ axis: Int) throws(Diagnostic) -> Value {
        var shape = parts[0].shape
        shape[axis] = Size(parts.count)
        var tensors: [String] = []
        for part in parts { tensors.append(try plainReal(part)) }
        return floats(emit("concat", tensors, [("axis", .integer(axis))]), shape)
    }

    /// The k greatest, or least, in order: each is found in turn, and put below all others.
    fileprivate mutating func greatest(_ given: Value) throws(Diagnostic) -> [Value] {
        let rank = given.shape.count
        let axis = try self.axis(node.integer("axis", default: -1), rank: rank)
        let k = node.version < 10 ? node.integer("k", default: 0) : try integers(1, "k").first ?? 0
        guard let count = given.shape[axis].number, (1...count).contains(k), k <= 32 else {
            throw Diagnostic("\(k) places of \(given.shape[axis].text), 1 to 32 of an axis whose size is known expected")
        }
        let sign: Float = node.integer("largest", default: 1) != 0 ? 1 : -1
        var rest = sign > 0 ? try number(of: given) : try scaled(try number(of: given), by: -1)
        let places = along(axis, rank, (0..<count).map { Float($0) })
        var found: [(number: Value, place: Value)] = []
        for index in 0..<k {
            let next = try placeOfGreatest(rest, axis)
            found.append(next)
            guard index + 1 < k else { break }
            let distance = try magnitude(try difference(places, next.place))
            let others = try clip(distance, 0, 1)
            let taken = try scaled(try complement(others), by: -Float.greatestFiniteMagnitude)
            rest = try binary("add", try binary("mul", rest, others) { $0 * $1 }, taken) { $0 + $1 }
        }
        let numbers = try joined(found.map(\.number), axis)
        try refuse(given.edge.map { $0.numbers != .floats && $0.numbers != .sums && !$0.isRealCodes } ?? false && uses[node.outputs[0]] ?? 0 > 0,
            "the greatest of whole numbers or codes")
        return [sign > 0 ? numbers : try scaled(numbers, by: -1), try counted(try joined(found.map(\.place), axis))]
    }
}
