import Formats

extension NodeEvaluation {
    /// Rotary position embedding of x [..., S, D]; row s has position `position` + s.
    /// y0 = x0 * c - x1 * s; y1 = x1 * c + x0 * s, with c and s of the pair's angle, each times the magnitude.
    func rotate(_ rope: Rope) throws -> Tensor {
        let x = try input(0)
        let dimension = rope.rotaryDimension
        try require(x.shape.count >= 2, "inputs[0]", "has shape \(x.shape), expected [..., S, D]")
        try require(
            dimension >= 0 && dimension % 2 == 0 && dimension <= x.last, "rotary_dimension",
            "is \(dimension), expected an even number of at most \(x.last)")
        let rows = x.shape[x.shape.count - 2]
        let frequencies = RotaryTable.frequencies(rotaryDimension: dimension, base: rope.base, factors: rope.factors)
        let table = (0..<rows).map { row in frequencies.map { $0.cosineSine(position: rope.position + row) } }
        var values = try x.floats()
        for row in 0..<x.rows {
            for pair in 0..<dimension / 2 {
                let (cosine, sine) = (table[row % rows][pair].cosine * rope.magnitude, table[row % rows][pair].sine * rope.magnitude)
                let first = row * x.last + (rope.pairs == .halves ? pair : 2 * pair)
                let second = first + (rope.pairs == .halves ? dimension / 2 : 1)
                let (x0, x1) = (values[first], values[second])
                values[first] = x0 * cosine - x1 * sine
                values[second] = x1 * cosine + x0 * sine
            }
        }
        return .canonical(shape: x.shape, values)
    }

    /// Keeps column j of row i when j <= position + i and, with a window, j > position + i - window; else -infinity.
    func mask(position: Int, window: Int?) throws -> Tensor {
        let x = try input(0)
        try require(x.shape.count >= 2, "inputs[0]", "has shape \(x.shape), expected [..., Q, K]")
        let queries = x.shape[x.shape.count - 2]
        var values = try x.floats()
        for row in 0..<x.rows {
            let last = position + row % queries
            for column in 0..<x.last {
                let isKept = column <= last && window.map { column > last - $0 } ?? true
                if !isKept { values[row * x.last + column] = -.infinity }
            }
        }
        return .canonical(shape: x.shape, values)
    }
}
