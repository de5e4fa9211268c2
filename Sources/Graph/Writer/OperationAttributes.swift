import Diagnostics
import Formats

extension Operation {
    /// The `op` of `graph.json`. `table_linear`, `encode`, `assign_centroids`, `rescale` and `column_sums` are made by the
    /// compiler; they are printed, but not read.
    public var name: String {
        switch self {
        case .linear: "linear"
        case .matmul: "matmul"
        case .conv2d: "conv2d"
        case .tableLinear: "table_linear"
        case .encode: "encode"
        case .assignCentroids: "assign_centroids"
        case .rescale: "rescale"
        case .columnSums: "column_sums"
        case .binary(let function): function.rawValue
        case .unary(.geluTanh): "gelu"
        case .unary(let function): function.rawValue
        case .clip: "clip"
        case .softmax: "softmax"
        case .layerNorm: "layer_norm"
        case .rmsNorm: "rms_norm"
        case .rope: "rope"
        case .pool(let pool): pool.function.rawValue + "_pool"
        case .globalPool(let function): "global_\(function.rawValue)_pool"
        case .reshape: "reshape"
        case .transpose: "transpose"
        case .concat: "concat"
        case .slice: "slice"
        case .split: "split"
        case .gather: "gather"
        case .pad: "pad"
        case .resize: "resize"
        case .quantise, .quantiseDynamic: "quantise"
        case .dequantise: "dequantise"
        case .requantise: "requantise"
        case .mask: "mask"
        case .append: "append"
        }
    }

    /// Attributes that differ from their defaults, in the order of the documentation.
    func attributes(inputs: [TensorType], outputs: [TensorType]) -> [(String, JSONValue)] {
        switch self {
        case .linear(let output): Self.output(output)
        case .matmul(let transposeB, let output): (transposeB ? [("transpose_b", true)] : []) + Self.output(output)
        case .conv2d(let convolution, let output): Self.convolution(convolution) + Self.output(output)
        case .tableLinear(let contract): [
            ("activations_per_table", .integer(contract.length)),
            ("activations_per_scale", .integer(contract.activations)),
        ]
        case .unary(.geluTanh): [("approximation", "tanh")]
        case .binary, .unary, .softmax, .globalPool, .gather, .dequantise, .columnSums: []
        case .clip(let min, let max): [("min", .float(min)), ("max", .float(max))]
        case .layerNorm(let epsilon), .rmsNorm(let epsilon): epsilon == 1e-5 ? [] : [("epsilon", .float(epsilon))]
        case .rope(let rope): Self.rope(rope, depth: inputs.first?.shape.last ?? 0)
        case .pool(let pool): Self.pool(pool)
        case .reshape(let shape): [("shape", JSONValue(shape))]
        case .transpose(let permutation): [("permutation", JSONValue(permutation))]
        case .concat(let axis): [("axis", .integer(axis))]
        case .slice(let ranges): Self.slice(ranges, shape: inputs.first?.shape ?? [])
        case .split(let axis, let sizes): [("axis", .integer(axis)), ("sizes", JSONValue(sizes))]
        case .pad(let amounts, let value): Self.pad(amounts, value, encoding: inputs.first?.encoding)
        case .resize(let resize): Self.resize(resize)
        case .encode(let factor):
            outputs.prefix(1).map { ("encoding", GraphWriter.json($0.encoding)) } + [("factor", .float(factor))]
        case .assignCentroids(let range):
            outputs.prefix(1).map { ("encoding", GraphWriter.json($0.encoding)) }
                + [("least", .float(range.lowerBound)), ("greatest", .float(range.upperBound))]
        case .rescale(let factor): [("factor", .float(factor))]
        case .quantise: outputs.prefix(1).map { ("encoding", GraphWriter.json($0.encoding)) }
        case .quantiseDynamic(let granularity): Self.dynamic(granularity, outputs.first)
        case .requantise(let requantisation): Self.requantise(requantisation, outputs.first)
        case .mask(let position, let window):
            [("kind", "causal")] + Self.nonzero("position", position)
                + (window.map { [("window", JSONValue.integer($0))] } ?? [])
        case .append(let axis, let position): [("axis", .integer(axis)), ("position", .integer(position))]
        }
    }

    private static func output(_ output: ProductOutput) -> [(String, JSONValue)] {
        switch output {
        case .accumulator: [("output", "int32")]
        case .float(.blocked16): [("output", "f32")]
        case .float(let contract): [("output", "f32"), ("contract", .string(contract.rawValue))]
        }
    }

