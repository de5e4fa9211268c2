import Arch
import Diagnostics

/// A block of `rtl/` as it was synthesised once, with one library.
public struct BlockCost: SynthesisedBlock {
    /// `folder/module`.
    public var block: String
    public var parameters: [String: Int]
    /// SHA-256 of its RTL, as in the lockstep record.
    public var digest: String
    /// Period that it was made for, and the shortest at which its netlist closes.
    public var clockPicoseconds: Double
    public var closesPicoseconds: Double
    public var areaSquareMicrometres: Double
    public var cells: Int
    public var flipFlops: Int
    public var leakageNanowatts: Double
    /// The same block for the shortest clock that it closes at; `nil` where that was not looked for.
    public var fastest: Fastest?
    /// Runs on operands of several layers; those with the narrowest weights first.
    public var activities: [SwitchingActivity]

    public var activity: SwitchingActivity? { activities.first }
    public var extent: Double { areaSquareMicrometres }
}

extension BlockCost {
    public struct Fastest: Hashable, Sendable {
        public var clockPicoseconds: Double
        public var areaSquareMicrometres: Double
    }
}

/// What the gates of a block switched in a run on operands of a real layer.
public struct SwitchingActivity: Hashable, Sendable {
    /// The layer.
    public var workload: String
    /// Vectors of a block, or instructions of an array.
    public var runs: Int
    public var cycles: Int
    /// Whether the netlist computed what its RTL did, in the same cycles, in this very run.
    public var isEqualToRTL: Bool
    public var events: [String: Int]
    /// Of the whole run.
    public var picojoules: Double
    /// Of these, those of the clock pins, which are the same in every cycle.
    public var clockPicojoules: Double

    public var picojoulesPerRun: Double { picojoules / Double(max(1, runs)) }
    public var clockPicojoulesPerCycle: Double { clockPicojoules / Double(max(1, cycles)) }
    public var workPicojoules: Double { picojoules - clockPicojoules }
}

extension BlockCost: JSONReadable {
    public static func read(_ value: JSONValue, at place: FieldPlace, into problems: inout Diagnostics) -> BlockCost? {
        ObjectReader.read(value, at: place, into: &problems) { reader in
            let parameters = reader.entries("parameters").compactMap { name, value, place in
                reader.collect { Int.read(value, at: place, into: &$0) }.map { (name, $0) }
            }
            let first = reader.optional("activity", SwitchingActivity.self)
            let fastest = reader.optional("fastest", Fastest.self)
            let others = reader.optional("otherActivities", default: [SwitchingActivity]())
            guard let block = reader.required("block", String.self),
                let digest = reader.required("digest", String.self),
                let clock = reader.required("clockPicoseconds", Double.self),
                let closes = reader.required("closesPicoseconds", Double.self),
                let area = reader.required("areaSquareMicrometres", Double.self),
                let cells = reader.required("cells", Int.self),
                let flipFlops = reader.required("flipFlops", Int.self),
                let leakage = reader.required("leakageNanowatts", Double.self)
            else { return nil }
            return BlockCost(
                block: block, parameters: Dictionary(parameters) { first, _ in first }, digest: digest,
                clockPicoseconds: clock, closesPicoseconds: closes, areaSquareMicrometres: area, cells: cells,
                flipFlops: flipFlops, leakageNanowatts: leakage, fastest: fastest,
                activities: [first].compactMap(\.self) + others)
        } ?? nil
    }
}

extension BlockCost.Fastest: JSONReadable {
    public static func read(
        _ value: JSONValue, at place: FieldPlace, into problems: inout Diagnostics
    ) -> BlockCost.Fastest? {
        ObjectReader.read(value, at: place, into: &problems) { reader in
            guard let clock = reader.required("clockPicoseconds", Double.self),
                let area = reader.required("areaSquareMicrometres", Double.self)
            else { return nil }
            return BlockCost.Fastest(clockPicoseconds: clock, areaSquareMicrometres: area)
        } ?? nil
    }
}

extension SwitchingActivity: JSONReadable {
    public static func read(
        _ value: JSONValue, at place: FieldPlace, into problems: inout Diagnostics
    ) -> SwitchingActivity? {
        ObjectReader.read(value, at: place, into: &problems) { SwitchingActivity(&$0) } ?? nil
    }

    private init?(_ reader: inout ObjectReader) {
        let vectors = reader.optional("vectors", Int.self)
        let tiles = reader.optional("tiles", Int.self)
        _ = reader.raw("glitches")
        // An idle array also settles, and counters in it run: what that takes depends on its size by chance.
        _ = reader.raw("idlePicojoulesPerCycle")
        let events = reader.entries("events").compactMap { name, value, place in
            reader.collect { Int.read(value, at: place, into: &$0) }.map { (name, $0) }
        }
        guard let workload = reader.required("workload", String.self),
            let cycles = reader.required("cycles", Int.self),
            let isEqual = reader.required("equalToRTL", Bool.self),
            let clock = reader.required("clockPicojoules", Double.self),
            let picojoules = reader.required("picojoules", Double.self)
        else { return nil }
        self.init(
            workload: workload, runs: vectors ?? tiles ?? 0, cycles: cycles, isEqualToRTL: isEqual,
            events: Dictionary(events) { first, _ in first }, picojoules: picojoules, clockPicojoules: clock)
    }
}
