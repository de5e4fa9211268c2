import Formats

/// accumulators[m][n] (+)= sum over k of activations[m][k] * (weight[n][k] - zero[n][k]), m < rows, n < columns.
///
/// Activation element (m, k): m = (outer row, inner row) and k = (ky, kx, run element) are loop nests over bytes from
/// `activations`, so that a convolution reads its padded image in place. With tables in place of codes (`lmma`) an element
/// is a table: the run counts activations, `LookupShape.k` of which make one table of `TableFormat.tableBytes`.
///
/// Weights lie in the weight space as the engine's `layOut` made them: for the tile's columns in blocks of
/// `Engine.columnBlock`, for each block its K dense (of structured weights, the kept values of its K). Scales and zero
/// points lie beside them as [block][group][column of block].
/// The sum of a row goes to `accumulators + m * accumulatorPitch + 4 n`.
public struct Multiply: Hashable, Sendable {
    public struct Loop: Hashable, Sendable {
        @Narrow public var count: Int
        /// Bytes.
        @Narrow public var stride: Int
        public init(count: Int = 1, stride: Int = 0) {
            self.count = count
            self.stride = stride
        }
    }

    public enum Activations: UInt8, Hashable, Sendable, CaseIterable {
        case int8, uint8
        /// Half tables of exact integer entries of two bytes.
        case exactTables
        /// Half tables of INT8 codes, one f32 scale each.
        case tablesPerTable
        /// Half tables of INT8 codes, one f32 scale per 64 activations.
        case tablesPer64
        /// The same three as full tables.
        case exactFullTables, fullTablesPerTable, fullTablesPer64
        case float16, bfloat16, float8e4m3, float8e5m2, float6e2m3, float6e3m2, float4e2m1
        /// Slots of outlier-victim pairs, a byte each; pairs are neighbours from the start of a run.
        case pairsInt4, pairsFlint4, pairsInt8, pairsInt8E2M5
        case flint4, uflint4

        /// How `BuildTables` makes such tables; `nil` for plain codes.
        public var entries: BuildTables.Entries? {
            switch self {
            case .int8, .uint8, .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1,
                .pairsInt4, .pairsFlint4, .pairsInt8, .pairsInt8E2M5, .flint4, .uflint4:
                nil
            case .exactTables: .exact
            case .tablesPerTable: .int8PerTable
            case .tablesPer64: .int8Per64
            case .exactFullTables: .exactFull
            case .fullTablesPerTable: .int8PerTableFull
            case .fullTablesPer64: .int8Per64Full
            }
        }

        /// What a plain code stands for; `nil` for tables.
        public var codec: Codec? {
            switch self {
            case .int8: .int8
            case .uint8: .uint8
            case .float16: .float16
            case .bfloat16: .bfloat16
            case .float8e4m3: .minifloat(.e4m3)
            case .float8e5m2: .minifloat(.e5m2)
            case .float6e2m3: .minifloat(.e2m3)
            case .float6e3m2: .minifloat(.e3m2)
            case .float4e2m1: .minifloat(.e2m1)
            case .pairsInt4: .outlierVictim(.int4)
            case .pairsFlint4: .outlierVictim(.flint4)
            case .pairsInt8: .outlierVictim(.int8)
            case .pairsInt8E2M5: .outlierVictim(.int8E2M5)
            case .flint4: .flint(.signed)
            case .uflint4: .flint(.unsigned)
            case .exactTables, .tablesPerTable, .tablesPer64, .exactFullTables, .fullTablesPerTable, .fullTablesPer64: nil
            }
        }

        /// Plain codes of a float codec or flint, or of an integer codec that lies in bytes; `nil` when there are none such.
        public init?(_ codec: Codec) {
            let edge: Codec =
                switch codec {
                case .signed(let bits) where bits <= 8: .int8
                case .unsigned(let bits) where bits <= 8: .uint8
                default: codec
                }
            guard let found = Self.allCases.first(where: { $0.codec == edge }) else { return nil }
            self = found
        }

        public var isFloat: Bool { codec?.isFloat ?? false }
        /// Bytes of one plain code.
        public var elementBytes: Int { codec?.edgeBytes ?? 1 }

        public var areTables: Bool { entries != nil }
    }

    public enum Zero: Hashable, Sendable {
        /// One zero point for all weights, in terms of the unsigned code u.
        case immediate(Int)
        /// int16 per column and weight group, in the weight space: [block][group][column].
        case table(offset: Int)
        /// None, but the numbers of a dictionary: f16 [2^weightBits], in the weight space.
        case centroids(offset: Int)
    }

    /// How a stored weight code becomes a value.
    public enum Codes: UInt8, Hashable, Sendable, CaseIterable {
        /// value = u - zero, u being the unsigned code. Two's complement weights laid out offline are stored offset by
        /// 2^(bits-1), and so is their zero point.
        case offset
        /// Odd levels 2u - (2^bits - 1); `zero` is not used.
        case bipolar
        /// value = code - zero, the code being two's complement: operands made at run time (8 bits as compiled).
        case twosComplement
        /// Floats; `zero` is not used.
        case float16, bfloat16, float8e4m3, float8e5m2, float6e2m3, float6e3m2, float4e2m1
        /// Slots of outlier-victim pairs, neighbours along K; `zero` is not used.
        case pairsInt4, pairsFlint4, pairsInt8, pairsInt8E2M5
        /// Flint; `zero` is not used.
        case flint4, uflint4
        /// Indices of the f16 numbers that `zero` says.
        case dictionary

