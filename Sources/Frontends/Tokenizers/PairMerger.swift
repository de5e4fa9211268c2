/// Joins neighbours, the pair of the least priority first and the leftmost of equals, until no pair has one. Takes n log n steps for n
/// parts.
struct PairMerger {
    private struct Candidate: Comparable {
        var priority: Double
        var place: Int
        /// Lengths when it was found: a part that has grown since makes it void.
        var lengths: (left: Int, right: Int)

        static func < (a: Candidate, b: Candidate) -> Bool { (a.priority, a.place) < (b.priority, b.place) }
        static func == (a: Candidate, b: Candidate) -> Bool { (a.priority, a.place) == (b.priority, b.place) }
    }

    /// Of two neighbours; `nil` keeps them apart.
    private let priority: ([UInt8], [UInt8]) -> Double?
    private var parts: [[UInt8]]
    /// Of the parts that are left, the neighbours of each; past the ends, out of range.
    private var next: [Int]
    private var previous: [Int]
    private var candidates = MinimumHeap<Candidate>()

    static func merged(_ parts: [[UInt8]], priority: @escaping ([UInt8], [UInt8]) -> Double?) -> [[UInt8]] {
        var merger = PairMerger(parts, priority)
        return merger.merged()
    }

    private init(_ parts: [[UInt8]], _ priority: @escaping ([UInt8], [UInt8]) -> Double?) {
        self.parts = parts
        self.priority = priority
        next = parts.indices.map { $0 + 1 }
        previous = parts.indices.map { $0 - 1 }
    }

    private mutating func merged() -> [[UInt8]] {
        for place in parts.indices.dropLast() { consider(place) }
        while let candidate = candidates.popMinimum() {
            let place = candidate.place
            let right = next[place]
            // A part that was joined to its left neighbour is empty.
            guard parts.indices.contains(right), parts[place].count == candidate.lengths.left,
                parts[right].count == candidate.lengths.right
            else { continue }
            parts[place] += parts[right]
            parts[right] = []
            next[place] = next[right]
            if parts.indices.contains(next[place]) { previous[next[place]] = place }
            consider(previous[place])
            consider(place)
        }
        return parts.filter { !$0.isEmpty }
    }

    private mutating func consider(_ place: Int) {
        guard parts.indices.contains(place), parts.indices.contains(next[place]),
            let priority = priority(parts[place], parts[next[place]])
        else { return }
        candidates.insert(
            Candidate(priority: priority, place: place, lengths: (parts[place].count, parts[next[place]].count)))
    }
}
