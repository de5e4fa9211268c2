import Arch
import Cost
import Sim

/// The time of a network whose parts run one after another, some of them many times.
public struct NetworkReport: Sendable {
    public enum Phase: String, Hashable, Sendable, CaseIterable { case prefill, decode }

    /// One part in one phase.
    public struct Row: Hashable, Sendable {
        public var phase: Phase
        public var part: String
        /// Different programs: the part at different lengths.
        public var programs: Int
        /// Runs of all of them.
        public var runs: Int
        /// Of all runs.
        public var cycles: Int
        /// Cycles in which the busiest engine works, of all runs.
        public var engineBusy: Int
        /// Bytes read from and written to DRAM, of all runs.
        public var readBytes: Int
        public var writtenBytes: Int
        public var picojoules: Int

        public init(phase: Phase, part: String, programs: Int, runs: Int, _ timing: Timing, _ target: Target, _ cost: MachineCost) {
            self.phase = phase
            self.part = part
            self.programs = programs
            self.runs = runs
            cycles = runs * timing.cycles
            engineBusy = runs * (target.engines.indices.map { timing[.engine($0)].busy.total }.max() ?? 0)
            readBytes = runs * timing.memory.readBytes.total
            writtenBytes = runs * timing.memory.writtenBytes.total
            picojoules = runs * EnergyAccount(timing, on: target, cost).picojoules
        }

        public mutating func add(_ other: Row) {
            programs += other.programs
            runs += other.runs
            cycles += other.cycles
            engineBusy += other.engineBusy
            readBytes += other.readBytes
            writtenBytes += other.writtenBytes
            picojoules += other.picojoules
        }
    }

    public var network: String
    public var arch: String
    /// Formats that were asked for; `nil` where a file has its own.
    public var weights: String?
    public var activations: String?
    /// Tokens that enter at once, and tokens made after that.
    public var prefill: Int
    public var decode: Int
    /// Lengths that share a program.
    public var bucket: Int
    /// Picoseconds.
    public var clockPeriod: Int
    public var rows: [Row]
    /// Of the machine.
    public var cost: MachineCost
    /// What was made, when values were computed, and its text.
    public var tokens: [Int] = []
    public var completion: String?

    public init(
        network: String, arch: String, weights: String? = nil, activations: String? = nil, prefill: Int, decode: Int, bucket: Int,
        clockPeriod: Int, rows: [Row], cost: MachineCost
    ) {
        self.network = network
        self.arch = arch
        self.weights = weights
        self.activations = activations
        self.prefill = prefill
        self.decode = decode
        self.bucket = bucket
        self.clockPeriod = clockPeriod
        self.rows = rows
        self.cost = cost
    }

    public func cycles(_ phase: Phase) -> Int { rows.filter { $0.phase == phase }.reduce(0) { $0 + $1.cycles } }

    public func seconds(_ phase: Phase) -> Double { Double(cycles(phase)) * Double(clockPeriod) * 1e-12 }

    public func joules(_ phase: Phase) -> Double {
        rows.filter { $0.phase == phase }.reduce(0) { $0 + Double($1.picojoules) } * 1e-12
    }

    /// Mean over all tokens that are made behind the prefill; `nil` when there are none.
    public var tokensPerSecond: Double? { decode == 0 ? nil : Double(decode) / seconds(.decode) }
}
