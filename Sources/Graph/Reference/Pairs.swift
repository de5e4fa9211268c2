import Diagnostics
import Formats

/// What makes outlier-victim pairs.
extension NodeEvaluation {
    /// Pairs of f32(x / s).
    func pairs(of values: [Float], _ format: OutlierVictimPair, _ type: TensorType) throws -> Tensor {
        guard let scale = try scale(type.encoding.scale, of: type.shape) else { return encoded(values, format, type) }
        return encoded(values.indices.map { values[$0] / scale[element: $0] }, format, type)
    }

    /// Pairs of f32(f32(acc) * s) with s = f32(f32(row scale * column scale) / output scale).
    func requantisedPairs(_ accumulator: TypedTensor, _ format: OutlierVictimPair, _ type: TensorType) throws -> Tensor {
        let (inputScale, outputScale) = (try elementScale(accumulator), try codeScale(type))
        let values = try accumulator.values()
        let scaled = values.indices.map { index in
            Float(values[index]) * (inputScale[element: index] / outputScale[element: index])
        }
        return encoded(scaled, format, type)
    }

    /// Pairs of f32(f32(v - z) * factor).
    func encodePairs(factor: Float) throws -> Tensor {
        let type = try output()
        guard let format = type.encoding.codec.pairs else {
            throw Diagnostic(field: "encoding", "is \(type.encoding.codec.name), expected outlier-victim pairs")
        }
        let centred = try centredCodes(try input(0)).widened
        return encoded(centred.map { Float($0) * factor }, format, type)
    }

    /// round half to even (v * factor), in binary64, saturated to int32.
    func rescale(factor: Float) throws -> Tensor {
        let values = try input(0).values()
        let rescaled = values.map { value in
            Int32(clamping: Int64(RoundingRule.halfToEven.round(Double(value) * Double(factor))))
        }
        return Tensor(shape: try output().shape, storage: .int32(rescaled))
    }

    /// Row by row of the last axis.
    private func encoded(_ numbers: [Float], _ format: OutlierVictimPair, _ type: TensorType) -> Tensor {
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
