import Arch
import Cost
import Sim

/// Everything that a report prints: facts only, no formatting.
public struct RunReport: Sendable {
    public var program: Program
    public var target: Target
    public var timing: Timing
    /// What the compiler says about each segment (tile, arrangement), in order.
    public var notes: [String]
    public var outputs: [OutputRecord]
    public var check: CheckRecord?
    public var accuracy: AccuracyRecord?
    /// What cycles depend on and the graph did not tell.
    public var assumptions: [String]
    /// The length that all others of a bucket are padded to.
    public var padding: PaddedLength?
    /// Tensors that the compiler encodes anew for an engine.
    public var conversions: [ConversionRecord]
    /// Of the machine; with it the report has area and energy.
    public var cost: MachineCost?

    public init(
        program: Program, target: Target, timing: Timing, notes: [String] = [], outputs: [OutputRecord] = [],
        check: CheckRecord? = nil, accuracy: AccuracyRecord? = nil, padding: PaddedLength? = nil,
        assumptions: [String] = [], conversions: [ConversionRecord] = []
    ) {
        self.program = program
        self.target = target
        self.timing = timing
        self.notes = notes
        self.outputs = outputs
        self.check = check
        self.accuracy = accuracy
        self.padding = padding
        self.assumptions = assumptions
        self.conversions = conversions
    }
}

extension RunReport {
    /// Energy of the run by row and part; `nil` without costs.
    public var energy: EnergyAccount? { cost.map { EnergyAccount(timing, on: target, $0) } }

    /// Of the datapath at its peak, whatever was run; `nil` without costs of all of it.
    public var datapathPower: DatapathPower? { cost.flatMap { DatapathPower(target, $0) } }

    /// Where each area and energy comes from; empty without costs.
    public var explanation: String { costText?.explanation ?? "" }

    var costText: CostTableText? {
        cost.map { CostTableText(cost: $0, energy: energy, seconds: timing.seconds) }
    }
}

/// An open dimension of the graph: work is that of `length`, whatever the register holds.
public struct PaddedLength: Hashable, Sendable {
    public var name: String
    public var length: Int

    public init(name: String, length: Int) {
        self.name = name
        self.length = length
    }
}

/// The values of one graph output.
public struct OutputRecord: Hashable, Sendable {
    public var name: String
    public var shape: [Int]
    public var codec: String
    /// SHA-256 of the elements in row-major order, little-endian (the `.npy` file without its header), in hexadecimal.
    public var sha256: String

    public init(name: String, shape: [Int], codec: String, sha256: String) {
        self.name = name
        self.shape = shape
        self.codec = codec
        self.sha256 = sha256
    }
}

/// Comparison of the executed program with the reference evaluator.
public struct CheckRecord: Hashable, Sendable {
    /// The first element, in order of the graph's nodes, that is not the same.
    public struct Difference: Hashable, Sendable {
        public var node: String
        public var tensor: String
        public var index: [Int]
        public var expected: String
        public var got: String
        /// Elements of this tensor that differ.
        public var count: Int

        public init(node: String, tensor: String, index: [Int], expected: String, got: String, count: Int) {
            self.node = node
            self.tensor = tensor
            self.index = index
            self.expected = expected
            self.got = got
            self.count = count
        }
    }

    /// Distance of an output from that of the original graph, when conversions lose bits.
    public struct Fidelity: Hashable, Sendable {
        public var output: String
        /// 10 log10 (sum of squares / sum of squared differences); `nil` when nothing differs.
        public var decibels: Double?

        public init(output: String, decibels: Double?) {
            self.output = output
            self.decibels = decibels
        }
    }

    /// Compared tensors.
    public var outputs: Int
    public var edges: Int
    public var states: Int
    /// Tensors that never leave the core, so that only what follows from them is compared.
    public var onCore: Int
    public var difference: Difference?
    /// Empty when the executed graph is the original one.
    public var fidelity: [Fidelity]

    public init(
        outputs: Int, edges: Int, states: Int, onCore: Int, difference: Difference? = nil, fidelity: [Fidelity] = []
    ) {
        self.outputs = outputs
        self.edges = edges
        self.states = states
        self.onCore = onCore
        self.difference = difference
        self.fidelity = fidelity
    }
}

/// Top-1 accuracy over a labelled data set.
public struct AccuracyRecord: Hashable, Sendable {
    public var examples: Int
    /// Rightly classified by the executed program.
    public var correct: Int
    /// Rightly classified by the reference evaluator, when that was asked for.
    public var referenceCorrect: Int?
    /// Examples per run of the program; the last run may have fewer.
    public var batch: Int

    public init(examples: Int, correct: Int, referenceCorrect: Int?, batch: Int) {
        self.examples = examples
        self.correct = correct
        self.referenceCorrect = referenceCorrect
        self.batch = batch
    }
}
