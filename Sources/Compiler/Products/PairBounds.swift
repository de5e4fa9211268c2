import Formats

/// What a pair of weights can add to a sum at most, by its slots: models have millions of pairs and few different ones.
struct PairBounds {
    private let weights: OutlierVictimPair
    private let activations: OutlierVictimPair
    /// By left slot, then right slot.
    private let pairs: [Int]

    init(weights: OutlierVictimPair, activations: OutlierVictimPair) {
        self.weights = weights
        self.activations = activations
        let slots = 0..<1 << weights.bits
        let normals = slots.map { abs(weights.normal(UInt8($0)).value) }
        let outliers = slots.map { abs(weights.decoded(UInt8($0), weights.identifier).left.value) }
        let identifier = Int(weights.identifier)
        pairs = slots.flatMap { left in
            slots.map { right in
                left == identifier ? Self.bound(outliers[right], 0, activations)
                    : right == identifier ? Self.bound(outliers[left], 0, activations)
                    : Self.bound(normals[left], normals[right], activations)
            }
        }
    }

    subscript(left: UInt8, right: UInt8) -> Int { pairs[Int(left) << weights.bits | Int(right)] }

    /// A slot without a neighbour.
    func single(_ slot: UInt8) -> Int { Self.bound(abs(weights.normal(slot).value), 0, activations) }

    /// Two normal activations, or one outlier beside a zero.
    private static func bound(_ left: Int, _ right: Int, _ activations: OutlierVictimPair) -> Int {
        max((left + right) * activations.greatestNormal, max(left, right) * activations.greatestOutlier)
    }
}
