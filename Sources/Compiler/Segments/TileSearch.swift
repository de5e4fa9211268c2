/// Candidate tile boxes of a domain, largest first: trailing axes whole, one axis cut, leading axes one index at a time.
struct BoxTiling {
    /// Tile size along each axis.
    var tile: [Int]

    /// All boxes in row-major order; the last along an axis may be smaller.
    func boxes(_ counts: [Int]) -> [Box] {
        var boxes = [Box(start: [], count: [])]
        for (axis, count) in counts.enumerated() {
            boxes = boxes.flatMap { box in
                stride(from: 0, to: count, by: tile[axis]).map { start in
                    Box(start: box.start + [start], count: box.count + [min(tile[axis], count - start)])
                }
            }
        }
        return boxes
    }

    /// - Parameter minimumRank: trailing axes that must stay whole.
    /// - Parameter maximumAxes: axes with more than one index in a tile (a transfer has three loops and a row).
    static func candidates(counts: [Int], wholeAxes: Int, maximumAxes: Int = 3) -> [BoxTiling] {
        var result: [BoxTiling] = []
        let firstCut = max(0, counts.count - maximumAxes)
        for axis in firstCut..<max(firstCut + 1, counts.count - wholeAxes + 1) where axis <= counts.count {
            let whole = counts.indices.map { $0 < axis ? 1 : counts[$0] }
            guard axis < counts.count - wholeAxes else {
                result.append(BoxTiling(tile: whole))
                break
            }
            var size = counts[axis]
            while true {
                var tile = whole
                tile[axis] = size
                result.append(BoxTiling(tile: tile))
                if size <= 1 { break }
                size = (size + 1) / 2
            }
        }
        return result
    }
}
