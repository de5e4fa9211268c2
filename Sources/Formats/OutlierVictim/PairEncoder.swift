/// From numbers, already divided by their scale, to outlier-victim pairs (docs/numerics.md, Outlier-victim pairs).
public struct PairEncoder: Hashable, Sendable {
    public let format: OutlierVictimPair
    public let rules: PairRules
    /// Numbers of at least, or beyond, this magnitude are outliers.
    private let threshold: Float

    public init(_ format: OutlierVictimPair, rules: PairRules = .paper) {
        self.format = format
        self.rules = rules
        threshold =
            switch rules.boundary {
            case .largestNormal: Float(format.greatestNormal)
            case .nearest: Float(format.greatestNormal + format.outliers.magnitude(1)) * 0.5
            }
    }

    /// Both slots of a pair. A NaN counts as 0, infinities as the greatest number.
    public func slots(_ left: Float, _ right: Float) -> (left: UInt8, right: UInt8) {
        switch (isOutlier(left), isOutlier(right)) {
        case (false, false): (normal(left), normal(right))
        case (true, false): (outlier(left), format.identifier)
        case (false, true): (format.identifier, outlier(right))
        case (true, true):
            rules.survivor == .left || left.magnitude >= right.magnitude
                ? (outlier(left), format.identifier) : (format.identifier, outlier(right))
        }
    }

    /// A slot without a neighbour: a normal value.
    public func single(_ x: Float) -> UInt8 { normal(x) }

    /// The slots of a row.
    public func row(_ numbers: [Float]) -> [UInt8] {
        var row: [UInt8] = []
        row.reserveCapacity(numbers.count)
        for index in stride(from: 0, to: numbers.count - 1, by: 2) {
            let pair = slots(numbers[index], numbers[index + 1])
            row.append(pair.left)
            row.append(pair.right)
        }
        if !numbers.count.isMultiple(of: 2), let last = numbers.last { row.append(single(last)) }
        return row
    }

    private func isOutlier(_ x: Float) -> Bool {
        switch rules.boundary {
        case .largestNormal: x.magnitude > threshold
        case .nearest: x.magnitude >= threshold
        }
    }

    /// A number in the middle of two magnitudes takes the greater.
    private func tiesUp(_ x: Float) -> Bool { rules.ties == .largerMagnitude || x > 0 }

    private func outlier(_ x: Float) -> UInt8 {
        let code = format.outliers.nearestCode(x.magnitude, limit: format.greatestOutlierCode, tiesUp: tiesUp(x))
        return x < 0 ? code | format.identifier : code
    }

    private func normal(_ x: Float) -> UInt8 {
        guard x == x else { return 0 }
        // The code of -0, which no number is written as, is the identifier.
        return format == .flint4 ? FlintCodec.signed.nearestCode(x, tiesUp: tiesUp(x)) : integer(x)
    }

    private func integer(_ x: Float) -> UInt8 {
        let rule: RoundingRule = rules.ties == .largerMagnitude ? .halfToEven : .halfUp
        let limit = Float(format.greatestNormal)
        let value = Int8(max(-limit, min(limit, rule.round(x))))
        return UInt8(bitPattern: value) & (format.bits == 4 ? 0xF : 0xFF)
    }
}
