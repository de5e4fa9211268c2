import Diagnostics
import Formats

/// Numbers, already in units of their scale, as codes.
extension NodeEvaluation {
    /// Pairs, the nearest flint, or r rounded half to even and saturated.
    func codes(of numbers: [Float], _ type: TensorType) throws -> Tensor {
        switch type.encoding.codec {
        case .outlierVictim(let format): return pairs(of: numbers, format, type)
        case .flint(let format):
            return Tensor(shape: type.shape, storage: .uint8(numbers.map { format.nearestCode($0) }))
        default:
            let range = try codesRange(type, name: node.outputs.first ?? "output")
            return try type.tensor(values: numbers.map { Quantiser.quantised($0, scale: 1, zeroPoint: 0, range: range) })
        }
    }

    /// f32(x / s) of every element, or x without a scale.
    func quotients(_ values: [Float], _ type: TensorType) throws -> [Float] {
        guard let scale = try scale(type.encoding.scale, of: type.shape) else { return values }
        return values.indices.map { values[$0] / scale[element: $0] }
    }

    /// f32(f32(acc) * s) with s = f32(f32(row scale * column scale) / output scale).
    func requantised(_ accumulator: TypedTensor, _ type: TensorType) throws -> [Float] {
        let (inputScale, outputScale) = (try elementScale(accumulator), try codeScale(type))
        let values = try accumulator.values()
        return values.indices.map { index in
            Float(values[index]) * (inputScale[element: index] / outputScale[element: index])
        }
    }

    /// The codes of f32(f32(v - z) * factor).
    func encode(factor: Float) throws -> Tensor {
        let centred = try centredCodes(try input(0)).widened
        return try codes(of: centred.map { Float($0) * factor }, try output())
    }

    /// Of each index of the first axis the sum of v - z.
    func columnSums() throws -> Tensor {
        let centred = try centredCodes(try input(0)).widened
        let type = try output()
        let depth = centred.count / max(1, type.shape[0])
        let sums = (0..<type.shape[0]).map { column in centred[column * depth..<(column + 1) * depth].reduce(0) { $0 + Int($1) } }
        if let wide = sums.first(where: { Int32(exactly: $0) == nil }) { throw Diagnostic("sums to \(wide), which does not fit int32") }
        return Tensor(shape: type.shape, storage: .int32(sums.map { Int32(truncatingIfNeeded: $0) }))
    }

    /// int32: round half to even (v * factor), in binary64, saturated. Floats: f32(v * factor).
    func rescale(factor: Float) throws -> Tensor {
        let input = try input(0)
        guard input.codec.isInteger else {
            return .canonical(shape: try output().shape, try input.floats().map { $0 * factor })
        }
        let rescaled = try input.values().map { value in
            Int32(clamping: Int64(RoundingRule.halfToEven.round(Double(value) * Double(factor))))
        }
        return Tensor(shape: try output().shape, storage: .int32(rescaled))
    }
}
