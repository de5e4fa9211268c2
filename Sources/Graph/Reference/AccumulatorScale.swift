import Diagnostics
import Formats

/// The scale of every element of an accumulator: f32(row scale * column scale).
///
/// Columns are the entries of the last axis. A row scale has one entry, one per index
/// of a leading axis, or one per row.
private struct AccumulatorScale: Sendable {
    var row: [Float]
    var rowIndex: @Sendable (Int) -> Int
    var column: [Float]
    var columnIndex: @Sendable (Int) -> Int

    subscript(element flat: Int) -> Float { row[rowIndex(flat)] * column[columnIndex(flat)] }
}

/// The scale of every element of a tensor, and the number of elements after which it repeats (1, a row, or all).
struct ElementScale: Sendable {
    var period: Int
    var value: @Sendable (Int) -> Float

    subscript(element flat: Int) -> Float { value(flat) }
}

extension NodeEvaluation {
    /// The scale of the elements of `tensor`, as an accumulator's or as that of codes.
    func elementScale(_ tensor: TypedTensor) throws -> ElementScale {
        guard case .product(let row, let column) = tensor.type.encoding.scale else { return try codeScale(tensor.type) }
        let scale = try accumulatorScale(row, column, tensor.shape)
        let byColumn = scale.column.count == 1 ? 1 : tensor.last
        let repeats = scale.row.count == 1 && (scale.column.count == 1 || scale.column.count == tensor.last)
        return ElementScale(period: max(1, repeats ? byColumn : tensor.type.count)) { scale[element: $0] }
    }

    /// The scale of codes of this type; 1 when there is none.
    func codeScale(_ type: TensorType) throws -> ElementScale {
        let scale = try scale(type.encoding.scale, of: type.shape) ?? SharedParameter(one: 1)
        let last = type.shape.last ?? 1
        switch scale.granularity {
        case _ where scale.isUniform: return ElementScale(period: 1) { _ in scale.values[0] }
        case .axis(type.shape.count - 1): return ElementScale(period: max(1, last)) { scale.values[$0 % last] }
        case .tensor, .axis, .group: return ElementScale(period: max(1, type.count)) { scale[element: $0] }
        }
    }

    private func accumulatorScale(_ row: Scale, _ column: Scale, _ shape: [Int]) throws -> AccumulatorScale {
        let (rows, rowGranularity) = try entries(row)
        let (columns, _) = try entries(column)
        return AccumulatorScale(
            row: rows, rowIndex: try rowIndex(rows.count, rowGranularity, shape), column: columns,
            columnIndex: try columnIndex(columns.count, shape))
    }

    private func entries(_ scale: Scale) throws -> ([Float], Granularity) {
        switch scale {
        case .none: ([1], .tensor)
        case .uniform(let value): ([value], .tensor)
        case .tensor(let name, let granularity): (try parameter(name).floats(), granularity)
        case .product: throw Diagnostic(field: "scale", "a product of scales has two factors, not more")
        }
    }

    private func rowIndex(_ count: Int, _ granularity: Granularity, _ shape: [Int]) throws -> @Sendable (Int) -> Int {
        if count == 1 { return { _ in 0 } }
        if case .axis(let axis) = granularity, axis < shape.count - 1, shape[axis] == count {
            let inner = shape[(axis + 1)...].reduce(1, *)
            return { $0 / inner % count }
        }
        let last = shape.last ?? 1
        try require(
            count == shape.dropLast().reduce(1, *), "scale",
            "a row scale of \(count) entries does not fit an accumulator of shape \(shape)")
        return { $0 / last }
    }

    /// One entry per column; or, for a batched `matmul`, one per column of every matrix b, each serving consecutive a.
    private func columnIndex(_ count: Int, _ shape: [Int]) throws -> @Sendable (Int) -> Int {
        let last = shape.last ?? 1
        if count == 1 { return { _ in 0 } }
        if count == last { return { $0 % last } }
        let matrices = shape.dropLast(2).reduce(1, *)
        try require(
            last > 0 && count % last == 0 && shape.count > 2 && matrices % (count / last) == 0, "scale",
            "a column scale of \(count) entries does not fit an accumulator of shape \(shape)")
        let elementsPerRight = matrices / (count / last) * shape[shape.count - 2] * last
        return { $0 / elementsPerRight * last + $0 % last }
    }
}
