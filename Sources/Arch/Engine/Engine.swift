import Formats

/// A matrix engine: a value with parameters. It knows its exact arithmetic, how its weights are stored, how long an
/// instruction takes and what it counts for energy. Engines live in `Sources/Engines`, one folder each.
public protocol Engine: Sendable {
    /// The catalogue's name (`mac`, `lut-tc`).
    var kind: String { get }
    /// One line for listings, with the main parameters (`64 x M2N64K4, exact int16 tables`).
    var summary: String { get }
    /// What a machine file may set, with the values in force; name, value, meaning.
    var parameters: [EngineParameter] { get }

    /// Peak multiply-accumulates per cycle with weights of this many bits and activations of eight.
    func peak(weightBits: Int) -> Double
    /// The same with narrower activation codes, which make a difference to engines that work digit by digit.
    func peak(weightBits: Int, activationBits: Int) -> Double
    /// Columns of one block of the weight layout; N is padded to whole blocks.
    var columnBlock: Int { get }
    /// K granule of the weight layout: every run of activations is padded to a multiple of it with zero codes.
    var depthBlock: Int { get }
    /// Of the tables, built by the vector unit, that the engine reads instead of codes; their length is `depthBlock`.
    var tableFormat: TableFormat? { get }
    /// Arrangements of the arrays for `lmma`, best first for `rows` x `columns`; empty for engines without.
    func shapes(rows: Int, columns: Int) -> [LookupShape]

    func support(_ format: ProductFormat) -> Support
    /// Greatest magnitude that a partial sum of integer codes may reach inside one instruction (and one segment of scales)
    /// for its result to be exact; `nil` when any sum that fits int32 is.
    var exactSumLimit: Int? { get }

    /// k of a part of a segment behind which an engine with an `exactSumLimit` adds its sums of codes as int32, so that a
    /// scale group may be longer than the limit allows; `nil` when it scales what it has summed.
    var exactPartDepth: Int? { get }

    /// Whether weights may keep an N of their own in every block of 16 k by 16 columns.
    var takesMixedBlocks: Bool { get }

    /// Whether a unit in front of the multipliers makes f16 operands of integer weights and their scales.
    var dequantisesFirst: Bool { get }

    /// Stored bytes of one column block over `depth` (a multiple of `depthBlock`) k.
    func weightBytes(depth: Int, weightBits: Int) -> Int
    /// Stored weights: column blocks one after the other, each `weightBytes(depth:weightBits:)` long, so that a range of k
    /// (in whole granules) of one block is contiguous. `codes` is [columns][depth] of unsigned codes, one byte each (codes
    /// of more than 8 bits: two, little-endian); missing columns are zero codes. Of structured weights these are the codes
    /// that are kept, and `depth` counts them; `PositionLayout` says how their positions lie.
    func layOut(codes: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8]
    /// The inverse of `layOut`.
    func codes(laidOut: [UInt8], columns: Int, depth: Int, weightBits: Int) -> [UInt8]

    /// Cycles of one instruction when nothing stalls it. Addresses do not matter, nor do they to `activity`.
    func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming
    /// Events of one instruction, for energy.
    func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int]

    /// What the hardware does, step by step: the model that RTL is compared with.
    func multiplyStructurally(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory)
    /// The same bits, at speed.
    func multiply(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory)
    /// The same with the weights decoded, for as long as these are what the weight space holds for the instruction; `nil` where
    /// nothing is gained, and where the store has no room.
    func decoded(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory, store: DecodedStore) -> DecodedMultiply?

    /// Name of the RTL top module and its parameters.
    var rtl: RTLBinding { get }
    /// The whole number of a machine file that makes the engine larger and leaves it what it is.
    var sizeParameter: String { get }
}

extension Engine {
    public func decoded(
        _ multiply: Multiply, shape: LookupShape?, memory: CoreMemory, store: DecodedStore
    ) -> DecodedMultiply? { nil }

    public var exactSumLimit: Int? { nil }
    public var exactPartDepth: Int? { nil }
    public var dequantisesFirst: Bool { false }
    public var takesMixedBlocks: Bool { false }
    public var sizeParameter: String { "columns" }

