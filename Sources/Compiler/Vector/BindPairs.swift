import Arch
import Diagnostics
import Formats
import Graph

/// What writes outlier-victim pairs.
extension VectorBinder {
    /// Pairs of f32(x / s).
    mutating func makePairs(_ format: OutlierVictimPair, of x: String, _ scale: (VectorStep.Second, group: Int?)) {
        grouped(.quantisePairs(format, outputEncoding.pairRules), node.outputs[0], .uint8, x, scale)
    }

    /// Pairs of f32(f32(v - z) * factor).
    mutating func encodePairs(factor: Float) throws {
        let input = lowering.type(node.inputs[0]).encoding
        guard let format = outputEncoding.codec.pairs else { return }
        let zero = try uniformZero(input, "inputs[0]")
        let centred = float(.dequantise(zero: zero), try read(node.inputs[0]), .float(factor))
        makePairs(format, of: centred, (.float(1), nil))
    }

    /// Pairs of f32(f32(acc) * s), s the ratio of the scales.
    mutating func requantise(_ input: TensorType, toPairs format: OutlierVictimPair) throws {
        let x = try read(node.inputs[0])
        let ratios = try RequantisationRatios(node: node, input: input, output: outputEncoding, lowering: lowering)
        let name = "\(node.name) scales"
        _ = try lowering.parameter(name, shape: [ratios.count], type: .float32, traffic: .scales) { constant in
            try ratios.floats(constant).littleEndianBytes
        }
        let scaled = float(.dequantise(zero: 0), x, .value(try readColumn(name)))
        makePairs(format, of: scaled, (.float(1), nil))
    }
}
