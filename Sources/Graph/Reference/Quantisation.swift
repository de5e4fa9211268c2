import Diagnostics
import Formats

extension NodeEvaluation {
    /// r = f32(x / s); q = clamp(round(r), lo - z, hi - z) + z; NaN gives z.
    func quantise() throws -> Tensor {
        let x = try input(0)
        let type = try output()
        let values = try x.floats()
        if type.encoding.codec.isFloat { return try rounded(values, to: type) }
        if type.encoding.codec.pairs != nil || type.encoding.codec.hasGaps {
            return try codes(of: try quotients(values, type), type)
        }
        let quantiser = try staticQuantiser(type, name: node.outputs.first ?? "output")
        let codes: [Int32] = filledInParallel(count: values.count, workPerItem: 4) { range, codes in
            for index in range { codes[index] = Int32(quantiser(values[index], index)) }
        }
        return try type.tensor(values: codes)
    }

    /// The nearest code of a float codec to x, or to f32(x / s) where there is a scale.
    private func rounded(_ values: [Float], to type: TensorType) throws -> Tensor {
        Tensor(shape: type.shape, floats: try quotients(values, type), codec: type.encoding.codec)
    }

    /// Static quantisation to the encoding of `type`: the integer value for a real number at an element.
    func staticQuantiser(_ type: TensorType, name: String) throws -> @Sendable (Float, Int) -> Int {
        let range = try codesRange(type, name: name)
        let scale = try scale(type.encoding.scale, of: type.shape) ?? SharedParameter(one: 1)
        let zero = try zeroPoint(type.encoding.zeroPoint, of: type.shape)
        return { x, element in
            Quantiser.quantised(x, scale: scale[element: element], zeroPoint: zero[element: element], range: range)
        }
    }

    /// Range of an integer codec without gaps, the only kind that rounding to the nearest integer fits.
    func codesRange(_ type: TensorType, name: String) throws -> ClosedRange<Int> {
        if case .bipolar = type.encoding.codec {
            throw Diagnostic(
                field: name, "\(type.encoding.codec.name) has odd levels only and is no target of rounding")
        }
        return try type.encoding.codec.integerRange(of: name)
    }

    /// m = max |x| over the group; s = f32(m / qmax), 1 when m = 0; q = clamp(round(f32(x / s)), -qmax, qmax).
    func quantiseDynamic(_ granularity: Granularity) throws -> [Tensor] {
        let x = try input(0)
        let type = try output()
        let values = try x.floats()
        guard case .signed(let bits) = type.encoding.codec else {
            throw Diagnostic(field: "codec", "is \(type.encoding.codec.name), expected a signed codec")
        }
        let groups = SharedParameter(values: [0, 0] as [Float], granularity: granularity, shape: x.shape)
        guard let count = groups.expectedCount else {
            throw Diagnostic(field: "dynamic", "this grouping does not fit a tensor of shape \(x.shape)")
        }
        var scales = [Float](repeating: 0, count: count)
        for (index, value) in values.enumerated() {
            let group = groups.index(ofElement: index)
            scales[group] = scales[group] < value.magnitude ? value.magnitude : scales[group]
        }
        for group in scales.indices {
            scales[group] = Quantiser.dynamicScale(maximumMagnitude: scales[group], bits: bits)
        }
        let codes = values.indices.map { index in
            Int32(
                Quantiser.dynamicallyQuantised(values[index], scale: scales[groups.index(ofElement: index)], bits: bits)
            )
        }
        let scaleType = try self.output(1)
        try require(
            scaleType.count == scales.count, "outputs[1]", "has \(scaleType.count) entries, expected \(scales.count)")
        return [try type.tensor(values: codes), .canonical(shape: scaleType.shape, scales)]
    }

    /// Codes: f32(f32(v - z) * s). Accumulator: f32(f32(acc) * f32(row scale * column scale)).
    func dequantise() throws -> Tensor {
        .canonical(shape: try output().shape, try realValues(try input(0)))
    }

    /// The real numbers of a tensor: floats as they are or times their scale, codes dequantised.
    func realValues(_ operand: TypedTensor) throws -> [Float] {
        guard operand.codec.isInteger else {
            let values = try operand.floats()
            guard let scale = try scale(operand.type.encoding.scale, of: operand.shape) else { return values }
            return values.indices.map { values[$0] * scale[element: $0] }
        }
        let values = try operand.values()
        let zero = try zeroPoint(operand.type.encoding.zeroPoint, of: operand.shape)
        let scale = try elementScale(operand)
        return filledInParallel(count: values.count, workPerItem: 4) { range, reals in
            for index in range {
                let difference = Int(values[index]) - zero[element: index]
                reals[index] = Float(difference) * scale[element: index]
            }
        }
    }
}
