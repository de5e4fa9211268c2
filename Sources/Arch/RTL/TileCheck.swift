/// An array that works through whole instructions: beats of its input streams are offered as fast as it takes them, and
/// what it writes to its accumulators is compared.
public struct TileCheck: Sendable {
    /// Instruction number `index` of the shapes that are tried, drawn from a source.
    public var makeCase: @Sendable (_ index: Int, _ source: TileSource) -> TileCase

    public init(makeCase: @escaping @Sendable (_ index: Int, _ source: TileSource) -> TileCase) { self.makeCase = makeCase }
}

/// One instruction for an array.
public struct TileCase: Sendable {
    /// Shape and formats, for messages.
    public var summary: String
    public var streams: [BeatStream]
    /// What the accumulators hold when the instruction starts: sums by lane of a word; what is left out is rubbish.
    public var preload: [Int: [UInt32]]
    /// What the array writes, in order.
    public var retires: [Retire]
    /// Occupancy and latency of `Engine.timing`.
    public var cycles: Int
    /// What `Engine.activity` counts.
    public var events: [Event: Int]
    /// Output that is high in the last of these cycles and in no other; where there is none, the last write is in that
    /// cycle.
    public var completion: String?

    public init(
        summary: String, streams: [BeatStream], preload: [Int: [UInt32]], retires: [Retire], cycles: Int,
        events: [Event: Int], completion: String? = nil
    ) {
        self.summary = summary
        self.streams = streams
        self.preload = preload
        self.retires = retires
        self.cycles = cycles
        self.events = events
        self.completion = completion
    }
}

/// Beats of one input stream: ports `name_valid_i`, `name_ready_o`, and the fields.
public struct BeatStream: Sendable {
    public var name: String
    public var fields: [RTLPort]
    /// [beat][element of all fields in order]
    public var beats: [[Int]]

    public init(_ name: String, fields: [RTLPort], beats: [[Int]]) {
        self.name = name
        self.fields = fields
        self.beats = beats
    }
}

/// One write of an array to its accumulators: ports `retire_valid_o` (a bit per lane), `retire_address_o` and `retire_o`.
public struct Retire: Hashable, Sendable {
    /// Cycle in which it is on the port, cycle 0 being the first of the instruction; stalled cycles do not count.
    public var cycle: Int
    public var address: Int
    /// 32-bit words by lane.
    public var lanes: [Int: Value]

    public enum Value: Hashable, Sendable {
        case exactly(UInt32)
        /// A sum that is not complete yet.
        case partial
    }

    public init(cycle: Int, address: Int, lanes: [Int: Value]) {
        self.cycle = cycle
        self.address = address
        self.lanes = lanes
    }
}
