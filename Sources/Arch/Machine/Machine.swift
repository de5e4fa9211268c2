/// A description of one accelerator: DRAM, an optional shared buffer, one core or several in lockstep, their units and
/// memories. Made by a preset or read from a machine file.
public struct Machine: Hashable, Sendable {
    public var name: String
    public var summary: String
    /// Picoseconds per core cycle.
    public var clockPeriod: Int
    public var memory: MemoryChannel
    public var sharedBuffer: SharedBuffer?
    /// Cores that execute one program in lockstep, the columns of every product dealt over them (docs/architecture.md).
    public var cores: Int
    public var frontEnd: FrontEnd
    /// Weights and accumulators of all cores together, since columns are dealt; activations of each, since all have them.
    public var scratchpads: Scratchpads
    public var vector: VectorUnit
    /// One or two engines; the first takes the linears it supports.
    public var engines: [EngineSpecification]

    public init(
        name: String, summary: String, clockPeriod: Int, memory: MemoryChannel, sharedBuffer: SharedBuffer? = nil,
        cores: Int = 1, frontEnd: FrontEnd, scratchpads: Scratchpads, vector: VectorUnit,
        engines: [EngineSpecification]
    ) {
        self.name = name
        self.summary = summary
        self.clockPeriod = clockPeriod
        self.memory = memory
        self.sharedBuffer = sharedBuffer
        self.cores = cores
        self.frontEnd = frontEnd
        self.scratchpads = scratchpads
        self.vector = vector
        self.engines = engines
    }
}

/// A DRAM interface seen as a stream of equal bursts: the simple channel model (no banks, rows or refresh yet).
public struct MemoryChannel: Hashable, Sendable {
    /// Name of the standard and speed, for reports (`LPDDR5-6400 x64`).
    public var standard: String
    /// Bytes of one burst, the smallest access.
    public var burstBytes: Int
    /// Picoseconds between bursts at full rate.
    public var burstPeriod: Int
    /// The share of the bursts at full rate that a stream of requests gets in practice, in percent: rows, refresh and
    /// turn-arounds, which are not modelled one by one, take the rest.
    public var efficiency: Int
    /// Picoseconds from the burst's slot on the channel to its data at the core (loads) or its completion (stores).
    public var latency: Int
    public var capacity: Int

    public init(
        standard: String, burstBytes: Int, burstPeriod: Int, efficiency: Int = 100, latency: Int, capacity: Int
    ) {
        self.standard = standard
        self.burstBytes = burstBytes
        self.burstPeriod = burstPeriod
        self.efficiency = efficiency
        self.latency = latency
        self.capacity = capacity
    }

    /// Picoseconds between the slots of the channel: of bursts at the rate that is left of the full one, rounded up.
    public var slotPeriod: Int { (burstPeriod * 100 + efficiency - 1) / max(efficiency, 1) }

    /// Bytes per second in practice.
    public var bandwidth: Double { Double(burstBytes) / Double(slotPeriod) * 1e12 }
}

/// Fetches instructions in order from DRAM and sends one per cycle to the queue of its unit.
public struct FrontEnd: Hashable, Sendable {
    /// Instructions asked for by one fetch.
    public var fetchInstructions: Int
    /// Instructions fetched and not yet dispatched, at most.
    public var bufferInstructions: Int
    /// Entries of each unit's queue.
    public var queueDepth: Int

    public init(fetchInstructions: Int, bufferInstructions: Int, queueDepth: Int) {
        self.fetchInstructions = fetchInstructions
        self.bufferInstructions = bufferInstructions
        self.queueDepth = queueDepth
    }
}

/// Bytes of each scratchpad.
public struct Scratchpads: Hashable, Sendable {
    public var activations: Int
    public var weights: Int
    public var tables: Int
    public var accumulators: Int

    public init(activations: Int, weights: Int, tables: Int, accumulators: Int) {
        self.activations = activations
        self.weights = weights
        self.tables = tables
        self.accumulators = accumulators
    }

    public subscript(space: Space) -> Int {
        switch space {
        case .activations: activations
        case .weights: weights
        case .tables: tables
        case .accumulators: accumulators
        }
    }
    public var total: Int { activations + weights + tables + accumulators }
}

/// The vector unit: lanes of 32 bits, one operation class at a time, pipelined.
public struct VectorUnit: Hashable, Sendable {
    /// Of all cores together: elements are dealt over them, and every core gets all results.
    public var lanes: Int
    /// Cycles between lane groups: add, multiply, compare, convert, copy.
    public var simpleInterval: Int
    /// Division and reciprocal.
    public var divideInterval: Int
    /// exp, log, rsqrt, erf, sin, cos, tanh, sigmoid and what is built on them.
    public var elementaryInterval: Int
    /// Table builders: each finishes a half table of four activations per cycle (exact entries); other lengths take
    /// `builderTurns(of:)` of its cycles.
    public var tablesPerCycle: Int
    /// Activations that the selectors in front of a table builder pick per cycle for the tables of N:M weights.
    public var selectionsPerBuilder: Int
    /// Pipeline registers from the first read to the first write.
    public var pipelineStages: Int

    public init(
        lanes: Int, simpleInterval: Int, divideInterval: Int, elementaryInterval: Int, tablesPerCycle: Int,
        selectionsPerBuilder: Int = VectorUnit.treesPerBuilder, pipelineStages: Int
    ) {
        self.lanes = lanes
        self.simpleInterval = simpleInterval
        self.divideInterval = divideInterval
        self.elementaryInterval = elementaryInterval
        self.tablesPerCycle = tablesPerCycle
        self.selectionsPerBuilder = selectionsPerBuilder
        self.pipelineStages = pipelineStages
    }
}

/// Which engine, with the parameters that differ from its defaults, as a machine file states them.
public struct EngineSpecification: Hashable, Sendable {
    public enum Value: Hashable, Sendable {
        case integer(Int)
        case text(String)
        case flag(Bool)
    }
    public var kind: String
    public var parameters: [String: Value]

    public init(kind: String, parameters: [String: Value] = [:]) {
        self.kind = kind
        self.parameters = parameters
    }
}

/// A machine with its engines built: what compiler, golden model and simulator work on.
public struct Target: Sendable {
    public var machine: Machine
    public var engines: [any Engine]

    public init(machine: Machine, engines: [any Engine]) {
        self.machine = machine
        self.engines = engines
    }
}
