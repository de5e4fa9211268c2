import Arch

/// Which runs of a list of instructions, executed again and again, threads can share, each on scratchpads of its own: those that
/// compute columns of a product, mostly, and meet in DRAM only.
struct Strands {
    struct Item {
        /// What is shared belongs to one segment.
        var segment: Int
        /// Multiply-accumulates; `nil` where the instruction has to stay where it is.
        var work: Int?
        /// Leaves the same whenever it is executed again: loads, and what is made of them alone.
        var isRepeatable: Bool
        var spans: [AccessSpan]
    }

    /// A run, and the parts that it falls into: the last has to be executed on the scratchpads that all else is executed on.
    struct Stretch {
        var places: Range<Int>
        /// Places in the order in which they are executed, loads that several parts need in each; empty where the run stays whole.
        var parts: [[Int]] = []
        /// What the parts find in the scratchpads.
        var found: [ScratchpadBytes] = []
    }

    private let items: [Item]
    private let flow: ScratchpadFlow

    /// Multiply-accumulates of a part: with fewer, waking a thread costs more than it saves.
    static let least = 50_000

    init(_ items: [Item]) {
        self.items = items
        flow = ScratchpadFlow(items.count) { items[$0].spans }
    }

    /// The whole list.
    ///
    /// - Parameter count: of parts at most.
    func stretches(_ count: Int) -> [Stretch] {
        var result: [Stretch] = []
        var start = 0
        for run in runs {
            guard let shared = shared(run, count) else { continue }
            if start < run.lowerBound { result.append(Stretch(places: start..<run.lowerBound)) }
            result.append(shared)
            start = run.upperBound
        }
        if start < items.count { result.append(Stretch(places: start..<items.count)) }
        return result
    }

    /// The longest runs of one segment in which nothing has to stay where it is.
    private var runs: [Range<Int>] {
        var result: [Range<Int>] = []
        var start = 0
        for place in 0...items.count {
            let goesOn = place < items.count && place > start && items[place].work != nil && items[place].segment == items[start].segment
            if goesOn { continue }
            if place > start, items[start].work != nil { result.append(start..<place) }
            start = place
        }
        return result
    }

    /// The run in parts; `nil` where it stays whole.
    private func shared(_ run: Range<Int>, _ count: Int) -> Stretch? {
        let work = run.reduce(0) { $0 + (items[$1].work ?? 0) }
        let count = min(count, work / Self.least)
        guard count > 1, !meetsInMemory(run), let found = found(run) else { return nil }
        let chains = chains(run)
        // What the run leaves in the scratchpads is left where the others look for it.
        let isLeft = chains.map { chain in chain.places.contains { flow.lastReader[$0] >= run.upperBound } }
        var shares = Array(repeating: [Chain](), count: count)
        var done = 0
        for (chain, isLeft) in zip(chains, isLeft) {
            shares[isLeft ? count - 1 : min(count - 1, done * count / work)].append(chain)
            done += chain.places.reduce(0) { $0 + (items[$1].work ?? 0) }
        }
        shares.removeAll(where: \.isEmpty)
        guard shares.count > 1, let last = shares.last, leavesTheSame(last, run) else { return nil }
        return Stretch(places: run, parts: shares.map(sequence), found: found)
    }

    /// Instructions that meet in the scratchpads.
    private struct Chain {
        /// In their order.
        var places: [Int] = []
        /// Repeatable ones that these need.
        var needs: Set<Int> = []
    }

    /// In the order of their first instructions; repeatable ones that others than the run need are chains too.
    private func chains(_ run: Range<Int>) -> [Chain] {
        let links = links(run)
        var sets = DisjointSets(run.count)
        for place in run {
            for writer in links[place - run.lowerBound].joined { sets.join(place - run.lowerBound, writer - run.lowerBound) }
        }
        var result: [Chain] = []
        var known: [Int: Int] = [:]
        for place in run {
            let link = links[place - run.lowerBound]
            if link.isRepeatable, flow.lastReader[place] < run.upperBound { continue }
            let first = sets.first(of: place - run.lowerBound)
            let index = known[first] ?? result.count
            if index == result.count {
                result.append(Chain())
                known[first] = index
            }
            result[index].places.append(place)
            result[index].needs.formUnion(link.needs)
        }
        return result
    }

