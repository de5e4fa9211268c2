import Arch
import Diagnostics

/// One instruction of an array whose model somebody else runs: beats as bytes, and a comparison of what comes out.
public struct HostedTile {
    public struct Stream: Sendable {
        /// Ports `name_valid_i` and `name_ready_o`.
        public var name: String
        /// Data ports; a beat is their bytes one behind the other, each as many as it takes in a record of all inputs.
        public var ports: [String]
        public var beatBytes: Int
        public var count: Int
        public var beats: [UInt8]
    }

    /// What one word of the accumulators holds: sums by lane, `nil` where nobody says.
    public struct Word: Sendable {
        public var address: Int
        public var lanes: [UInt32?]
    }

    public let summary: String
    public let streams: [Stream]
    /// What the accumulators hold at the start; what is left out is rubbish.
    public let preload: [Word]
    /// What they hold at the end, of the words that are preloaded or written.
    public let results: [Word]
    /// Enabled cycles from the first of the instruction to the last of it.
    public let cycles: Int
    /// Enabled cycles to look at.
    public let observedCycles: Int
    private var comparison: TileComparison

    /// - Throws: ports that the module does not have; an instruction whose writes contradict the engine's timing.
    public init(_ tile: TileCase, library: ModelLibrary, of module: String) throws(Diagnostics) {
        summary = tile.summary
        var packed: [Stream] = []
        for stream in tile.streams { packed.append(try Self.pack(stream, library, module)) }
        streams = packed
        preload = tile.preload.sorted { $0.key < $1.key }.map { Word(address: $0.key, lanes: $0.value) }
        results = Self.results(of: tile, lanes: library.accumulatorWordBytes / 4)
        cycles = tile.cycles
        observedCycles = TileComparison.cycles(of: tile)
        comparison = try TileComparison(
            tile, retire: RetirePort(library, of: module), library: library, of: module)
        if let contradiction = comparison.contradiction { throw Diagnostics(Self.diagnostic(contradiction, module)) }
    }

    /// Writes seen so far.
    public var writes: Int { comparison.writes }

    /// - Parameter outputs: the model's record of an enabled cycle, the first being that in which beats are offered first.
    /// - Returns: the first difference, `nil` while there is none.
    public mutating func observe(_ outputs: UnsafeRawBufferPointer) -> String? {
        comparison.observe(outputs).map(Self.text)
    }

    /// - Parameter taken: beats that went into each stream.
    /// - Returns: what is missing after the last cycle.
    public func finish(taken: [Int]) -> String? { comparison.finish(taken: taken).map(Self.text) }

    private static func text(_ mismatch: TileComparison.Mismatch) -> String {
        "cycle \(mismatch.cycle): rtl \(mismatch.rtl); swift \(mismatch.swift)"
    }

    private static func diagnostic(_ mismatch: TileComparison.Mismatch, _ module: String) -> Diagnostic {
        Diagnostic(node: module, text(mismatch))
    }

    private static func pack(_ stream: BeatStream, _ library: ModelLibrary, _ module: String) throws(Diagnostics) -> Stream {
        var places: [String: ModelLibrary.Port] = [:]
        var bytes = 0
        for field in stream.fields {
            guard let port = library.inputs[field.name] else { continue }
            places[field.name] = ModelLibrary.Port(bits: port.bits, offset: bytes, bytes: port.bytes)
            bytes += port.bytes
        }
        let map = try PortMap(stream.fields, in: places, of: module)
        var beats = [UInt8](repeating: 0, count: bytes * stream.beats.count)
        beats.withUnsafeMutableBytes { all in
            for (index, beat) in stream.beats.enumerated() {
                map.write(beat, to: UnsafeMutableRawBufferPointer(rebasing: all[index * bytes..<(index + 1) * bytes]))
            }
        }
        return Stream(
            name: stream.name, ports: stream.fields.map(\.name), beatBytes: bytes, count: stream.beats.count, beats: beats)
    }

    private static func results(of tile: TileCase, lanes: Int) -> [Word] {
        var words = tile.preload.mapValues { sums in sums.map(Optional.some) + Array(repeating: nil, count: max(0, lanes - sums.count)) }
        var written: [Int: Set<Int>] = [:]
        for retire in tile.retires {
            var word = words[retire.address] ?? Array(repeating: nil, count: lanes)
            written[retire.address, default: []].formUnion(retire.lanes.keys)
            // Columns that the instruction does not have may be written along with those that it has.
            for lane in 0..<lanes where written[retire.address]?.contains(lane) == false { word[lane] = nil }
            for (lane, value) in retire.lanes where lane < lanes {
                switch value {
                case .exactly(let sum): word[lane] = sum
                case .partial: word[lane] = nil
                }
            }
            words[retire.address] = word
        }
        return words.sorted { $0.key < $1.key }.map { Word(address: $0.key, lanes: $0.value) }
    }
}