        /// `nil` for integer codes and indices.
        public var floatCodec: Codec? {
            switch self {
            case .offset, .bipolar, .twosComplement, .pairsInt4, .pairsFlint4, .pairsInt8, .pairsInt8E2M5, .flint4, .uflint4,
                .dictionary:
                nil
            case .float16: .float16
            case .bfloat16: .bfloat16
            case .float8e4m3: .minifloat(.e4m3)
            case .float8e5m2: .minifloat(.e5m2)
            case .float6e2m3: .minifloat(.e2m3)
            case .float6e3m2: .minifloat(.e3m2)
            case .float4e2m1: .minifloat(.e2m1)
            }
        }

        /// The format whose slots the codes are; `nil` for codes that stand for themselves.
        public var pairs: OutlierVictimPair? {
            switch self {
            case .pairsInt4: .int4
            case .pairsFlint4: .flint4
            case .pairsInt8: .int8
            case .pairsInt8E2M5: .int8E2M5
            case .offset, .bipolar, .twosComplement, .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3,
                .float6e3m2, .float4e2m1, .flint4, .uflint4, .dictionary:
                nil
            }
        }

        /// The flint format of the codes; `nil` for others.
        public var flint: FlintCodec? {
            switch self {
            case .flint4: .signed
            case .uflint4: .unsigned
            default: nil
            }
        }

        /// The codec that the codes alone tell: of floats, flint and pairs. `nil` for integers of any width and for indices.
        public var codec: Codec? { floatCodec ?? pairs.map { .outlierVictim($0) } ?? flint.map { .flint($0) } }

        /// Codes of a float codec, of flint or of pairs; `nil` for others.
        public init?(_ codec: Codec) {
            guard let found = Self.allCases.first(where: { $0.codec == codec }) else { return nil }
            self = found
        }

        /// Whether zero points are subtracted.
        public var readsZeros: Bool { self == .offset || self == .twosComplement }

        /// What `weightBits` may be.
        ///
        /// Slots of four bits that were made at run time lie one in a byte, as 8 bits.
        public var bitWidths: [Int] {
            if let pairs { return pairs.bits == 4 ? [4, 8] : [8] }
            return self == .dictionary ? Array(WeightDictionary.widths) : codec.map { [$0.bits] } ?? Array(1...8)
        }
    }

    /// Which weights of a column are stored as codes in order of k, and where the others are.
    public enum Structure: Hashable, Sendable {
        /// Every k of the layout has a weight.
        case dense
        /// Of every m k of the layout n have one. Their positions inside the block, ascending, lie in the weight space
        /// at `positions` as `PositionLayout` says. The other weights are zero.
        case nOfM(NOfM, positions: Int)
        /// Of every 16 k as many as their block keeps.
        case mixed(MixedBlocks)
        /// Every k of the layout has a code, and a list holds the weights that have no place in one.
        case outliers(Outliers)

        public var pattern: NOfM? { if case .nOfM(let pattern, _) = self { pattern } else { nil } }
        public var mixed: MixedBlocks? { if case .mixed(let mixed) = self { mixed } else { nil } }
    }

    /// Weights that the stored codes leave out (`OutlierEngine`). How many there are is known before the program runs, and
    /// decides its time.
    public struct Outliers: Hashable, Sendable {
        /// Of the list, in the weight space (`OutlierFormat`).
        @Narrow public var offset: Int
        @Narrow public var count: Int
        /// Place in its run of the tile's first weight.
        @Narrow public var firstPlace: Int
        /// What `firstPlace` can tell.
        public static let placeLimit = 1 << 16
        /// The count is not that of weights, because the graph had none.
        public var isAssumed: Bool
        /// Entries of each part of K that the engine waits for (`OutlierEngine.outlierParts`): a part of
        /// `Program.outlierCounts`. Empty where K is one part.
        public internal(set) var counts: [UInt32]
        /// Index of the first of them in `Program.outlierCounts`.
        @Narrow public var table: Int
        /// How many there are.
        @Narrow public var parts: Int

        public init(
            offset: Int, count: Int, firstPlace: Int = 0, isAssumed: Bool = false, counts: [UInt32] = [], table: Int = 0
        ) {
            self.offset = offset
            self.count = count
            self.firstPlace = firstPlace
            self.isAssumed = isAssumed
            self.counts = counts
            self.table = table
            parts = counts.count
        }

        /// The same list, counted part by part.
        public func counted(_ counts: [Int]) -> Outliers {
            Outliers(
                offset: offset, count: count, firstPlace: firstPlace, isAssumed: isAssumed,
                counts: counts.count > 1 ? counts.map { UInt32(clamping: $0) } : [], table: table)
        }

