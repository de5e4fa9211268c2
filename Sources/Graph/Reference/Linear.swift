import Formats

extension NodeEvaluation {
    /// x [..., K], w [N, K], bias [N]? -> [..., N]
    func linear(_ output: ProductOutput) throws -> Tensor {
        let x = try input(0)
        let weight = try input(1)
        try require(
            weight.shape.count == 2 && !x.shape.isEmpty && weight.last == x.last, "inputs[1]",
            "has shape \(weight.shape), expected [N, \(x.last)]")
        let columns = weight.shape[0]
        let depth = x.last
        return try product(
            ProductOperands(
                geometry: ProductGeometry(
                    lines: x.rows, columns: columns, depth: depth, taskStride: 0, lineStride: columns),
                left: x, right: weight, bias: inputs.count > 2 ? input(2) : nil,
                rightElement: { line, k in line * depth + k }, rightIsByLine: true), output)
    }

    /// a [..., M, K], b [..., K, N] or [..., N, K] -> [..., M, N]; each matrix b serves consecutive matrices a.
    func matrixProduct(transposeB: Bool, _ output: ProductOutput) throws -> Tensor {
        let a = try input(0)
        let b = try input(1)
        try require(a.shape.count >= 2 && b.shape.count >= 2, "inputs", "expected matrices, at least two axes each")
        let rank = b.shape.count
        let depth = a.last
        let columns = transposeB ? b.shape[rank - 2] : b.shape[rank - 1]
        let lines = a.shape[a.shape.count - 2]
        let tasks = a.shape.dropLast(2).reduce(1, *)
        let matrices = b.shape.dropLast(2).reduce(1, *)
        try require(
            (transposeB ? b.shape[rank - 1] : b.shape[rank - 2]) == depth, "inputs[1]",
            "has shape \(b.shape), expected K = \(depth)")
        try require(
            matrices > 0 && tasks % matrices == 0, "inputs[1]",
            "has \(matrices) matrices, expected a divisor of \(tasks)")
        return try product(
            ProductOperands(
                geometry: ProductGeometry(
                    tasks: tasks, lines: lines, columns: columns, depth: depth, taskStride: lines * columns,
                    lineStride: columns, tasksPerRight: tasks / matrices),
                left: a, right: b, bias: inputs.count > 2 ? input(2) : nil,
                rightElement: { line, k in
                    transposeB ? line * depth + k : (line / columns * depth + k) * columns + line % columns
                }, rightIsByLine: transposeB), output)
    }
}
