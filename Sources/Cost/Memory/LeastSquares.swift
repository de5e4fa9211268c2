/// Linear least squares by the normal equations; for a handful of unknowns.
enum LeastSquares {
    /// - Parameter equations: coefficients of the unknowns, and the value that they should give.
    /// - Returns: `nil` when the equations do not determine the unknowns.
    static func solve(_ equations: [(coefficients: [Double], value: Double)]) -> [Double]? {
        let count = equations.first?.coefficients.count ?? 0
        var matrix = Array(repeating: Array(repeating: 0.0, count: count + 1), count: count)
        for (coefficients, value) in equations {
            for row in 0..<count {
                for column in 0..<count { matrix[row][column] += coefficients[row] * coefficients[column] }
                matrix[row][count] += coefficients[row] * value
            }
        }
        for pivot in 0..<count {
            let best = (pivot..<count).max { matrix[$0][pivot].magnitude < matrix[$1][pivot].magnitude } ?? pivot
            matrix.swapAt(pivot, best)
            let scale = equations.reduce(0) { max($0, $1.coefficients[pivot].magnitude) }
            guard matrix[pivot][pivot].magnitude > 1e-9 * scale * scale else { return nil }
            for row in 0..<count where row != pivot {
                let factor = matrix[row][pivot] / matrix[pivot][pivot]
                for column in pivot...count { matrix[row][column] -= factor * matrix[pivot][column] }
            }
        }
        return (0..<count).map { matrix[$0][count] / matrix[$0][$0] }
    }
}
