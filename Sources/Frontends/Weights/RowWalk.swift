import Dispatch

/// Decodes rows of a matrix on all cores, a buffer per run of rows.
enum RowWalk {
    /// What `transform` makes of every row of a range, in order.
    static func map<Result: Sendable>(
        _ source: any RowSource, rows: Range<Int>? = nil,
        _ transform: @Sendable (Int, UnsafeBufferPointer<Float>) -> Result
    ) -> [Result] {
        let rows = rows ?? 0..<source.rows
        let runs = min(rows.count, 16)
        guard runs > 0 else { return [] }
        var results = [[Result]](repeating: [], count: runs)
        results.withUnsafeMutableBufferPointer { buffer in
            // Safe: every run writes to its own place.
            nonisolated(unsafe) let buffer = buffer
            DispatchQueue.concurrentPerform(iterations: runs) { run in
                let part = rows.lowerBound + rows.count * run / runs..<rows.lowerBound + rows.count * (run + 1) / runs
                var values = [Float](repeating: 0, count: source.columns)
                buffer[run] = part.map { row in
                    values.withUnsafeMutableBufferPointer { values in
                        source.decode(row: row, into: values)
                        return transform(row, UnsafeBufferPointer(values))
                    }
                }
            }
        }
        return results.flatMap { $0 }
    }
}
