import Arch
import Formats

/// Chains of DSP48E2s, as in the matrix engine of FlightLLM (arXiv 2401.03868): every chain computes two dot products of
/// `chainLength` steps of K per cycle, of two rows of activations with one column of weights.
///
/// Weights leave the on-chip dequantise unit as 9-bit numbers u - zero. Sums along the chain stay within the lanes of
/// `ActivationPair` because overflow adjust units cut the chain where the operands of an instruction demand it.
public struct DSPChain: DenseWeightEngine, LockstepEngine {
    /// DSPs between two places where a chain can be cut: a DSP group of the paper.
    public static let groupLength = 2

    /// Rows of activations at once when a matrix multiplies (pM), two per DSP.
    public let rows: Int
    /// DSPs of a chain (pK).
    public let chainLength: Int
    /// Columns at once when a matrix multiplies (pN).
    public let columns: Int
    /// Columns at once of the arrangement for one pair of rows (pN of the vector mode).
    public let vectorColumns: Int
    /// Sums that leave per cycle, through f32 scale units or as they are.
    public let epilogueLanes: Int
    /// The chains have overflow adjust units.
    public let adjusts: Bool
    /// The most DSPs between two adjust units in use.
    public let adjustDepth: Int
    /// Bits of the lower lane that an adjust unit hands on.
    public let lspBits: Int
    /// Inputs of the sparse multiplexer in front of every DSP: the greatest m of N:M structured weights; 1 is a chain
    /// without multiplexers.
    public let selectorInputs: Int
    /// Reduction nodes can cut a chain for N:M weights, so that its parts take columns of their own.
    public let splits: Bool
    /// Whether operands of 4 bits go by fours.
    public let packing: INT4Packing
    /// Cores that each have such an engine and share the columns.
    public internal(set) var cores = 1

    /// `rows`, `chainLength` and `adjustDepth` even, `vectorColumns` at most rows / 2 * columns, `lspBits` in 1...9.
    public init(
        rows: Int = 128, chainLength: Int = 16, columns: Int = 2, vectorColumns: Int = 64, epilogueLanes: Int = 64,
        adjusts: Bool = true, adjustDepth: Int = 8, lspBits: Int = 9, selectorInputs: Int = 16, splits: Bool = true,
        packing: INT4Packing = .off
    ) {
        self.rows = rows
        self.chainLength = chainLength
        self.columns = columns
        self.vectorColumns = vectorColumns
        self.epilogueLanes = epilogueLanes
        self.adjusts = adjusts
        self.adjustDepth = adjustDepth
        self.lspBits = lspBits
        self.selectorInputs = selectorInputs
        self.splits = splits
        self.packing = packing
    }

    init(_ reader: inout ParameterReader) {
        let rows = reader.even("rows", default: 128, in: 2...1024)
        let columns = reader.integer("columns", default: 2, in: 1...1024)
        let vectorColumns = reader.integer("vectorColumns", default: min(64, rows / 2 * columns), in: 1...1024)
        if vectorColumns > rows / 2 * columns {
            reader.report(
                "vectorColumns", "is \(vectorColumns), but \(rows) rows and \(columns) columns make \(rows / 2 * columns) chains")
        }
        self.init(
            rows: rows, chainLength: reader.even("chainLength", default: 16, in: 2...256), columns: columns,
            vectorColumns: vectorColumns, epilogueLanes: reader.integer("epilogueLanes", default: 64, in: 1...1024),
            adjusts: reader.flag("overflowAdjust", default: true),
            adjustDepth: reader.even("adjustDepth", default: 8, in: 2...256),
            lspBits: reader.integer("lspBits", default: 9, in: 1...9),
            selectorInputs: reader.integer("selectorInputs", default: 16, in: 1...32),
            splits: reader.flag("reductionNodes", default: true),
            packing: reader.choice("int4Packing", default: .off))
    }

    public var kind: String { "dsp-chain" }
    public var summary: String {
        (cores == 1 ? "" : "\(cores) x ") + "\(slices) DSP48E2 in chains of \(chainLength), int8 pairs, \(rows)x\(columns) or 2x\(vectorColumns)"
            + (packing == .quad ? ", int4 quads" : "") + (adjusts ? "" : ", lanes not adjusted")
    }
    public var parameters: [EngineParameter] {
        [
            EngineParameter(name: "rows", value: "\(rows)", meaning: "rows at once for matrices (pM), two per DSP48E2"),
            EngineParameter(name: "columns", value: "\(columns)", meaning: "columns at once for matrices (pN)"),
            EngineParameter(
                name: "vectorColumns", value: "\(vectorColumns)", meaning: "columns at once for one pair of rows"),
            EngineParameter(name: "chainLength", value: "\(chainLength)", meaning: "DSP48E2s of a chain, steps of K (pK)"),
            EngineParameter(name: "epilogueLanes", value: "\(epilogueLanes)", meaning: "sums that leave per cycle"),
            EngineParameter(
                name: "overflowAdjust", value: "\(adjusts)", meaning: "chains have overflow adjust units"),
            EngineParameter(
                name: "adjustDepth", value: "\(adjustDepth)", meaning: "most DSP48E2s between two adjust units in use"),
            EngineParameter(
                name: "lspBits", value: "\(lspBits)", meaning: "bits of the lower lane that an adjust unit hands on"),
            EngineParameter(
                name: "selectorInputs", value: "\(selectorInputs)",
                meaning: "activations that a DSP48E2 selects from for N:M structured weights, 1 without multiplexers"),
            EngineParameter(
                name: "reductionNodes", value: "\(splits)",
                meaning: "N:M structured weights cut a chain into parts, each with a column of its own"),
            EngineParameter(
                name: "int4Packing", value: packing.rawValue,
                meaning: "quad: operands of 4 bits share a DSP48E2 by fours; off: by pairs, as all others"),
        ]
    }

    /// DSP48E2s of one core.
    public var slices: Int { rows / 2 * columns * chainLength }
    public func peak(weightBits: Int) -> Double { Double(2 * slices * cores) }
    public func peak(weightBits: Int, activationBits: Int) -> Double {
        let bits = max(weightBits, activationBits)
        return packing == .quad && bits <= WeightQuad.weightBits ? 2 * peak(weightBits: weightBits) : peak(weightBits: weightBits)
    }
    public var columnBlock: Int { vectorColumns * cores }
    public var takesMixedBlocks: Bool { true }

    /// Which arrangement it is, and how long sections are, an instruction tells.
    public var sizeParameter: String { "rows" }

    public var rtl: RTLBinding {
        RTLBinding(
            top: "dsp_chain_array",
            parameters: [
                "Rows": rows, "Columns": columns, "VectorColumns": vectorColumns, "ChainLength": chainLength,
                "EpilogueLanes": epilogueLanes,
                "OverflowAdjust": adjusts ? 1 : 0, "LSPBits": lspBits, "SelectorInputs": selectorInputs,
                "ReductionNodes": splits ? 1 : 0, "Int4Packing": packing == .quad ? 1 : 0,
                "MixedBlocks": mixesBlocks ? 1 : 0,
            ],
            copies: cores)
    }

    /// At speed where the chain provably computes exact sums; where lanes may wrap, as the structure does.
    public func product(_ multiply: Multiply, memory: CoreMemory) -> DotInstruction? {
        guard isExact(multiply, memory: memory) else { return nil }
        guard let mixed = multiply.structure.mixed else {
            return DotProduct(codes: multiply, memory: memory, columnBlock: columnBlock).instruction
        }
        return DotProduct(mixed: mixed, multiply, memory: memory, columnBlock: columnBlock).instruction
    }
}
