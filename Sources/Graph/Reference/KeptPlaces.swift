import Formats

/// Which activations the tables of a group of columns are built of when the weights are N:M structured: of every m k the n
/// at which one of the columns is not zero, filled up with the highest others. A short last block keeps n too.
struct KeptPlaces: Sendable {
    let pattern: NOfM
    /// Neighbouring columns that share their tables.
    let columns: Int
    /// [group of columns][kept k], ascending; those past the end of K stand for activations that are zero.
    private(set) var places: [[Int]] = []
    /// Kept k of a column.
    let depth: Int

    /// - Parameter isZero: of (column, k).
    /// - Returns: `nil` when a block of a group holds more than n.
    init?(_ pattern: NOfM, sharedBy columns: Int, of all: Int, depth: Int, isZero: (Int, Int) -> Bool) {
        self.pattern = pattern
        self.columns = columns
        self.depth = (depth + pattern.m - 1) / pattern.m * pattern.n
        for first in stride(from: 0, to: all, by: columns) {
            let group = first..<min(first + columns, all)
            var kept: [Int] = []
            for start in stride(from: 0, to: depth, by: pattern.m) {
                let block = start..<start + pattern.m
                let held = block.filter { k in k < depth && group.contains { !isZero($0, k) } }
                guard held.count <= pattern.n else { return nil }
                let others = block.reversed().filter { !held.contains($0) }
                kept += (held + others.prefix(pattern.n - held.count)).sorted()
            }
            places.append(kept)
        }
    }

    /// A row of values at the places of a group; `zero` past its end.
    func taken<Value>(_ row: [Value], group: Int, zero: Value) -> [Value] {
        places[group].map { $0 < row.count ? row[$0] : zero }
    }

    /// A parameter by kept k in place of k. Groups are whole blocks, or one for all of K.
    func parameter<Value>(_ parameter: SharedParameter<Value>) -> SharedParameter<Value> {
        guard !parameter.shape.isEmpty else { return parameter }
        var taken = parameter
        taken.shape[taken.shape.count - 1] = depth
        if case .group(let size) = parameter.granularity {
            taken.granularity = .group(size: (size + pattern.m - 1) / pattern.m * pattern.n)
        }
        return taken
    }
}
