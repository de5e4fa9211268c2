import Formats

extension Bundle {
    /// Made-up constants for a graph without weights: uniform codes, scales of about sqrt(3 / K) / qmax so that
    /// activations stay of order one, gammas near one, small biases. The same seed gives the same bytes on every
    /// machine: integers, IEEE multiplication, division and square root only.
    public static func random(for graph: Graph, seed: UInt64) -> Bundle {
        let uses = ConstantUses(graph)
        var bundle = Bundle()
        for name in graph.constants {
            guard let type = graph.types[name], let count = Sizes.count(type.shape) else { continue }
            var random = SplitMix64(seed: seed, name: name)
            let codec = type.encoding.codec
            let use = uses.use(of: name)
            if let dictionary = type.encoding.dictionary {
                let numbers = (0..<count).map { _ in dictionary.draw(&random) }
                bundle.set(name, Tensor(shape: type.shape, storage: .float16(numbers)))
            } else if let pairs = codec.pairs {
                let slots = PairDraw(pairs).slots(count: count, width: type.shape.last ?? 1) { Int(random.below(UInt64($0))) }
                bundle.set(name, Tensor(shape: type.shape, storage: .uint8(slots)))
            } else if codec.isInteger {
                let elements = (0..<count).map { _ in use.element(codec, &random) }
                bundle.set(name, Tensor(shape: type.shape, codec: codec, integers: elements))
            } else {
                let values = (0..<count).map { _ in use.float(&random) }
                bundle.set(name, Tensor(shape: type.shape, floats: values, codec: codec))
            }
        }
        // Last, because what is left out becomes the zero point, which another constant may hold.
        for name in graph.constants { bundle.prune(name, graph, seed: seed) }
        return bundle
    }

    /// Makes a dense weight obey its structure: n places of each block, drawn at random, keep their element.
    private mutating func prune(_ name: String, _ graph: Graph, seed: UInt64) {
        guard let type = graph.types[name], type.encoding.structure != .dense,
            let tensor = try? tensor(named: name, type: type),
            let zeros = try? zeroElements(of: type, types: graph.types)
        else { return }
        var random = SplitMix64(seed: seed, name: name + " positions")
        if let mix = type.encoding.structure.mix {
            let blocks = MixedWeights(mix, shape: type.shape)
            let keeps = blocks.keptElements(blocks.drawnCounts(seed: seed, name: name)) { Int(random.below(UInt64($0))) }
            set(name, KeptWeights.keeping(keeps, of: tensor, zeros: zeros))
        }
        guard let pattern = type.encoding.structure.pattern else { return }
        let weights = KeptWeights(type: type, pattern: pattern, zeros: zeros)
        set(name, weights.pruned(tensor) { Int(random.below(UInt64($0))) })
    }
}

extension WeightDictionary {
    /// One of the numbers, each as often as any other; one weight in a thousand is an outlier, of twice the greatest magnitude.
    fileprivate func draw(_ random: inout SplitMix64) -> UInt16 {
        if random.below(1000) == 0 {
            let greatest = numbers.reduce(Float(0)) { max($0, $1.magnitude) }
            return Binary16.narrowed(random.signedUnit() < 0 ? -2 * greatest : 2 * greatest)
        }
        return centroids[Int(random.below(UInt64(centroids.count)))]
    }
}

/// What a made-up constant is for, which says how large its numbers should be.
enum ConstantUse {
    /// Uniform over all codes, or over [-width, width) for floats.
    case weight(width: Float)
    /// f32 around `centre`, within half of it.
    case scale(centre: Float)
    case gamma
    /// Small: within 0.1, or within 64 counts.
    case bias
    /// Whole numbers of a range.
    case integers(ClosedRange<Int>)

    func float(_ random: inout SplitMix64) -> Float {
        switch self {
        case .weight(let width): random.signedUnit() * width
        case .scale(let centre): centre * (0.75 + 0.5 * random.unit())
        case .gamma: 1 + 0.1 * random.signedUnit()
        case .bias, .integers: 0.1 * random.signedUnit()
        }
    }

