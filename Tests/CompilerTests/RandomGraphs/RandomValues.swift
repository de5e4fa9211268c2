import Formats
import Graph

/// Values for the inputs of a random graph: whole ranges of codes, floats with zeros, large and tiny numbers among them.
struct RandomValues {
    var random: SplitMix64
    /// Infinities and NaN among the floats.
    let hasSpecials: Bool

    init(seed: UInt64) {
        random = SplitMix64(seed: seed &+ 0x51_7CC1)
        hasSpecials = Int.random(in: 0..<10, using: &random) == 0
    }

    mutating func inputs(_ generated: RandomGraph) -> [String: Tensor] {
        var tensors: [String: Tensor] = [:]
        for name in generated.graph.inputs {
            guard let type = generated.graph.types[name] else { continue }
            tensors[name] = tensor(type, below: generated.indexBounds[name])
        }
        return tensors
    }

    /// Multipliers and shifts of every kind; other constants keep what the bundle drew for their use.
    mutating func bundle(_ graph: Graph, seed: UInt64) -> TensorBundle {
        var bundle = TensorBundle.random(for: graph, seed: seed)
        for node in graph.nodes {
            guard case .requantise(let requantisation) = node.operation else { continue }
            for (name, range) in [(requantisation.multiplier, -3...Int(Int32.max)), (requantisation.shift, 20...45)] {
                guard let name, let type = graph.types[name] else { continue }
                let values = (0..<type.count).map { _ in Int32(Int.random(in: range, using: &random)) }
                bundle.set(name, Tensor(shape: type.shape, storage: .int32(values)))
            }
        }
        return bundle
    }

    private mutating func tensor(_ type: TensorType, below bound: Int?) -> Tensor {
        let codec = type.encoding.codec
        if let pairs = codec.pairs {
            let slots = PairDraw(pairs).slots(count: type.count, width: type.shape.last ?? 1) {
                Int.random(in: 0..<$0, using: &random)
            }
            return Tensor(shape: type.shape, storage: .uint8(slots))
        }
        let wide = Int.random(in: 0..<3, using: &random) == 0
        var bytes: [UInt8] = []
        for _ in 0..<type.count {
            let code = bound.map { UInt32(Int.random(in: 0..<$0, using: &random)) } ?? code(codec, wide: wide)
            bytes += (0..<codec.edgeBytes).map { UInt8(truncatingIfNeeded: code >> UInt32(8 * $0)) }
        }
        return Tensor(shape: type.shape, codec: codec, bytes: bytes) ?? Tensor(shape: [0], storage: .uint8([]))
    }

    private mutating func code(_ codec: Codec, wide: Bool) -> UInt32 {
        switch codec {
        case .float32: return float().bitPattern
        case .float16: return UInt32.random(in: 0..<0x7C00, using: &random) | (random.next() & 1 == 0 ? 0x8000 : 0)
        // Within 2^-20 to 2^20, so that products neither vanish nor overflow.
        case .bfloat16:
            return UInt32.random(in: 107 << 7..<147 << 7, using: &random) | (random.next() & 1 == 0 ? 0x8000 : 0)
        case .minifloat(let format): return UInt32.random(in: 0..<1 << UInt32(format.bits), using: &random)
        case .signed(32):
            let reach = wide ? Int(Int32.max) : 20000
            return UInt32(bitPattern: Int32(Int.random(in: -reach...reach, using: &random)))
        case .ternary: return UInt32.random(in: 0..<3, using: &random)
        case .flint: return UInt32.random(in: 0..<16, using: &random)
        // Drawn in pairs.
        case .outlierVictim: return 0
        case .signed(let bits):
            return UInt32(bitPattern: Int32(Int.random(in: -(1 << (bits - 1))...(1 << (bits - 1)) - 1, using: &random)))
        case .unsigned(let bits), .bipolar(let bits): return UInt32.random(in: 0..<1 << UInt32(bits), using: &random)
        }
    }

    private mutating func float() -> Float {
        switch Int.random(in: 0..<40, using: &random) {
        case 0: return 0
        case 1: return -0.0
        case 2: return Float.random(in: -1e6...1e6, using: &random)
        case 3: return Float.random(in: -1e-6...1e-6, using: &random)
        case 4 where hasSpecials: return [Float.infinity, -.infinity, .nan, 1e-40].randomElement(using: &random) ?? 0
        default: return Float.random(in: -2...2, using: &random)
        }
    }
}
