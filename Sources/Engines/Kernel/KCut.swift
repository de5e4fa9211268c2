import Arch

/// How K of one instruction is cut. Positions along K count the weights as laid out: every run is padded to a whole
/// number of the engine's granules, so with a granule of 1, or a single run, they are the k of the product itself.
struct KCut: Hashable, Sendable {
    /// Consecutive k with one weight group and one activation group: the unit of the f32 epilogue.
    struct Segment: Hashable, Sendable {
        var range: Range<Int>
        var weightGroup: Int
        var activationGroup: Int
    }

    /// K as laid out.
    var depth: Int
    /// k per scale or zero point of the weights.
    var weightGroup: Int
    var weightGroups: Int
    var segments: [Segment]

    /// A granule belongs to the groups of its first k: groups that are not whole granules do not cut one.
    init(_ multiply: Multiply, granule: Int) {
        depth = multiply.ky.count * multiply.kx.count * roundUp(multiply.run, to: granule)
        weightGroup = max(1, depth)
        var activationGroup = max(1, depth)
        if case .scaled(let weights, let activations) = multiply.output {
            if let weights { weightGroup = max(1, min(weights.group, depth)) }
            if let activations { activationGroup = max(1, min(activations.group, depth)) }
        }
        weightGroups = ceilDivide(depth, weightGroup)
        // Scales that are in the operands already leave the sum whole.
        let cutGroup = multiply.operandScales == nil ? weightGroup : max(1, depth)
        segments = []
        var start = 0
        while start < depth {
            let weight = start / cutGroup
            let activation = start / activationGroup
            let groupEnd = min((weight + 1) * cutGroup, (activation + 1) * activationGroup)
            let end = min(depth, roundUp(groupEnd, to: granule))
            segments.append(Segment(range: start..<end, weightGroup: weight, activationGroup: activation))
            start = end
        }
    }
}

extension Multiply {
    var isScaled: Bool {
        switch output {
        case .integer: false
        case .scaled: true
        }
    }
}