    /// Why the engine refuses mixed blocks, where it does not refuse the same product with dense weights.
    public func mixRefusal(_ format: ProductFormat) -> String? {
        var dense = format
        dense.mix = nil
        let answer = answer(format)
        guard case .unsupported(let reason) = answer, answer != self.answer(dense) else { return nil }
        return reason
    }

    /// What the engine says of a product: `support`, after what no engine has to think of by itself.
    public func answer(_ format: ProductFormat) -> Support {
        if let mix = format.mix, !takesMixedBlocks {
            return .unsupported(reason: "weights are \(mix.name), here all blocks of a weight keep as many values")
        }
        return support(format)
    }
    public func peak(weightBits: Int, activationBits: Int) -> Double { peak(weightBits: weightBits) }
}

public struct EngineParameter: Hashable, Sendable {
    public var name: String
    public var value: String
    public var meaning: String
    public init(name: String, value: String, meaning: String) {
        self.name = name
        self.value = value
        self.meaning = meaning
    }
}

/// What a product asks of an engine.
public struct ProductFormat: Hashable, Sendable {
    public var activations: Codec
    public var weights: Codec
    /// The weights are produced at run time (attention) instead of being folded offline.
    public var runtimeWeights: Bool
    /// Zero point other than zero on the activations (of static operands it is folded into the bias).
    public var activationZero: Bool
    /// N:M structure of the weights; `nil` when they are dense.
    public var structure: NOfM?
    /// Neighbouring columns that keep the same positions of every block; 1 when each keeps its own.
    public var sharedColumns: Int
    /// N of every block of the weights; `nil` when it is not block by block.
    public var mix: BlockMix?
    /// How the product is summed where an operand is a float.
    public var contract: DotContract
    /// Bits of an index where the weights have a dictionary; `nil` where they have none.
    public var dictionaryBits: Int?

    public init(
        activations: Codec, weights: Codec, runtimeWeights: Bool = false, activationZero: Bool = false,
        structure: NOfM? = nil, sharedColumns: Int = 1, mix: BlockMix? = nil, contract: DotContract = .blocked16,
        dictionaryBits: Int? = nil
    ) {
        self.activations = activations
        self.weights = weights
        self.runtimeWeights = runtimeWeights
        self.activationZero = activationZero
        self.structure = structure
        self.sharedColumns = sharedColumns
        self.mix = mix
        self.contract = contract
        self.dictionaryBits = dictionaryBits
    }
}

public enum Support: Hashable, Sendable {
    case native
    /// Which conversion makes it run, and whether bits are lost.
    case viaConversion(Conversion)
    case unsupported(reason: String)
}

public enum Conversion: Hashable, Sendable {
    /// The lookup tables are quantised to INT8: lossy.
    case quantisedTables(TableQuantisation)
    /// Float operands that the multipliers do not take are rounded to this codec: lossy.
    case roundedOperands(Codec)
    /// Integer weights are scaled and rounded to this codec in front of the multipliers, and wider floats rounded to it:
    /// lossy.
    case dequantisedWeights(Codec)
    /// Products are summed by this contract, and float operands wider than f16 are rounded to it: lossy.
    case roundedProducts(DotContract)
    /// Integer codes are encoded as outlier-victim pairs: lossy.
    case outlierVictimPairs(activations: OutlierVictimPair, weights: OutlierVictimPair, PairRules)
    /// Integer codes of more than four bits become four-bit codes: activations of the codec given (`nil` when they stay),
    /// weights int4 or flint4 by their values: lossy.
    case fourBitCodes(activations: Codec?, weights: Bool)

    /// Weights become numbers of a dictionary with indices of this many bits, but for outliers, whose density under the normal
    /// distribution of the tensor has a lesser natural logarithm; products are summed by centroid: lossy.
    case dictionaryWeights(bits: Int, logProbability: Int)

    public var isLossless: Bool { false }
}

/// A module of `rtl/`, and how many of it an engine has.
public struct RTLBinding: Hashable, Sendable {
    public var top: String
    public var parameters: [String: Int]
    /// The parameters that say how large it is: what it has grows with each of them, and with the product of the first two.
    public var scales: [String]
    public var copies: Int

    public init(
        top: String, parameters: [String: Int], scales: [String] = ["Rows", "Columns", "EpilogueLanes"], copies: Int = 1
    ) {
        self.top = top
        self.parameters = parameters
        self.scales = scales
        self.copies = copies
    }
}
