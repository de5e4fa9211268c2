import Diagnostics
import Formats

/// Tensors that are put together from parts of themselves, and products that are named by their axes.
extension ONNXOperator {
    static let arrangements: [String: ONNXOperator] = [
        "Tile": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.tiled(try lowering.value(0), try lowering.integers(1, "repeats"))]
        },
        "Trilu": ONNXOperator(["upper"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.triangle(try lowering.value(0))]
        },
        "Einsum": ONNXOperator(["equation"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.einsum()]
        },
    ]
}

extension ONNXLowering {
    mutating func tiled(_ value: Value, _ repeats: [Int]) throws(Diagnostic) -> Value {
        try refuse(repeats.count != value.shape.count || repeats.contains { !(1...1 << 12).contains($0) }, "repeats \(repeats)")
        if case .sizes(let sizes) = value.content, value.shape.count == 1 {
            return Value(sizes: (0..<repeats[0]).flatMap { _ in sizes })
        }
        var result = value
        for (axis, count) in repeats.enumerated() where count > 1 {
            if let constant = result.constant {
                try refuse(constant.count * count > ConstantTensor.stretchLimit, "a constant of \(constant.count * count) elements")
                result = Value(ConstantTensor.concatenated([ConstantTensor](repeating: constant, count: count), axis: axis))
                continue
            }
            var edge = try moved(result)
            if edge.numbers == .sums { edge = try real(result) }
            if edge.inner != nil { edge = try plain(edge, result.shape) }
            let place = edge.order.firstIndex(of: axis) ?? axis
            edge.tensor = emit("concat", [String](repeating: edge.tensor, count: count), [("axis", .integer(place))])
            var shape = result.shape
            shape[axis] = shape[axis] * Size(count)
            result = Value(shape, .edge(edge))
        }
        return result
    }

    /// What is on one side of a diagonal, and zeros.
    mutating func triangle(_ value: Value) throws(Diagnostic) -> Value {
        let rank = value.shape.count
        guard rank >= 2, let sizes = Array(value.shape.suffix(2)).numbers else {
            throw Diagnostic("a matrix whose size is a symbol (--bind)")
        }
        try refuse((Size(sizes[0]) * Size(sizes[1])).number ?? 0 > ConstantTensor.stretchLimit, "a mask of \(sizes) elements")
        let given = node.has(1) ? try integers(1, "a diagonal").first ?? 0 : 0
        let diagonal = min(max(given, -1 << 30), 1 << 30)
        let isUpper = node.integer("upper", default: 1) != 0
        let kept = (0..<sizes[0] * sizes[1]).map { place -> Int in
            let offset = place % sizes[1] - place / sizes[1]
            return (isUpper ? offset >= diagonal : offset <= diagonal) ? 1 : 0
        }
        if let constant = value.constant, !constant.type.isFloat {
            return try folded(value, Value(ConstantTensor(sizes, kept)), constant.type) { $0 * $1 }
        }
        if value.edge?.numbers == .whole { return try binary("mul", value, Value(ConstantTensor(sizes, kept))) { $0 * $1 } }
        let zero = Value(ConstantTensor([], [Float(0)]))
        return try chosen(Value(ConstantTensor(sizes, kept)), value, zero)
    }

    // MARK: Einsum

    /// One or two operands: axes that both have and the result too are batches, those that both have alone are summed over.
    mutating func einsum() throws(Diagnostic) -> Value {
        let text = node.text("equation", default: "").filter { $0 != " " }
        try refuse(text.contains("."), "an ellipsis", field: "equation")
        let sides = text.components(separatedBy: "->")
        let terms = sides[0].split(separator: ",", omittingEmptySubsequences: false).map { Array($0) }
        let counted = Dictionary(terms.joined().map { ($0, 1) }, uniquingKeysWith: +)
        let result = sides.count > 1 ? Array(sides[1]) : counted.filter { $0.value == 1 }.map(\.key).sorted()
        try refuse(
            terms.count != node.inputs.count || terms.count > 2 || terms.contains { Set($0).count != $0.count }
                || Set(result).count != result.count || !Set(result).isSubset(of: Set(counted.keys)),
            "is '\(text)'", field: "equation")
        var operands: [(value: Value, axes: [Character])] = []
        for (input, axes) in terms.enumerated() {
            let value = try self.value(input)
            try refuse(value.shape.count != axes.count, "is '\(text)' for \(value.shape.text)", field: "equation")
            let others = Set(terms.enumerated().filter { $0.offset != input }.flatMap(\.element) + result)
            operands.append(try summed(value, axes, keeping: others))
        }
        let product = operands.count == 1 ? operands[0] : try contracted(operands[0], operands[1], result)
        return try transposed(product.value, result.map { axis in product.axes.firstIndex(of: axis) ?? 0 })
    }

    /// Without axes that nothing else names.
    private mutating func summed(_ value: Value, _ axes: [Character], keeping others: Set<Character>) throws(Diagnostic)
        -> (value: Value, axes: [Character])
    {
        let gone = axes.indices.filter { !others.contains(axes[$0]) }
        guard !gone.isEmpty else { return (value, axes) }
        guard let count = gone.map({ value.shape[$0] }).product.number else { throw Diagnostic("a sum over a size that is a symbol (--bind)") }
        let mean = try reduced("global_average_pool", value, gone, keeps: false)
        return (try scaled(mean, by: Float(count)), axes.filter { others.contains($0) })
    }

    private mutating func contracted(
        _ a: (value: Value, axes: [Character]), _ b: (value: Value, axes: [Character]), _ result: [Character]
    ) throws(Diagnostic) -> (value: Value, axes: [Character]) {
        let shared = a.axes.filter { b.axes.contains($0) }
        let batch = shared.filter { result.contains($0) }, inner = shared.filter { !result.contains($0) }
        let rows = a.axes.filter { !shared.contains($0) }, columns = b.axes.filter { !shared.contains($0) }
        func sizes(_ operand: (value: Value, axes: [Character]), _ names: [Character]) -> [Size] {
            names.map { name in operand.axes.firstIndex(of: name).map { operand.value.shape[$0] } ?? Size(1) }
        }
        try refuse(sizes(a, shared) != sizes(b, shared), "shapes \(a.value.shape.text) and \(b.value.shape.text), which do not fit")
        func matrix(_ operand: (value: Value, axes: [Character]), _ first: [Character], _ second: [Character]) throws(Diagnostic) -> Value {
            let order = (batch + first + second).map { name in operand.axes.firstIndex(of: name) ?? 0 }
            let shape = sizes(operand, batch) + [sizes(operand, first).product, sizes(operand, second).product]
            return try reshaped(try transposed(operand.value, order), shape)
        }
        let product = try matmul(try matrix(a, rows, inner), try matrix(b, inner, columns))
        return (try reshaped(product, sizes(a, batch) + sizes(a, rows) + sizes(b, columns)), batch + rows + columns)
    }
}
