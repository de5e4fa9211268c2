import Arch

extension ProductCase {
    /// The outputs from the definitions of docs/numerics.md, as bit patterns [row][column].
    func expected() -> [UInt32] {
        (0..<rows).flatMap { row in
            (0..<columns).map { column in
                scaled ? float(row: row, column: column).bitPattern
                    : UInt32(truncatingIfNeeded: sum(row: row, column: column, 0..<depth, zeroGroup: 0))
            }
        }
    }

    private func float(row: Int, column: Int) -> Float {
        var total: Float = 0
        var start = 0
        while start < depth {
            let end = (start + 1..<depth).first { k in
                [weightGroup, activationGroup].contains { $0.map { k % $0 == 0 } ?? false }
            } ?? depth
            let group = start / (weightGroup ?? depth)
            var scale: Float = 1
            if weightGroup != nil { scale = weightScales[column][group] }
            if let activationGroup {
                let own = activationScales[row][start / activationGroup]
                scale = weightGroup == nil ? own : scale * own
            }
            let exact = sum(row: row, column: column, start..<end, zeroGroup: group)
            let isHalves = !bipolar && usesTables && !hasExactTables
            total += isHalves ? (Float(exact) * scale) * 0.5 : Float(exact) * scale
            start = end
        }
        return total
    }

    /// Exact sum over a range of laid-out k.
    private func sum(row: Int, column: Int, _ range: Range<Int>, zeroGroup: Int) -> Int {
        let zero = bipolar ? 0 : zeros?[column][zeroGroup] ?? zero
        if usesTables, !hasExactTables {
            return quantisedSum(row: row, column: column, range, zero: zero)
        }
        return range.reduce(0) { total, k in
            let (tap, i) = k.quotientAndRemainder(dividingBy: laidOutRun)
            guard i < run else { return total }
            let u = Int(codes[column][k])
            let weight = bipolar ? 2 * u - (1 << bits) + 1 : u - zero
            return total + pixels[pixel(row: row, tap: tap)][i] * weight
        }
    }

    /// sum(q' * table) - z' * sumA, with sumA = -sum of the entries 0.
    private func quantisedSum(row: Int, column: Int, _ range: Range<Int>, zero: Int) -> Int {
        var total = 0
        for k in stride(from: range.lowerBound, to: range.upperBound, by: length) {
            let (tap, table) = (k / length).quotientAndRemainder(dividingBy: runTables)
            let half = tableCodes[pixel(row: row, tap: tap)][table]
            for plane in 0..<bits {
                let index = (0..<length).reduce(0) { $0 | (Int(codes[column][k + $1]) >> plane & 1) << $1 }
                total += (index & 1 == 0 ? half[index >> 1] : -half[(2 * halfEntries - 1 - index) >> 1]) << plane
            }
            if !bipolar { total += (2 * zero + 1 - (1 << bits)) * half[0] }
        }
        return total
    }
}
