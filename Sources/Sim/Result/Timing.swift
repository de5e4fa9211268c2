import Arch

/// When a program ran and what every unit did in every cycle of it.
public struct Timing: Hashable, Sendable {
    /// From the first fetch to the last completion.
    public var cycles: Int
    /// Picoseconds per cycle.
    public var clockPeriod: Int
    /// `(start)`, the segments in program order, `(end)`. Their cycles sum to `cycles`.
    public var rows: [Row]
    /// Named parts of the busy cycles of each unit, in order of first appearance; they sum to the unit's busy cycles.
    public var parts: [NamedPart]
    /// Start and completion of every instruction in program order; empty unless a trace was asked for.
    public var spans: [Span]
    /// Unit of every instruction in program order, with `spans`.
    public var spanUnits: [Unit]

    public struct Row: Hashable, Sendable {
        public enum Place: Hashable, Sendable {
            /// Until the first instruction has been fetched.
            case start
            case segment(Int)
            /// After a unit's last instruction.
            case end
        }
        public var place: Place
        /// Indices into `Program.nodes`.
        public var nodes: [Int]
        /// Advance of the retire frontier: how far the instructions of this row moved the latest completion so far,
        /// taken in program order.
        public var cycles: Int
        /// Indexed by `Unit`.
        public var units: [UnitCycles]
        public var traffic: Traffics
        /// Work of each unit, indexed by `Unit`.
        public var work: [Tally<Event>]
        public var scratchpads: ScratchpadTraffic

        /// Work of all units.
        public var events: Tally<Event> { work.reduce(into: Tally()) { $0 += $1 } }

        public subscript(unit: Unit) -> UnitCycles { units[Int(unit.rawValue)] }
        /// Of DRAM.
        public var memory: MemoryTraffic { traffic[.dram] }
    }

    public struct UnitCycles: Hashable, Sendable {
        public var busy = Tally<BusyTerm>()
        public var stalls = Tally<StallCause>()
        public init() {}
        public var total: Int { busy.total + stalls.total }

        public static func += (sum: inout UnitCycles, other: UnitCycles) {
            sum.busy += other.busy
            sum.stalls += other.stalls
        }
    }

    /// Bytes that instructions ask for, by purpose, and bursts that the channel moves for them.
    public struct MemoryTraffic: Hashable, Sendable {
        public var readBytes = Tally<Traffic>()
        public var writtenBytes = Tally<Traffic>()
        public var readBursts = 0
        public var writtenBursts = 0
        public init() {}

        public static func += (sum: inout MemoryTraffic, other: MemoryTraffic) {
            sum.readBytes += other.readBytes
            sum.writtenBytes += other.writtenBytes
            sum.readBursts += other.readBursts
            sum.writtenBursts += other.writtenBursts
        }
    }

    /// Bytes that units and transfers move from and to the scratchpads.
    public struct ScratchpadTraffic: Hashable, Sendable {
        public var readBytes = Tally<Space>()
        public var writtenBytes = Tally<Space>()
        public init() {}

        public static func += (sum: inout ScratchpadTraffic, other: ScratchpadTraffic) {
            sum.readBytes += other.readBytes
            sum.writtenBytes += other.writtenBytes
        }

        mutating func add(_ bytes: Int, _ space: Space, isWrite: Bool) {
            if isWrite { writtenBytes[space] += bytes } else { readBytes[space] += bytes }
        }
    }

    /// Traffic of every memory.
    public struct Traffics: Hashable, Sendable {
        private var dram = MemoryTraffic()
        private var shared = MemoryTraffic()
        public init() {}

        public subscript(memory: GlobalMemory) -> MemoryTraffic {
            get {
                switch memory {
                case .dram: dram
                case .shared: shared
                }
            }
            set {
                switch memory {
                case .dram: dram = newValue
                case .shared: shared = newValue
                }
            }
        }

        public static func += (sum: inout Traffics, other: Traffics) {
            for memory in GlobalMemory.allCases { sum[memory] += other[memory] }
        }
    }

    public struct NamedPart: Hashable, Sendable {
        public var unit: Unit
        public var part: UnitTiming.Part
        public init(unit: Unit, part: UnitTiming.Part) {
            self.unit = unit
            self.part = part
        }
    }

    public struct Span: Hashable, Sendable {
        public var start: Int
        public var completion: Int
        public init(start: Int, completion: Int) {
            self.start = start
            self.completion = completion
        }
    }

    /// All cycles of one unit; `total` is `cycles`.
    public subscript(unit: Unit) -> UnitCycles {
        rows.reduce(into: UnitCycles()) { $0 += $1[unit] }
    }

    public var traffic: Traffics { rows.reduce(into: Traffics()) { $0 += $1.traffic } }
    /// Of DRAM.
    public var memory: MemoryTraffic { traffic[.dram] }
    public var events: Tally<Event> { rows.reduce(into: Tally()) { $0 += $1.events } }
    public var seconds: Double { Double(cycles) * Double(clockPeriod) * 1e-12 }

    /// Completions in order of cycle, then unit.
    public var retirements: Retirements { Retirements(self) }
}
