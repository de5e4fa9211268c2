import Arch
import Diagnostics
import Formats

/// One instruction on a model, from reset to its last write.
struct TileSession {
    struct Mismatch {
        var cycle: Int
        var rtl: String
        var swift: String
    }

    private struct Stream {
        var name: String
        var valid: PortMap.Element
        var ready: PortMap.Element
        var fields: PortMap
        var beats: [[Int]]
        var next = 0
        var isDone: Bool { next == beats.count }
    }

    private let tile: TileCase
    private let instance: ModelInstance
    private let enable: PortMap.Element
    private let reset: PortMap.Element
    private let retire: RetirePort
    private var streams: [Stream]
    private let completion: PortMap.Element?
    private var stalls: SplitMix64?
    private var inputs: [UInt8]
    private var outputs: [UInt8]
    /// Clock cycles, stalled ones included.
    private(set) var clock = 0
    /// The last writes, for whoever looks for the reason.
    private(set) var history: [String] = []

    init(
        _ tile: TileCase, instance: ModelInstance, enable: PortMap.Element, reset: PortMap.Element, retire: RetirePort,
        of module: String, stallSeed: UInt64?
    ) throws(Diagnostics) {
        self.tile = tile
        self.instance = instance
        (self.enable, self.reset, self.retire) = (enable, reset, retire)
        let library = instance.library
        func one(_ name: String, in ports: [String: ModelLibrary.Port]) throws(Diagnostics) -> PortMap.Element {
            try PortMap([RTLPort(name, bits: 1)], in: ports, of: module).elements[0]
        }
        streams = []
        for stream in tile.streams {
            streams.append(
                Stream(
                    name: stream.name, valid: try one("\(stream.name)_valid_i", in: library.inputs),
                    ready: try one("\(stream.name)_ready_o", in: library.outputs),
                    fields: try PortMap(stream.fields, in: library.inputs, of: module), beats: stream.beats))
        }
        completion = try tile.completion.map { name throws(Diagnostics) in try one(name, in: library.outputs) }
        stalls = stallSeed.map { SplitMix64(seed: $0) }
        inputs = [UInt8](repeating: 0, count: max(1, library.inputBytes))
        outputs = [UInt8](repeating: 0, count: max(1, library.outputBytes))
    }

    /// `nil` when every write is what it should be, where and when.
    mutating func run() -> Mismatch? {
        if let last = tile.retires.last, completion == nil ? last.cycle + 1 != tile.cycles : last.cycle >= tile.cycles {
            return Mismatch(cycle: last.cycle, rtl: "(not run)", swift: "the last write, but timing gives \(tile.cycles) cycles")
        }
        start()
        var expected = tile.retires[...]
        var cycle = 0
        // Some cycles beyond the last write, for writes that should not be.
        let end = tile.cycles + 8
        while cycle < end {
            let isEnabled = stalls.map { _ in stalls!.below(4) != 0 } ?? true
            offer(isEnabled)
            step()
            if let violation = instance.violation {
                return Mismatch(cycle: cycle, rtl: violation, swift: "no failed assertion")
            }
            guard isEnabled else { continue }
            if let mismatch = compare(&expected, cycle) ?? compareCompletion(cycle) { return mismatch }
            advance()
            cycle += 1
        }
        if let next = expected.first {
            return Mismatch(cycle: next.cycle, rtl: "no further write", swift: text(next))
        }
        guard let stream = streams.first(where: { !$0.isDone }) else { return nil }
        return Mismatch(
            cycle: cycle, rtl: "stream \(stream.name) took \(stream.next) of \(stream.beats.count) beats",
            swift: "all of them taken")
    }

    /// Reset, then what the accumulators hold.
    private mutating func start() {
        step()
        step()
        set(1, reset)
        set(1, enable)
        for (word, sums) in tile.preload { instance.setAccumulators(word: word, sums) }
    }

    private mutating func set(_ value: Int, _ element: PortMap.Element) {
        inputs.withUnsafeMutableBytes { PortMap.write(value, element, $0) }
    }

    private mutating func step() {
        instance.run(inputs, outputs: &outputs, cycles: 1)
        clock += 1
    }

    /// A stream that has no more beats leaves its last one on the ports, not valid.
    private mutating func offer(_ isEnabled: Bool) {
        set(isEnabled ? 1 : 0, enable)
        for stream in streams {
            set(stream.isDone ? 0 : 1, stream.valid)
            guard !stream.isDone else { continue }
            inputs.withUnsafeMutableBytes { stream.fields.write(stream.beats[stream.next], to: $0) }
        }
    }

    private mutating func advance() {
        for index in streams.indices where !streams[index].isDone {
            let ready = outputs.withUnsafeBytes { PortMap.read(streams[index].ready, $0) }
            if ready == 1 { streams[index].next += 1 }
        }
    }

    private mutating func compare(_ expected: inout ArraySlice<Retire>, _ cycle: Int) -> Mismatch? {
        guard let found = outputs.withUnsafeBytes({ retire.read($0) }) else {
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
        history.append("cycle \(cycle): \(shown)")
        if history.count > 4 { history.removeFirst() }
        return nil
    }

    private func compareCompletion(_ cycle: Int) -> Mismatch? {
        guard let completion else { return nil }
        let found = outputs.withUnsafeBytes { PortMap.read(completion, $0) }
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
