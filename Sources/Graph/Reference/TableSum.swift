/// The sum of one output of `tableLinear`.
struct TableSum {
    /// [row][group of columns]
    var tables: [QuantisedTables]
    /// Neighbouring columns that look up the same tables.
    var columnsPerTable: Int
    var weights: TableWeights
    var rowScale: SharedParameter<Float>?
    /// k that the tables are built of.
    var depth: Int
    var columns: Int
    var activationsPerScale: Int
    var segments: [Range<Int>]

    /// `nil` when an integer sum does not fit int32.
    func result(row: Int, column: Int) -> Float? {
        let groups = (columns + columnsPerTable - 1) / columnsPerTable
        let table = tables[row * groups + column / columnsPerTable]
        let rowIsGrouped = isGrouped(rowScale)
        let columnIsGrouped = isGrouped(weights.scale)
        var accumulated: Float = 0
        for segment in segments {
            guard let sum = Int32(exactly: exactSum(table, column: column, segment)) else { return nil }
            var factor = table.scales[segment.lowerBound / activationsPerScale]
            if let rowScale, rowIsGrouped { factor = factor * rowScale[element: row * depth + segment.lowerBound] }
            if let scale = weights.scale, columnIsGrouped {
                factor = scale[element: column * depth + segment.lowerBound] * factor
            }
            let term = Float(sum) * factor
            accumulated += weights.isAffine ? term * 0.5 : term
        }
        let rowFactor = rowIsGrouped ? nil : rowScale?[element: row * depth]
        let columnFactor = columnIsGrouped ? nil : weights.scale?[element: column * depth]
        switch (rowFactor, columnFactor) {
        case (let row?, let column?): return accumulated * (row * column)
        case (let factor?, nil), (nil, let factor?): return accumulated * factor
        case (nil, nil): return accumulated
        }
    }

    private func isGrouped(_ scale: SharedParameter<Float>?) -> Bool {
        guard let scale, depth > 1 else { return false }
        return scale.index(ofElement: depth - 1) != scale.index(ofElement: 0)
    }

    /// sum(q' * table) - z' * sumA, where q' = sum over planes of 2^b * (2 u_b - 1) and sumA = -sum of the entries 0.
    private func exactSum(_ table: QuantisedTables, column: Int, _ segment: Range<Int>) -> Int {
        var sum = 0
        let length = weights.length
        for group in segment.lowerBound / length..<(segment.upperBound + length - 1) / length {
            let place = (column * weights.tables + group) * weights.bits
            let first = group << length
            for plane in 0..<weights.bits {
                sum += Int(table.entries[first + Int(weights.indices[place + plane])]) << plane
            }
            sum += weights.zero[element: column * depth + group * length] * Int(table.entries[first])
        }
        return sum
    }
}