        /// Entries of a part of K.
        public func count(part: Int) -> Int {
            guard !counts.isEmpty else { return part == 0 ? count : 0 }
            return part < counts.count ? Int(counts[part]) : 0
        }
    }

    public enum ScaleFormat: UInt8, Hashable, Sendable, CaseIterable {
        case float32, float16
        public var bytes: Int { self == .float32 ? 4 : 2 }
    }

    /// How the sums leave the engine.
    public enum Output: Hashable, Sendable {
        /// Exact int32.
        case integer
        /// f32, segment by segment (docs/numerics.md, products grouped along K). Without any scale a product of floats adds
        /// its blocks straight to the accumulators.
        case scaled(weights: WeightScales?, activations: ActivationScales?)
    }

    public struct WeightScales: Hashable, Sendable {
        /// Consecutive k that share a scale; the last group may be short.
        @Narrow public var group: Int
        public var format: ScaleFormat
        /// In the weight space: [block][group][column].
        @Narrow public var offset: Int
        /// The weights themselves are scaled, and rounded, in front of the multipliers (`dequantise-first`); else the sum
        /// of every group is.
        public var scalesWeights: Bool
        public init(group: Int, format: ScaleFormat, offset: Int, scalesWeights: Bool = false) {
            self.group = group
            self.format = format
            self.offset = offset
            self.scalesWeights = scalesWeights
        }
    }

    public struct ActivationScales: Hashable, Sendable {
        @Narrow public var group: Int
        /// f32 [row][group]
        public var local: LocalAddress
        @Narrow public var rowPitch: Int
        public init(group: Int, local: LocalAddress, rowPitch: Int) {
            self.group = group
            self.local = local
            self.rowPitch = rowPitch
        }
    }

    /// Index of the engine in the machine.
    @Narrow public var engine: Int
    public var activations: LocalAddress
    public var activationFormat: Activations
    /// Of int8 and uint8 codes, how many of their lowest bits count: 1 to 8, the others being copies of the sign, or
    /// zero, that no engine looks at. Engines that work digit by digit take less time for fewer. 8 for all other formats.
    @Narrow public var activationBits: Int
    public var outerRows: Loop
    public var innerRows: Loop
    public var ky: Loop
    public var kx: Loop
    /// Contiguous activations per (ky, kx).
    @Narrow public var run: Int
    @Narrow public var weights: Int
    /// 1 to 8; of floats their bits.
    @Narrow public var weightBits: Int
    public var codes: Codes
    public var structure: Structure
    public var zero: Zero
    @Narrow public var columns: Int
    @Narrow public var accumulators: Int
    @Narrow public var accumulatorPitch: Int
    /// Adds to what the accumulators hold instead of replacing it.
    public var accumulate: Bool
    public var output: Output

    public init(
        engine: Int, activations: LocalAddress, activationFormat: Activations, activationBits: Int = 8,
        outerRows: Loop = Loop(), innerRows: Loop,
        ky: Loop = Loop(), kx: Loop = Loop(), run: Int, weights: Int, weightBits: Int, codes: Codes,
        structure: Structure = .dense, zero: Zero, columns: Int, accumulators: Int, accumulatorPitch: Int, accumulate: Bool,
        output: Output
    ) {
        self.engine = engine
        self.activations = activations
        self.activationFormat = activationFormat
        self.activationBits = activationBits
        self.outerRows = outerRows
        self.innerRows = innerRows
        self.ky = ky
        self.kx = kx
        self.run = run
        self.weights = weights
        self.weightBits = weightBits
        self.codes = codes
        self.structure = structure
        self.zero = zero
        self.columns = columns
        self.accumulators = accumulators
        self.accumulatorPitch = accumulatorPitch
        self.accumulate = accumulate
        self.output = output
    }

    /// Integer codes whose width may be less than their byte.
    public static func takesNarrowActivations(_ format: Activations) -> Bool { format == .int8 || format == .uint8 }

    /// Scales of the weights that are applied before the products; `nil` without.
    public var operandScales: WeightScales? {
        if case .scaled(let scales?, _) = output, scales.scalesWeights { scales } else { nil }
    }

    /// Weights that the codes leave out; `nil` when every weight has a code.
    public var outliers: Outliers? { if case .outliers(let list) = structure { list } else { nil } }

    /// Where the numbers of a dictionary are; `nil` without one.
    public var centroids: Int? { if case .centroids(let offset) = zero { offset } else { nil } }

    public var rows: Int { outerRows.count * innerRows.count }
    /// K of this instruction, counting every activation of every run.
    public var depth: Int { ky.count * kx.count * run }
}

/// The LMMA family member and how the machine's arrays are arranged for one instruction.
public struct LookupShape: Hashable, Sendable {
    /// Tile of one array: rows, columns, activations per table.
    @Narrow public var m: Int
    @Narrow public var n: Int
    @Narrow public var k: Int
    /// Of the engine's arrays, this many lie side by side along N; the rest along M.
    @Narrow public var arraysAlongColumns: Int

    public init(m: Int, n: Int, k: Int, arraysAlongColumns: Int) {
        self.m = m
        self.n = n
        self.k = k
        self.arraysAlongColumns = arraysAlongColumns
    }
}