    /// What an instruction finds that others of the run have left.
    private struct Link {
        var isRepeatable: Bool
        /// Repeatable ones, and what these find.
        var needs: Set<Int> = []
        var joined: [Int] = []
    }

    private func links(_ run: Range<Int>) -> [Link] {
        var links: [Link] = []
        for place in run {
            var link = Link(isRepeatable: items[place].isRepeatable)
            for writer in flow.reads[place].lazy.flatMap(\.writers) where run.contains(writer) {
                if links[writer - run.lowerBound].isRepeatable {
                    link.needs.insert(writer)
                    link.needs.formUnion(links[writer - run.lowerBound].needs)
                } else {
                    link.joined.append(writer)
                    link.isRepeatable = false
                }
            }
            links.append(link)
        }
        return links
    }

    /// Chain after chain, each with what it needs in its order, but for what the chain before has left.
    private func sequence(_ chains: [Chain]) -> [Int] {
        var result: [Int] = []
        var left: Set<Int> = []
        for chain in chains {
            let needed = chain.needs == left ? [] : chain.needs
            result += needed.union(chain.places).sorted()
            let stays = ScratchpadBytes.areApart(chain.needs.flatMap(writes), from: chain.places.flatMap(writes))
            left = stays ? chain.needs : []
        }
        return result
    }

    private func writes(_ place: Int) -> [ScratchpadBytes] {
        items[place].spans.compactMap { span in
            guard span.isWrite, case .scratchpad(let space) = span.memory else { return nil }
            return ScratchpadBytes(space: space, bytes: span.bounds)
        }
    }

    /// What a run finds in the scratchpads; `nil` where it may write there too.
    private func found(_ run: Range<Int>) -> [ScratchpadBytes]? {
        let found = ScratchpadBytes.merged(
            run.lazy.flatMap { flow.reads[$0] }.filter { $0.reaches(beyond: run) }.map { ScratchpadBytes(space: $0.space, bytes: $0.bytes) })
        let isWritten = run.contains { place in writes(place).contains { bytes in found.contains(where: bytes.overlaps) } }
        return isWritten ? nil : found
    }

    /// Whether chains, one after the other, leave what those behind the run find as the run does.
    private func leavesTheSame(_ chains: [Chain], _ run: Range<Int>) -> Bool {
        for (index, chain) in chains.enumerated() {
            for place in chain.places where flow.lastReader[place] >= run.upperBound {
                let left = writes(place)
                let later = chains[(index + 1)...].lazy.flatMap { $0.places + $0.needs }.filter { $0 < place }
                if later.contains(where: { writes($0).contains { bytes in left.contains(where: bytes.overlaps) } }) { return false }
            }
        }
        return true
    }

    /// Whether instructions of a run write what others of it read or write, outside the scratchpads.
    private func meetsInMemory(_ run: Range<Int>) -> Bool {
        var accesses: [(memory: GlobalMemory, bytes: Range<Int>, isWrite: Bool)] = []
        for place in run {
            for span in items[place].spans {
                if case .global(let memory) = span.memory { accesses.append((memory, span.bounds, span.isWrite)) }
            }
        }
        for memory in GlobalMemory.allCases {
            let sorted = accesses.filter { $0.memory == memory && !$0.bytes.isEmpty }
                .sorted { $0.bytes.lowerBound < $1.bytes.lowerBound }
            var (written, read) = (Int.min, Int.min)
            for (_, bytes, isWrite) in sorted {
                if bytes.lowerBound < written || (isWrite && bytes.lowerBound < read) { return true }
                if isWrite { written = max(written, bytes.upperBound) } else { read = max(read, bytes.upperBound) }
            }
        }
        return false
    }
}
