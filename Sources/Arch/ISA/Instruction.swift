/// One macro instruction: loops and strides are inside it.
///
/// Before it starts it takes one token from every unit in `waits`; when it has completed it sends one token to every unit
/// in `signals`. There is one counter for each ordered pair of units.
public struct Instruction: Hashable, Sendable {
    /// Index into `Program.nodes`: the graph node that this work belongs to.
    public var node: Int
    public var waits: UnitSet
    public var signals: UnitSet
    /// The operation; fields that `references` names hold their immediates.
    public var body: Body
    /// Fields that depend on parameter registers, in ascending order of fields; mostly none.
    public var references: ParameterReferences

    public init(
        node: Int, waits: UnitSet = [], signals: UnitSet = [], body: Body, references: ParameterReferences = []
    ) {
        self.node = node
        self.waits = waits
        self.signals = signals
        self.body = body
        self.references = references
    }

    public enum Body: Hashable, Sendable {
        case load(Transfer)
        case gather(Gather)
        case fill(Fill)
        case store(Transfer)
        /// Matrix multiply-accumulate on a multiplier engine.
        case mma(Multiply)
        /// Lookup matrix multiply-accumulate (LUT Tensor Core's LMMA).
        case lmma(Multiply, LookupShape)
        case buildTables(BuildTables)
        case elementwise(Elementwise)
        case reduce(Reduce)
    }

    public var unit: Unit {
        switch body {
        case .load, .gather, .fill: .load
        case .store: .store
        case .mma(let multiply), .lmma(let multiply, _): .engine(multiply.engine)
        case .buildTables, .elementwise, .reduce: .vector
        }
    }
}

/// What bytes on the memory interface are for.
public enum Traffic: UInt8, Hashable, Sendable, CaseIterable {
    /// Activations are what is made and read between segments; what the host writes and reads is inputs and outputs.
    case activations, weights, scales, metadata, tables, kv, instructions, inputs, outputs

    public var name: String {
        switch self {
        case .activations: "activations"
        case .weights: "weights"
        case .scales: "scales"
        case .metadata: "metadata"
        case .tables: "tables"
        case .kv: "kv"
        case .instructions: "instructions"
        case .inputs: "inputs"
        case .outputs: "outputs"
        }
    }
}

/// Moves `rowBytes` contiguous bytes per step of a nest of three loops between DRAM or the shared buffer and a scratchpad.
/// `loops[0]` is the outermost. A loop that is not needed has count 1 and strides 0.
public struct Transfer: Hashable, Sendable {
    public struct Loop: InstructionLoop {
        public var count: Int
        /// Bytes, may be zero or negative.
        public var globalStride: Int
        public var localStride: Int
        @inlinable
        public init() { self.init(count: 1) }
        @inlinable
        public init(count: Int, globalStride: Int = 0, localStride: Int = 0) {
            self.count = count
            self.globalStride = globalStride
            self.localStride = localStride
        }
    }
    public var global: GlobalAddress
    public var local: LocalAddress
    public var rowBytes: Int
    public var loops: FixedLoops<3, Loop>
    public var traffic: Traffic

    public init(global: GlobalAddress, local: LocalAddress, rowBytes: Int, loops: [Loop] = [], traffic: Traffic) {
        self.global = global
        self.local = local
        self.rowBytes = rowBytes
        self.loops = FixedLoops(loops)
        self.traffic = traffic
    }

    /// Between DRAM and a scratchpad.
    public init(dram: Int, local: LocalAddress, rowBytes: Int, loops: [Loop] = [], traffic: Traffic) {
        self.init(
            global: GlobalAddress(.dram, dram), local: local, rowBytes: rowBytes, loops: loops, traffic: traffic)
    }

    public var bytes: Int { rowBytes * loops.steps }
}

/// Loads row `i` of `count` from `global + index[i] * rowPitch`, indices being int32 values in a scratchpad.
public struct Gather: Hashable, Sendable {
    public var global: GlobalAddress
    public var rowPitch: Int
    /// Rows of the table: an index outside 0..<rows is a data error.
    public var rows: Int
    public var index: LocalAddress
    public var local: LocalAddress
    public var localStride: Int
    public var rowBytes: Int
    public var count: Int
    public var traffic: Traffic

    public init(
        global: GlobalAddress, rowPitch: Int, rows: Int, index: LocalAddress, local: LocalAddress, localStride: Int,
        rowBytes: Int, count: Int, traffic: Traffic
    ) {
        self.global = global
        self.rowPitch = rowPitch
        self.rows = rows
        self.index = index
        self.local = local
        self.localStride = localStride
        self.rowBytes = rowBytes
        self.count = count
        self.traffic = traffic
    }
}

extension Gather {
    /// From a table in DRAM.
    public init(
        dram: Int, rowPitch: Int, rows: Int, index: LocalAddress, local: LocalAddress, localStride: Int, rowBytes: Int,
        count: Int, traffic: Traffic
    ) {
        self.init(
            global: GlobalAddress(.dram, dram), rowPitch: rowPitch, rows: rows, index: index, local: local,
            localStride: localStride, rowBytes: rowBytes, count: count, traffic: traffic)
    }
}

/// Writes a repeated element into a scratchpad (spatial padding, K tails).
public struct Fill: Hashable, Sendable {
    public struct Loop: InstructionLoop {
        @Narrow public var count: Int
        @Narrow public var stride: Int
        @inlinable
        public init() { self.init(count: 1) }
        @inlinable
        public init(count: Int, stride: Int = 0) {
            self.count = count
            self.stride = stride
        }
    }
    public var local: LocalAddress
    /// Contiguous bytes per step, a multiple of the element.
    public var rowBytes: Int
    public var loops: FixedLoops<3, Loop>
    /// 1, 2 or 4.
    public var elementBytes: Int
    /// Low `elementBytes` bytes, little-endian.
    public var value: UInt32

    public init(local: LocalAddress, rowBytes: Int, loops: [Loop] = [], elementBytes: Int, value: UInt32) {
        self.local = local
        self.rowBytes = rowBytes
        self.loops = FixedLoops(loops)
        self.elementBytes = elementBytes
        self.value = value
    }

    public var bytes: Int { rowBytes * loops.steps }
}
