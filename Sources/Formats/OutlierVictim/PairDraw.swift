/// Made-up pairs: normal values uniform over their codes, and one pair in 32 with an outlier on either side.
public struct PairDraw: Hashable, Sendable {
    public let format: OutlierVictimPair

    public init(_ format: OutlierVictimPair) { self.format = format }

    /// The slots of rows of `width`.
    ///
    /// - Parameter below: a number from 0 up to its argument, drawn uniformly.
    public func slots(count: Int, width: Int, below: (Int) -> Int) -> [UInt8] {
        var slots: [UInt8] = []
        slots.reserveCapacity(count)
        while slots.count < count {
            let left = normal(below)
            guard slots.count % width + 1 < width else {
                slots.append(left)
                continue
            }
            if below(32) > 0 {
                slots += [left, normal(below)]
            } else {
                let code = UInt8(1 + below(format.greatestOutlierCode)) | (below(2) == 0 ? 0 : format.identifier)
                slots += below(2) == 0 ? [code, format.identifier] : [format.identifier, code]
            }
        }
        return slots
    }

    /// Any code but the identifier.
    private func normal(_ below: (Int) -> Int) -> UInt8 {
        let code = UInt8(below(1 << format.bits - 1))
        return code < format.identifier ? code : code + 1
    }
}