    /// The element as a tensor stores it: the value of a signed codec, the code of another.
    func element(_ codec: Codec, _ random: inout SplitMix64) -> Int32 {
        let all: ClosedRange<Int> =
            switch codec {
            case .signed(let bits): -(1 << (bits - 1))...(1 << (bits - 1)) - 1
            case .unsigned(let bits), .bipolar(let bits): 0...(1 << bits) - 1
            case .ternary: 0...2
            case .flint(let format): 0...1 << format.bits - 1
            // Slots are drawn in pairs.
            case .float32, .float16, .bfloat16, .minifloat, .outlierVictim: 0...0
            }
        var range = all
        switch self {
        case .integers(let wanted): range = wanted.clamped(to: all)
        case .bias, .gamma, .scale: range = (-64...64).clamped(to: all)
        case .weight: break
        }
        return Int32(truncatingIfNeeded: range.lowerBound + Int(random.below(UInt64(range.count))))
    }
}

/// Finds the use of every constant from the nodes that read it.
struct ConstantUses {
    private var uses: [String: ConstantUse] = [:]

    func use(of name: String) -> ConstantUse { uses[name] ?? .weight(width: 1) }

    init(_ graph: Graph) {
        let roles = ConstantRoles(graph)
        for name in graph.constants where graph.types[name]?.encoding.codec == .int32 { uses[name] = .bias }
        for node in graph.nodes { note(node, graph) }
        for name in graph.constants {
            if let user = roles.scaled[name]?.first { uses[name] = .scale(centre: 2 / Self.reach(user)) }
            if let user = roles.zeroed[name]?.first, let range = user.range {
                let middle = (range.lowerBound + range.upperBound + 1) / 2
                let stored = middle == range.upperBound ? middle - 1...middle : middle - 1...middle + 1
                uses[name] = .integers(stored.clamped(to: range))
            }
        }
        // Weights' scales last: their K is known only where the weight is used.
        for node in graph.nodes { noteWeightScale(node, graph) }
    }

    /// Largest magnitude of a codec's values.
    private static func reach(_ codec: Codec) -> Float {
        codec.pairs.map { Float($0.greatestNormal) } ?? codec.range.map { Float(max($0.upperBound, -$0.lowerBound)) } ?? 1
    }

    private mutating func note(_ node: Node, _ graph: Graph) {
        switch node.operation {
        case .linear, .conv2d, .tableLinear, .matmul:
            for name in node.inputs.dropFirst(2) { uses[name] = .bias }
            guard node.inputs.count > 1 else { return }
            uses[node.inputs[1]] = .weight(width: Self.width(node, graph))
        case .layerNorm, .rmsNorm:
            if node.inputs.count > 1 { uses[node.inputs[1]] = .gamma }
            if node.inputs.count > 2 { uses[node.inputs[2]] = .bias }
        case .gather:
            let rows = node.inputs.first.flatMap { graph.types[$0]?.shape.first } ?? 1
            if node.inputs.count > 1 { uses[node.inputs[1]] = .integers(0...min(rows, 1 << 31) - 1) }
        case .requantise(let requantisation):
            if let name = requantisation.multiplier { uses[name] = .integers(1 << 30...(1 << 31) - 1) }
            if let name = requantisation.shift { uses[name] = .integers(38...38) }
        default: break
        }
    }

    /// sqrt(3 / K): uniform numbers within it have variance 1 / K, so a product keeps the variance of its input.
    private static func width(_ node: Node, _ graph: Graph) -> Float {
        guard let shape = graph.types[node.inputs[1]]?.shape else { return 1 }
        let k: Int
        if case .matmul(let transposeB, _) = node.operation {
            k = shape[shape.count - (transposeB ? 1 : 2)]
        } else {
            k = shape.dropFirst().reduce(1, *)
        }
        return (3 / Float(k)).squareRoot()
    }

    private mutating func noteWeightScale(_ node: Node, _ graph: Graph) {
        switch node.operation {
        case .linear, .conv2d, .tableLinear, .matmul:
            guard node.inputs.count > 1, let type = graph.types[node.inputs[1]],
                graph.constants.contains(node.inputs[1]),
                case .tensor(let name, _) = type.encoding.scale
            else { return }
            uses[name] = .scale(centre: Self.width(node, graph) / Self.reach(type.encoding.codec))
        default: break
        }
    }
}

extension Tensor {
    /// Floats rounded to the codec.
    init(shape: [Int], floats: [Float], codec: Codec) {
        self.shape = shape
        storage = Storage(floats: floats, codec: codec)
    }
}
