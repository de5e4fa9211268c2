import Formats
import Graph

/// Conversions of constants, which are done before the program runs: in the graph that is lowered, their results are
/// constants.
struct ConvertedConstants {
    let graph: Graph
    /// Values of the constants, converted ones included; `nil` when there are none.
    let constant: ConstantValues?
    /// What converts them, by result.
    let conversions: [String: Node]

    init(_ legal: Graph, constant: ConstantValues?) {
        var graph = legal
        var known = Set(legal.constants)
        var made: [Node] = []
        for node in legal.nodes where node.operation.convertsConstants || Self.narrows(node, legal.types) {
            guard known.contains(node.inputs[0]) else { continue }
            made.append(node)
            known.insert(node.outputs[0])
        }
        let names = Set(made.map(\.name))
        graph.nodes.removeAll { names.contains($0.name) }
        graph.constants += made.map { $0.outputs[0] }
        self.graph = graph
        let nodes = Dictionary(made.map { ($0.outputs[0], $0) }, uniquingKeysWith: { first, _ in first })
        conversions = nodes
        let types = legal.types
        guard let original = constant else {
            self.constant = nil
            return
        }
        self.constant = { name throws -> Tensor in try Self.value(name, nodes, types, original) }
    }

    /// What is made of a constant may itself be converted.
    private static func value(
        _ name: String, _ conversions: [String: Node], _ types: [String: TensorType], _ original: @escaping ConstantValues
    ) throws -> Tensor {
        guard let node = conversions[name], let type = types[node.inputs[0]], let target = types[name] else {
            return try original(name)
        }
        if case .assignCentroids(let range) = node.operation {
            return try assigned(RealWeights(types, original).numbers(node.inputs[0]), within: range, to: target)
        }
        let source = try value(node.inputs[0], conversions, types, original)
        return try node.operation.converted(source, type, to: target, types, original)
    }

    /// Floats rounded to narrower ones, without scales.
    private static func narrows(_ node: Node, _ types: [String: TensorType]) -> Bool {
        guard node.operation == .quantise, let from = types[node.inputs[0]]?.encoding, let to = types[node.outputs[0]]?.encoding
        else { return false }
        return from.codec == .float32 && to.codec.isFloat && from.scale == .none && to.scale == .none && to.dictionary == nil
    }

    /// f16 numbers, inside the range those of the dictionary; equal numbers are looked up once.
    private static func assigned(_ reals: [Float], within range: ClosedRange<Float>, to target: TensorType) throws -> Tensor {
        guard let dictionary = target.encoding.dictionary else { return Tensor(shape: target.shape, storage: .float16([])) }
        var known = [UInt16?](repeating: nil, count: 1 << 16)
        let patterns = reals.map { real -> UInt16 in
            let pattern = Binary16.narrowed(real)
            if let found = known[Int(pattern)] { return found }
            let number = Binary16.widened(pattern)
            let found = range.contains(number) ? dictionary.centroids[dictionary.nearest(to: number)] : pattern
            known[Int(pattern)] = found
            return found
        }
        return Tensor(shape: target.shape, storage: .float16(patterns))
    }
}

extension Operation {
    fileprivate var convertsConstants: Bool {
        switch self {
        case .encode, .rescale, .assignCentroids, .columnSums: true
        default: false
        }
    }

    fileprivate func converted(
        _ tensor: Tensor, _ type: TensorType, to target: TensorType, _ types: [String: TensorType],
        _ constant: ConstantValues
    ) throws -> Tensor {
        switch self {
        case .encode(let factor):
            let values = try WeightCodes.values(tensor, type, types, constant)
            guard let format = target.encoding.codec.pairs else {
                return Operation.encoded(values, factor, to: target)
            }
            var pairs = EncodedPairs(PairEncoder(format, rules: target.encoding.pairRules), factor: factor)
            return Tensor(shape: target.shape, storage: .uint8(pairs.rows(values, width: max(1, type.shape.last ?? 1))))
        case .rescale(let factor) where type.encoding.codec.isFloat:
            let values = (0..<tensor.count).map { Elementary.canonical(tensor.float(at: $0) * factor) }
            return Tensor(shape: target.shape, storage: .float32(values))
        case .rescale(let factor):
            let values = (0..<tensor.count).map { index in
                let scaled = Double(tensor.integerValue(at: index, .int32)) * Double(factor)
                return Int32(clamping: Int64(scaled.rounded(.toNearestOrEven)))
            }
            return Tensor(shape: target.shape, storage: .int32(values))
        case .columnSums:
            return ColumnSums.tensor(of: try WeightCodes.values(tensor, type, types, constant), columns: target.count)
        case .quantise:
            guard case .float32(let numbers) = tensor.storage else { return tensor }
            return Tensor(shape: target.shape, storage: Tensor.Storage(floats: numbers, codec: target.encoding.codec))
        default: return tensor
        }
    }

    /// Flint, or int codes of at most eight bits.
    private static func encoded(_ values: [Int], _ factor: Float, to target: TensorType) -> Tensor {
        let codec = target.encoding.codec
        if let flint = codec.flint {
            return Tensor(shape: target.shape, storage: .uint8(values.map { flint.nearestCode(Float($0) * factor) }))
        }
        let range = codec.range ?? 0...0
        let codes = values.map { value in
            let rounded = (Float(value) * factor).rounded(.toNearestOrEven)
            return Int8(max(Float(range.lowerBound), min(Float(range.upperBound), rounded)))
        }
        return Tensor(shape: target.shape, storage: .int8(codes))
    }
}
