import Arch
import Formats

/// Input vectors of a block: corners first, then all of them or random ones.
struct Stimulus {
    private let ports: [RTLPort]
    private let corners: [[Int]]
    private let isExhaustive: Bool
    private let isDrawnOnly: Bool
    private var random: SplitMix64
    private let draw: (@Sendable (inout SplitMix64) -> [Int])?
    private let constrain: (@Sendable (inout [Int]) -> Void)?
    private let layer: LayerOperands?
    private var next = 0
    let count: Int

    init(_ check: VectorCheck, effort: Effort) {
        ports = check.inputs
        let bits = check.inputs.reduce(0) { $0 + $1.bits * $1.count }
        layer = effort.layer
        isExhaustive = layer == nil && bits <= effort.exhaustiveBits && !check.isDrawnOnly && check.inputs.allSatisfy(\.takesAllCodes)
        isDrawnOnly = check.isDrawnOnly
        corners = isExhaustive || layer != nil ? [] : check.corners + (isDrawnOnly ? [] : Self.extremes(check.inputs))
        count = isExhaustive ? 1 << bits : corners.count + effort.vectors
        random = SplitMix64(seed: effort.seed)
        draw = check.draw
        constrain = check.constrain
    }

    /// Whether the vectors are all that there are.
    static func isExhaustive(_ check: VectorCheck, effort: Effort) -> Bool { Stimulus(check, effort: effort).isExhaustive }

    mutating func vector() -> [Int] {
        defer { next += 1 }
        if isExhaustive { return constrained(numbered(next)) }
        return constrained(next < corners.count ? corners[next] : drawn())
    }

    private func constrained(_ vector: [Int]) -> [Int] {
        guard let constrain else { return vector }
        var vector = vector
        constrain(&vector)
        return vector
    }

    /// The vector whose bits, all ports in order, count up.
    private func numbered(_ index: Int) -> [Int] {
        var rest = index
        return ports.flatMap { port in
            (0..<port.count).map { _ in
                defer { rest >>= port.bits }
                let code = rest & (1 << port.bits - 1)
                return port.values.lowerBound < 0 ? (code << (64 - port.bits)) >> (64 - port.bits) : code
            }
        }
    }

    /// Whatever fits a port, for cycles in which nobody looks.
    mutating func rubbish() -> [Int] {
        constrained(ports.flatMap { port in (0..<port.count).map { _ in Int(truncatingIfNeeded: random.next()) } })
    }

    /// One vector in eight has elements at the ends of their ranges and around zero, others any.
    private mutating func drawn() -> [Int] {
        if let layer { return vector(of: layer) }
        if let draw, isDrawnOnly || random.below(2) == 0 { return draw(&random) }
        let isExtreme = random.below(8) == 0
        var vector: [Int] = []
        for port in ports {
            for _ in 0..<port.count {
                vector.append(isExtreme ? Self.special(port, &random) : Int.random(in: port.values, using: &random))
            }
        }
        return vector
    }

    /// Ports named after activations and weights take a run of them, in the terms of the port, narrow ones their highest bits;
    /// others any value.
    private mutating func vector(of layer: LayerOperands) -> [Int] {
        let (row, column) = (Int(random.below(UInt64(layer.rows))), Int(random.below(UInt64(layer.columns))))
        let k = Int(random.below(UInt64(layer.depth)))
        return ports.flatMap { port in
            (0..<port.count).map { place in
                if port.name.hasPrefix("activation") {
                    return layer.activation(row: row, k: k + place) >> max(0, layer.activationBits - port.bits)
                }
                guard port.name.hasPrefix("weight") else { return Int.random(in: port.values, using: &random) }
                let code = layer.weight(column: column, k: k + place)
                return (port.values.lowerBound < 0 ? code - layer.weightZero : code) >> max(0, layer.weightBits - port.bits)
            }
        }
    }

    private static func special(_ port: RTLPort, _ random: inout SplitMix64) -> Int {
        let candidates = [port.values.lowerBound, port.values.upperBound, 0, 1, -1].filter(port.values.contains)
        return candidates[Int(random.below(UInt64(candidates.count)))]
    }

    /// All elements at one end.
    private static func extremes(_ ports: [RTLPort]) -> [[Int]] {
        [\ClosedRange<Int>.lowerBound, \.upperBound].map { end in
            ports.flatMap { port in (0..<port.count).map { _ in port.values[keyPath: end] } }
        }
    }
}

extension RTLPort {
    /// Every pattern of its bits is a value.
    var takesAllCodes: Bool { values.count == 1 << bits }
}
