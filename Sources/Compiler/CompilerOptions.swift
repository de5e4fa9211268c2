/// What a user may ask of the compiler.
public struct CompilerOptions: Hashable, Sendable {
    /// Where lookup tables are built.
    public enum TablePlacement: String, Hashable, Sendable, CaseIterable {
        /// A segment of its own, through DRAM.
        case separate
        /// In the segment that makes the activations; tables go through DRAM.
        case producer
        /// In the segment that multiplies, tile by tile, never in DRAM.
        case consumer
        /// The cheapest by the planner's estimate.
        case automatic
    }
    /// Where tensors between segments lie. Bits do not depend on it.
    public enum Residency: String, Hashable, Sendable, CaseIterable {
        /// In the shared buffer; what does not fit is an error.
        case onChip = "on-chip"
        case dram
        /// In the shared buffer while there is room, else in DRAM.
        case automatic
    }
    /// Joins epilogues, chains of vector operations and table precompute with their neighbours.
    public var fuses: Bool
    public var tablePlacement: TablePlacement
    public var residency: Residency
    /// Allows conversions that lose bits.
    public var allowsLossyConversions: Bool
    /// Every intermediate tensor keeps a range of its own, so that it can be looked at after a run.
    public var keepsIntermediates: Bool
    /// Upper bounds of the tile search, for experiments and tests.
    public var tileLimit: TileLimit

    public struct TileLimit: Hashable, Sendable {
        public var rows: Int
        public var columns: Int
        public var depth: Int
        public init(rows: Int = .max, columns: Int = .max, depth: Int = .max) {
            self.rows = rows
            self.columns = columns
            self.depth = depth
        }
    }

    public init(
        fuses: Bool = true, tablePlacement: TablePlacement = .automatic, residency: Residency = .automatic,
        allowsLossyConversions: Bool = false, keepsIntermediates: Bool = false, tileLimit: TileLimit = TileLimit()
    ) {
        self.fuses = fuses
        self.tablePlacement = tablePlacement
        self.residency = residency
        self.allowsLossyConversions = allowsLossyConversions
        self.keepsIntermediates = keepsIntermediates
        self.tileLimit = tileLimit
    }
}