    private static func nonzero(_ key: String, _ value: Int) -> [(String, JSONValue)] {
        value == 0 ? [] : [(key, .integer(value))]
    }

    private static func differing(_ key: String, _ value: [Int], from usual: [Int]) -> [(String, JSONValue)] {
        value == usual ? [] : [(key, JSONValue(value))]
    }

    private static func convolution(_ c: Convolution) -> [(String, JSONValue)] {
        differing("stride", c.stride, from: [1, 1]) + differing("padding", c.padding, from: [0, 0, 0, 0])
            + differing("dilation", c.dilation, from: [1, 1]) + (c.groups == 1 ? [] : [("groups", .integer(c.groups))])
    }

    private static func rope(_ rope: Rope, depth: Int) -> [(String, JSONValue)] {
        [("pairs", .string(rope.pairs.rawValue))] + (rope.base == 10000 ? [] : [("base", .number(rope.base))])
            + (rope.rotaryDimension == depth ? [] : [("rotary_dimension", .integer(rope.rotaryDimension))])
            + nonzero("position", rope.position)
            + (rope.factors.isEmpty ? [] : [("factors", .array(rope.factors.map { .number($0) }))])
            + (rope.magnitude == 1 ? [] : [("magnitude", .float(rope.magnitude))])
    }

    private static func pool(_ pool: Pool) -> [(String, JSONValue)] {
        [("window", JSONValue(pool.window))] + differing("stride", pool.stride, from: pool.window)
            + differing("padding", pool.padding, from: [0, 0, 0, 0])
            + (pool.countsPadding ? [("count_include_padding", true)] : [])
    }

    private static func slice(_ ranges: [SliceRange], shape: [Int]) -> [(String, JSONValue)] {
        let axes = ranges.indices.filter {
            ranges[$0] != SliceRange(start: 0, end: shape.indices.contains($0) ? shape[$0] : 0)
        }
        let steps = axes.map { ranges[$0].step }
        return [
            ("axes", JSONValue(axes)), ("starts", JSONValue(axes.map { ranges[$0].start })),
            ("ends", JSONValue(axes.map { ranges[$0].end })),
        ] + differing("steps", steps, from: axes.map { _ in 1 })
    }

    /// The real value that quantises to the code; left out where it is what the reader assumes.
    private static func pad(_ amounts: [PadAmount], _ value: Double, encoding: TensorEncoding?) -> [(String, JSONValue)]
    {
        let pairs = amounts.map { JSONValue([$0.before, $0.after]) }
        var result: [(String, JSONValue)] = [("amounts", .array(pairs))]
        let zero = encoding?.uniformZero ?? 0
        if value != Double(zero) || value.sign != Double(zero).sign {
            let scale = if case .uniform(let scale) = encoding?.scale { Double(scale) } else { 1.0 }
            let real = (value - Double(zero)) * scale
            result.append(("value", encoding?.codec.isInteger == false ? .float(Float(value)) : .number(real)))
        }
        return result
    }

    private static func resize(_ resize: Resize) -> [(String, JSONValue)] {
        [("size", JSONValue(resize.size))]
            + (resize.mode == .nearest ? [] : [("mode", .string(resize.mode.rawValue))])
            + (resize.coordinates == .halfPixel ? [] : [("coordinates", .string(resize.coordinates.rawValue))])
    }

    private static func dynamic(_ granularity: Granularity, _ codes: TensorType?) -> [(String, JSONValue)] {
        var value: JSONValue = "token"
        if case .group(let size) = granularity, size != codes?.shape.last {
            value = .object(["group": .integer(size)])
        }
        return [("codec", .string(codes?.encoding.codec.name ?? "")), ("dynamic", value)]
    }

    private static func requantise(_ r: Requantisation, _ codes: TensorType?) -> [(String, JSONValue)] {
        var result: [(String, JSONValue)] = codes.map { [("encoding", GraphWriter.json($0.encoding))] } ?? []
        switch r.kind {
        case .float: result.append(("kind", "float"))
        case .dyadic(.halfToEven): break
        case .dyadic(let rounding): result.append(("rounding", .string(rounding.rawValue)))
        }
        if let multiplier = r.multiplier { result.append(("multiplier", .string(multiplier))) }
        if let shift = r.shift { result.append(("shift", .string(shift))) }
        return result
    }
}
