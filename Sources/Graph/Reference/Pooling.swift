import Diagnostics
import Formats

extension NodeEvaluation {
    func pool(_ pool: Pool) throws -> Tensor {
        let x = try input(0)
        let shape = try output().shape
        try require(
            x.shape.count == 4 && shape.count == 4 && pool.window.count == 2 && pool.stride.count == 2
                && pool.padding.count == 4, nil,
            "expected images, a window and stride of two, and padding of four entries")
        try require(shape[0] == x.shape[0] && shape[3] == x.last, "shape", "\(shape) does not fit input \(x.shape)")
        let window = ConvolutionWindow(
            height: x.shape[1], width: x.shape[2], channels: x.last, outputHeight: shape[1], outputWidth: shape[2],
            kernelHeight: pool.window[0], kernelWidth: pool.window[1], stride: pool.stride, padding: pool.padding,
            dilation: [1, 1], groups: 1)
        return try pooled(x, window, pool.function, countsPadding: pool.countsPadding, shape: shape)
    }

    /// [B, H, W, C] -> [B, 1, 1, C]: the window is the image.
    func globalPool(_ function: PoolFunction) throws -> Tensor {
        let x = try input(0)
        try require(x.shape.count == 4, "inputs[0]", "has shape \(x.shape), expected [B, H, W, C]")
        let window = ConvolutionWindow(
            height: x.shape[1], width: x.shape[2], channels: x.last, outputHeight: 1, outputWidth: 1,
            kernelHeight: x.shape[1], kernelWidth: x.shape[2], stride: [1, 1], padding: [0, 0, 0, 0],
            dilation: [1, 1], groups: 1)
        return try pooled(x, window, function, countsPadding: false, shape: [x.shape[0], 1, 1, x.last])
    }

    private func pooled(
        _ x: TypedTensor, _ window: ConvolutionWindow, _ function: PoolFunction, countsPadding: Bool, shape: [Int]
    ) throws -> Tensor {
        let outputs = shape.reduce(1, *)
        let taps = (0..<window.taps)
        if !countsPadding || function == .max {
            // Windows start and end alike in all batches, so the first image shows whether one is all padding.
            let empty = (0..<shape[1] * shape[2]).contains { pixel in
                !taps.contains { window.source(pixel: pixel, tap: $0) != nil }
            }
            try require(!empty || shape[0] == 0, "padding", "a window lies in the padding only")
        }
        guard x.codec.isInteger else {
            let values = try x.floats()
            let results: [Float] = filledInParallel(count: outputs, workPerItem: window.taps * 4) { places, out in
                for place in places {
                    let (pixel, channel) = place.quotientAndRemainder(dividingBy: x.last)
                    let tap = { window.source(pixel: pixel, tap: $0).map { values[$0 * x.last + channel] } }
                    out[place] = function == .max ? greatest(taps, { tap($0) ?? -.infinity }) : mean(taps, tap, countsPadding: countsPadding)
                }
            }
            return .canonical(shape: shape, results)
        }
        return try pooledCodes(x, window, function, countsPadding: countsPadding, shape: shape)
    }

    private func pooledCodes(
        _ x: TypedTensor, _ window: ConvolutionWindow, _ function: PoolFunction, countsPadding: Bool, shape: [Int]
    ) throws -> Tensor {
        let range = try x.codec.integerRange(of: x.name)
        let values = try x.values()
        let zero = try zeroPoint(x.type.encoding.zeroPoint, of: x.shape)
        if function == .average {
            _ = try codesRange(x.type, name: x.name)
            try require(
                zero.isUniform || !countsPadding, "count_include_padding", "needs one zero point for the whole tensor")
        }
        let outputs = shape.reduce(1, *)
        let taps = 0..<window.taps
        let padding = countsPadding ? zero.values.first : nil
        let results: [Int32] = filledInParallel(count: outputs, workPerItem: window.taps * 4) { places, out in
            for place in places {
                let (pixel, channel) = place.quotientAndRemainder(dividingBy: x.last)
                let tap = { window.source(pixel: pixel, tap: $0).map { values[$0 * x.last + channel] } }
                out[place] = function == .max ? greatest(taps, tap) : mean(taps, tap, padding: padding, range: range)
            }
        }
        return try TensorType(shape: shape, encoding: x.type.encoding).tensor(values: results)
    }
}

/// Left to right from the first element inside the image: m < x ? x : m. (A window that is all padding was refused.)
@inline(__always)
private func greatest<Value: Comparable & ExpressibleByIntegerLiteral>(
    _ taps: Range<Int>, _ value: (Int) -> Value?
) -> Value {
    var greatest: Value?
    for tap in taps {
        guard let next = value(tap) else { continue }
        if let m = greatest { greatest = m < next ? next : m } else { greatest = next }
    }
    return greatest ?? 0
}

/// sum over the window in order (kh, kw), padding taps being +0, then / count.
@inline(__always)
private func mean(_ taps: Range<Int>, _ value: (Int) -> Float?, countsPadding: Bool) -> Float {
    let sum = BlockedSum.sum(count: taps.count) { value($0) ?? 0 }
    let inside = countsPadding ? taps.count : taps.reduce(0) { $0 + (value($1) == nil ? 0 : 1) }
    return sum / Float(inside)
}

/// Integer sum, padding taps 0 or `padding` when they count; saturate(round(f32(f32(sum) / f32(count)))).
@inline(__always)
private func mean(_ taps: Range<Int>, _ value: (Int) -> Int32?, padding: Int?, range: ClosedRange<Int>) -> Int32 {
    var sum = 0
    var count = 0
    for tap in taps {
        guard let next = value(tap).map(Int.init) ?? padding else { continue }
        sum += next
        count += 1
    }
    let quotient = RoundingRule.halfToEven.round(Float(sum) / Float(count))
    return Int32(Quantiser.saturated(Int64(quotient), to: range))
}
