import Arch
import Diagnostics
import Formats
import Graph

/// What writes outlier-victim pairs, and codes that are the nearest to a number.
extension VectorBinder {
    /// Pairs of f32(x / s).
    mutating func makePairs(_ format: OutlierVictimPair, of x: String, _ scale: (VectorStep.Second, group: Int?)) {
        grouped(.quantisePairs(format, outputEncoding.pairRules), node.outputs[0], .uint8, x, scale)
    }

    /// Codes of f32(f32(v - z) * factor).
    mutating func encode(factor: Float) throws {
        let input = lowering.type(node.inputs[0]).encoding
        let zero = try uniformZero(input, "inputs[0]")
        try write(.dequantise(zero: zero), try read(node.inputs[0]), .float(factor))
    }

    /// Pairs or flint of f32(f32(acc) * s), s the ratio of the scales.
    mutating func requantiseToNearest(_ input: TensorType) throws {
        let x = try read(node.inputs[0])
        let ratios = try RequantisationRatios(node: node, input: input, output: outputEncoding, lowering: lowering)
        let name = "\(node.name) scales"
        _ = try lowering.parameter(name, shape: [ratios.count], type: .float32, traffic: .scales) { constant in
            try ratios.floats(constant).littleEndianBytes
        }
        try write(.dequantise(zero: 0), x, .value(try readColumn(name)))
    }

    /// The f32 results of a function as the codes of the output. Flint is what the vector unit rounds to when it writes.
    private mutating func write(_ function: ElementwiseFunction, _ a: String, _ b: VectorStep.Second) throws {
        let codec = outputEncoding.codec
        guard !codec.hasGaps else { return step(.elementwise(function), node.outputs[0], codec.elementType, a, b) }
        let number = float(function, a, b)
        if let format = codec.pairs { return makePairs(format, of: number, (.float(1), nil)) }
        guard let range = codec.memoryRange else { return }
        let quantise = ElementwiseFunction.quantise(zero: 0, low: Int32(range.lowerBound), high: Int32(range.upperBound))
        step(.elementwise(quantise), node.outputs[0], codec.elementType, number, .float(1))
    }
}
