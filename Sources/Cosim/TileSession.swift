import Arch
import Diagnostics
import Formats

/// One instruction on a model, from reset to its last write.
struct TileSession {
    private struct Stream {
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
    private var streams: [Stream]
    private var comparison: TileComparison
    private var stalls: SplitMix64?
    private var inputs: [UInt8]
    private var outputs: [UInt8]
    /// Clock cycles, stalled ones included.
    private(set) var clock = 0
    var history: [String] { comparison.history }

    init(
        _ tile: TileCase, instance: ModelInstance, enable: PortMap.Element, reset: PortMap.Element, retire: RetirePort,
        of module: String, stallSeed: UInt64?
    ) throws(Diagnostics) {
        self.tile = tile
        self.instance = instance
        (self.enable, self.reset) = (enable, reset)
        let library = instance.library
        func one(_ name: String, in ports: [String: ModelLibrary.Port]) throws(Diagnostics) -> PortMap.Element {
            try PortMap([RTLPort(name, bits: 1)], in: ports, of: module).elements[0]
        }
        streams = []
        for stream in tile.streams {
            streams.append(
                Stream(
                    valid: try one("\(stream.name)_valid_i", in: library.inputs),
                    ready: try one("\(stream.name)_ready_o", in: library.outputs),
                    fields: try PortMap(stream.fields, in: library.inputs, of: module), beats: stream.beats))
        }
        comparison = try TileComparison(tile, retire: retire, library: library, of: module)
        stalls = stallSeed.map { SplitMix64(seed: $0) }
        inputs = [UInt8](repeating: 0, count: max(1, library.inputBytes))
        outputs = [UInt8](repeating: 0, count: max(1, library.outputBytes))
    }

    /// `nil` when every write is what it should be, where and when.
    mutating func run() -> TileComparison.Mismatch? {
        if let contradiction = comparison.contradiction { return contradiction }
        start()
        let end = TileComparison.cycles(of: tile)
        while comparison.cycle < end {
            let isEnabled = stalls.map { _ in stalls!.below(4) != 0 } ?? true
            offer(isEnabled)
            step()
            if let violation = instance.violation {
                return TileComparison.Mismatch(cycle: comparison.cycle, rtl: violation, swift: "no failed assertion")
            }
            guard isEnabled else { continue }
            if let mismatch = outputs.withUnsafeBytes({ comparison.observe($0) }) { return mismatch }
            advance()
        }
        return comparison.finish(taken: streams.map(\.next))
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
}
