import Graph

/// Sums of the values of each column of a weight, int32.
enum ColumnSums {
    /// - Parameter values: [column][k].
    static func of(_ values: [Int], columns: Int) -> [Int] {
        let depth = values.count / max(1, columns)
        return (0..<columns).map { column in values[column * depth..<(column + 1) * depth].reduce(0, +) }
    }

    static func tensor(of values: [Int], columns: Int) -> Tensor {
        Tensor(shape: [columns], storage: .int32(of(values, columns: columns).map { Int32(clamping: $0) }))
    }
}
