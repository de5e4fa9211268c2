import Formats

/// What makes outlier-victim pairs.
extension NodeEvaluation {
    /// Row by row of the last axis.
    func pairs(of numbers: [Float], _ format: OutlierVictimPair, _ type: TensorType) -> Tensor {
        let encoder = PairEncoder(format, rules: type.encoding.pairRules)
        let last = type.shape.last ?? 1
        let rows = last == 0 ? 0 : numbers.count / last
        let slots = [UInt8](unsafeUninitializedCapacity: numbers.count) { buffer, initialised in
            initialised = numbers.count
            guard let base = buffer.baseAddress else { return }
            inParallel(count: rows, workPerItem: last * 8) { range in
                for row in range {
                    let encoded = encoder.row(Array(numbers[row * last..<(row + 1) * last]))
                    (base + row * last).initialize(from: encoded, count: last)
                }
            }
        }
        return Tensor(shape: type.shape, storage: .uint8(slots))
    }
}
