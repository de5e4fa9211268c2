import Arch
import Diagnostics

/// What an array writes against what it should write, one enabled cycle after another.
struct TileComparison {
    struct Mismatch {
        var cycle: Int
        var rtl: String
        var swift: String
    }

    private let tile: TileCase
    private let retire: RetirePort
    private let completion: PortMap.Element?
    private var expected: ArraySlice<Retire>
    /// Of the instruction; stalled cycles do not count.
    private(set) var cycle = 0
    /// Writes that were as they should be.
    private(set) var writes = 0
    /// The last of them, for whoever looks for the reason.
    private(set) var history: [String] = []

    init(_ tile: TileCase, retire: RetirePort, library: ModelLibrary, of module: String) throws(Diagnostics) {
        self.tile = tile
        self.retire = retire
        completion = try tile.completion.map { name throws(Diagnostics) in
            try PortMap([RTLPort(name, bits: 1)], in: library.outputs, of: module).elements[0]
        }
        expected = tile.retires[...]
    }

    /// Cycles to look at: some beyond the last write, for writes that should not be.
    static func cycles(of tile: TileCase) -> Int { tile.cycles + 8 }

    /// An instruction whose writes contradict the engine's own timing cannot be compared.
    var contradiction: Mismatch? {
        guard let last = tile.retires.last,
            completion == nil ? last.cycle + 1 != tile.cycles : last.cycle >= tile.cycles
        else { return nil }
        return Mismatch(
            cycle: last.cycle, rtl: "(not run)", swift: "the last write, but timing gives \(tile.cycles) cycles")
    }

    /// - Parameter outputs: the record of an enabled cycle.
    mutating func observe(_ outputs: UnsafeRawBufferPointer) -> Mismatch? {
        defer { cycle += 1 }
        return compare(retire.read(outputs)) ?? compareCompletion(outputs)
    }

    /// - Parameter taken: beats that went into each stream.
    func finish(taken: [Int]) -> Mismatch? {
        if let next = expected.first { return Mismatch(cycle: next.cycle, rtl: "no further write", swift: text(next)) }
        guard let (stream, count) = zip(tile.streams, taken).first(where: { $0.beats.count != $1 }) else { return nil }
        return Mismatch(
            cycle: cycle, rtl: "stream \(stream.name) took \(count) of \(stream.beats.count) beats",
            swift: "all of them taken")
    }

    private mutating func compare(_ written: (address: Int, lanes: [Int: UInt32])?) -> Mismatch? {
        guard let found = written else {
            guard let next = expected.first, next.cycle <= cycle else { return nil }
            return Mismatch(cycle: cycle, rtl: "no write", swift: text(next))
        }
        let shown = text(found)
        guard let next = expected.popFirst() else {
            return Mismatch(cycle: cycle, rtl: shown, swift: "no further write")
        }
        // Lanes that are not expected belong to columns that the instruction does not have.
        let isEqual = next.cycle == cycle && next.address == found.address
            && next.lanes.allSatisfy { lane, value in
                guard let word = found.lanes[lane] else { return false }
                return switch value {
                case .exactly(let exact): word == exact
                case .partial: true
                }
            }
        guard isEqual else { return Mismatch(cycle: cycle, rtl: shown, swift: text(next)) }
        writes += 1
        history.append("cycle \(cycle): \(shown)")
        if history.count > 4 { history.removeFirst() }
        return nil
    }

    private func compareCompletion(_ outputs: UnsafeRawBufferPointer) -> Mismatch? {
        guard let completion else { return nil }
        let found = PortMap.read(completion, outputs)
        guard (found == 1) != (cycle + 1 == tile.cycles) else { return nil }
        return Mismatch(
            cycle: cycle, rtl: found == 1 ? "complete" : "not complete", swift: "complete in cycle \(tile.cycles - 1)")
    }

    private func text(_ retire: Retire) -> String {
        let lanes = retire.lanes.sorted { $0.key < $1.key }.map { lane, value in
            switch value {
            case .exactly(let word): "\(lane):\(String(word, radix: 16))"
            case .partial: "\(lane):any"
            }
        }
        return "cycle \(retire.cycle), word \(retire.address), lanes \(lanes.joined(separator: " "))"
    }

    private func text(_ found: (address: Int, lanes: [Int: UInt32])) -> String {
        let lanes = found.lanes.sorted { $0.key < $1.key }.map { "\($0.key):\(String($0.value, radix: 16))" }
        return "word \(found.address), lanes \(lanes.joined(separator: " "))"
    }
}
