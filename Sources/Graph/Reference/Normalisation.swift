import Formats

extension NodeEvaluation {
    /// m = max; e = exp(x - m); s = sum(e); r = 1 / s; y = e * r, over the last axis.
    func softmax() throws -> Tensor {
        try byRow(input(0)) { x, y in
            guard var greatest = x.first else { return }
            for value in x { greatest = greatest < value ? value : greatest }
            for index in x.indices { y[index] = Elementary.exp(x[index] - greatest) }
            let reciprocal = 1 / BlockedSum.sum(count: x.count) { y[$0] }
            for index in x.indices { y[index] = y[index] * reciprocal }
        }
    }

    /// mu = sum(x) / C; d = x - mu; v = sum(d * d) / C; r = rsqrt(v + eps); y = (d * r) * gamma, then + beta.
    func layerNorm(epsilon: Float) throws -> Tensor {
        let gamma = try channelParameter(1)
        let beta = inputs.count > 2 ? try channelParameter(2) : nil
        return try byRow(input(0)) { x, y in
            let count = Float(x.count)
            let mean = BlockedSum.sum(count: x.count) { x[$0] } / count
            for index in x.indices { y[index] = x[index] - mean }
            let variance = BlockedSum.sum(count: x.count) { y[$0] * y[$0] } / count
            let reciprocal = Elementary.rsqrt(variance + epsilon)
            for index in x.indices {
                y[index] = (y[index] * reciprocal) * gamma[index]
                if let beta { y[index] = y[index] + beta[index] }
            }
        }
    }

    /// v = sum(x * x) / C; r = rsqrt(v + eps); y = (x * r) * gamma.
    func rmsNorm(epsilon: Float) throws -> Tensor {
        let gamma = try channelParameter(1)
        return try byRow(input(0)) { x, y in
            let meanSquare = BlockedSum.sum(count: x.count) { x[$0] * x[$0] } / Float(x.count)
            let reciprocal = Elementary.rsqrt(meanSquare + epsilon)
            for index in x.indices { y[index] = (x[index] * reciprocal) * gamma[index] }
        }
    }

    private func channelParameter(_ index: Int) throws -> [Float] {
        let values = try realValues(input(index))
        let channels = try input(0).last
        try require(values.count == channels, "inputs[\(index)]", "has \(values.count) entries, expected \(channels)")
        return values
    }

    /// Each row of the last axis on its own.
    private func byRow(
        _ operand: TypedTensor, _ body: (UnsafeBufferPointer<Float>, UnsafeMutableBufferPointer<Float>) -> Void
    ) throws -> Tensor {
        let values = try operand.floats()
        let length = operand.last
        let results = [Float](unsafeUninitializedCapacity: values.count) { buffer, initialised in
            initialised = values.count
            guard let output = buffer.baseAddress else { return }
            values.withUnsafeBufferPointer { input in
                inParallel(count: operand.rows, workPerItem: length * 16) { rows in
                    for row in rows {
                        body(
                            UnsafeBufferPointer(rebasing: input[row * length..<(row + 1) * length]),
                            UnsafeMutableBufferPointer(start: output + row * length, count: length))
                    }
                }
            }
        }
        return .canonical(shape: operand.shape, results)
    }
}
