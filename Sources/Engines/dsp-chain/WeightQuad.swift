/// Four products in one multiplier: four signed 4-bit weights share a 4-bit activation, signed or unsigned, in lanes at
/// bits 0, 8, 15 and 22 (the `mvu_4sx4u` unit of AMD's FINN). Products take up to 8 bits, so the lower lanes overflow
/// into their neighbours; two canary bits per boundary, counted beside the slice, tell by how much.
public enum WeightQuad {
    public static let offsets = [0, 8, 15, 22]
    static let weightBits = 4
    /// Values of a weight.
    static let weights = -8...7

    /// A and D ports: the pre-adder computes D - A (INMODE 01100) from the magnitude bits in D and the sign bits in A.
    public static func ports(_ weights: [Int]) -> (a: Int, d: Int) {
        zip(weights, offsets).reduce(into: (a: 0, d: 0)) { ports, lane in
            ports.a += (lane.0 < 0 ? 8 : 0) << lane.1
            ports.d += (lane.0 & 7) << lane.1
        }
    }

    public static let operation = DSP48E2.Operation(
        inMode: DSP48E2.InMode(bits: 0b01100), opMode: .init(z: .p, xy: .product))
}

/// Sums of quads of products: P of the slice, and what the canaries have found.
public struct QuadAccumulator: Hashable, Sendable {
    /// The slice's P register, 48 bits.
    public private(set) var p = 0
    /// Carries out of lanes 0, 1 and 2 so far.
    public private(set) var carries = [0, 0, 0]

    public init() {}

    /// Adds `weights` times `activation`: weights in -8...7, the activation in -8...15.
    public mutating func add(weights: [Int], activation: Int) {
        let ports = WeightQuad.ports(weights)
        let before = p
        p = (p + (ports.d - ports.a) * activation).wrapped(to: DSP48E2.Width.p)
        for lane in carries.indices {
            let bit = WeightQuad.offsets[lane + 1]
            // Two low bits of the next lane: what they would be if nothing came from below, and what they are.
            let expected = (before >> bit) + weights[lane + 1] * activation
            carries[lane] += ((p >> bit) - expected).wrapped(to: 2)
        }
    }

    /// The four exact sums: each lane's bits with its own carries put on top, and those of the lane below taken off. Exact
    /// while the topmost sum fits its 26 bits.
    public var sums: [Int] {
        let offsets = WeightQuad.offsets
        return offsets.indices.map { lane in
            let below = lane == 0 ? 0 : carries[lane - 1]
            guard lane < carries.count else { return (p >> offsets[lane]) - below }
            let width = offsets[lane + 1] - offsets[lane]
            let bits = p >> offsets[lane] & (1 << width - 1)
            return carries[lane] << width + bits - below
        }
    }

    /// What the lanes hold by themselves, as of a slice whose carries nobody counts: each lane's bits as a signed number and
    /// the borrow of the lane below. Products of more than a lane's bits are lost.
    public var lanes: [Int] {
        let offsets = WeightQuad.offsets
        return offsets.indices.map { lane in
            let borrow = lane == 0 ? 0 : p >> (offsets[lane] - 1) & 1
            guard lane < carries.count else { return (p >> offsets[lane]) + borrow }
            let width = offsets[lane + 1] - offsets[lane]
            return ((p >> offsets[lane]).wrapped(to: width) + borrow).wrapped(to: width)
        }
    }
}
