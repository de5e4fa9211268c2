import Diagnostics

/// The table of counts of outliers: instructions hold their part of it, files the whole table once.
extension Program {
    /// Makes the table from what the instructions hold; equal parts are stored once.
    public mutating func collectOutlierCounts() {
        var places: [[UInt32]: Int] = [:]
        outlierCounts = []
        for index in instructions.indices {
            guard case .mma(var multiply) = instructions[index].body, var list = multiply.outliers, !list.counts.isEmpty
            else { continue }
            if let known = places.index(forKey: list.counts) {
                (list.counts, list.table) = places[known]
            } else {
                list.table = outlierCounts.count
                places[list.counts] = list.table
                outlierCounts += list.counts
            }
            multiply.structure = .outliers(list)
            instructions[index].body = .mma(multiply)
        }
    }

    /// Gives every instruction its part of the table, as read from a file.
    mutating func distributeOutlierCounts(_ problems: inout Diagnostics) {
        for index in instructions.indices {
            guard case .mma(var multiply) = instructions[index].body, var list = multiply.outliers, list.parts > 0 else { continue }
            guard list.parts <= outlierCounts.count, list.table <= outlierCounts.count - list.parts else {
                problems.report(Diagnostic(
                    node: "instruction \(index)", field: "outlier_counts",
                    "the counts from \(list.table) on lie outside the table of \(outlierCounts.count)"))
                continue
            }
            list.counts = Array(outlierCounts[list.table..<list.table + list.parts])
            multiply.structure = .outliers(list)
            instructions[index].body = .mma(multiply)
        }
    }

    /// Gives every instruction its parts of all tables.
    mutating func distributeCounts() throws(Diagnostics) {
        var problems = Diagnostics()
        distributeBlockCounts(&problems)
        distributeOutlierCounts(&problems)
        if !problems.isEmpty { throw problems }
    }
}
