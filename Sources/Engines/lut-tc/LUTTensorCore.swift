import Arch
import Formats

/// Arrays of lookup units (LUT Tensor Core, arXiv 2408.06003): `m` tables of `k` activations each serve `n` weight
/// columns, one bit plane of the weights per cycle. Tables come from the vector unit (`BuildTables`), signs are folded
/// offline when half tables leave them to the lookup.
public struct LUTTensorCore: DotEngine {
    public enum Tables: String, Hashable, Sendable, CaseIterable {
        case exact
        case int8PerTable = "int8-per-table"
        case int8Per64 = "int8-per-64"
    }

    /// Rows, and so tables, of one array.
    public let m: Int
    /// Columns of one array.
    public let n: Int
    /// Activations of one table, 1 to 6; also the weights of a column that one lookup takes.
    public let k: Int
    public let arrays: Int
    /// f32 scale units of each array.
    public let epilogueLanes: Int
    public let tables: Tables
    /// Half tables and weights with folded signs; else full tables and weights as they are.
    public let symmetric: Bool

    public init(
        m: Int = 2, n: Int = 64, k: Int = 4, arrays: Int = 64, epilogueLanes: Int = 4, tables: Tables = .exact,
        symmetric: Bool = true
    ) {
        self.m = m
        self.n = n
        self.k = k
        self.arrays = arrays
        self.epilogueLanes = epilogueLanes
        self.tables = tables
        self.symmetric = symmetric
    }

    init(_ reader: inout ParameterReader) {
        self.init(
            m: reader.integer("m", default: 2, in: 1...64), n: reader.integer("n", default: 64, in: 1...1024),
            k: reader.integer("k", default: 4, in: TableFormat.lengths),
            arrays: reader.integer("arrays", default: 64, in: 1...4096),
            epilogueLanes: reader.integer("epilogueLanes", default: 4, in: 1...65536),
            tables: reader.choice("tables", default: .exact), symmetric: reader.flag("symmetric", default: true))
        if let problem = TableFormat.problem(entries, length: k) { reader.report("k", problem) }
    }

    public var kind: String { "lut-tc" }
    public var summary: String {
        let entries =
            switch tables {
            case .exact: "exact int16 tables"
            case .int8PerTable: "INT8 tables, a scale per table"
            case .int8Per64: "INT8 tables, a scale per 64 activations"
            }
        return "\(arrays) x M\(m)N\(n)K\(k), \(symmetric ? "" : "full ")\(entries)"
    }

    public var parameters: [EngineParameter] {
        [
            EngineParameter(name: "m", value: "\(m)", meaning: "rows (tables) of one array"),
            EngineParameter(name: "n", value: "\(n)", meaning: "columns of one array"),
            EngineParameter(name: "k", value: "\(k)", meaning: "activations of one table"),
            EngineParameter(name: "arrays", value: "\(arrays)", meaning: "arrays of the engine"),
            EngineParameter(name: "epilogueLanes", value: "\(epilogueLanes)", meaning: "f32 scale units per array"),
            EngineParameter(
                name: "tables", value: tables.rawValue, meaning: "entries: exact int16, or INT8 codes and their scale"),
            EngineParameter(
                name: "symmetric", value: "\(symmetric)",
                meaning: "half tables of \(1 << (k - 1)) entries with the sign folded into the weights; "
                    + "false: full tables of \(1 << k)"),
        ]
    }

    public func peak(weightBits: Int) -> Double { Double(arrays * m * n * k) / Double(weightBits) }
    public var columnBlock: Int { n }
    public var depthBlock: Int { k }

    public var tableFormat: TableFormat? { TableFormat(entries, length: k) }

    private var entries: BuildTables.Entries {
        switch tables {
        case .exact: symmetric ? .exact : .exactFull
        case .int8PerTable: symmetric ? .int8PerTable : .int8PerTableFull
        case .int8Per64: symmetric ? .int8Per64 : .int8Per64Full
        }
    }

    /// The k bits stored for k weight bits of a plane, and back: folded for half tables (its own inverse).
    func stored(_ index: Int) -> Int { symmetric ? LookupTable.fold(index, groupLength: k) : index }

    /// Arrays side by side along N in powers of two that divide them, fewest passes first, then fewest tables to read.
    public func shapes(rows: Int, columns: Int) -> [LookupShape] {
        var ranked: [(passes: Int, shape: LookupShape)] = []
        var width = 1
        while width <= arrays {
            if arrays.isMultiple(of: width) {
                let passes = ceilDivide(rows, m * (arrays / width)) * ceilDivide(columns, n * width)
                ranked.append((passes, LookupShape(m: m, n: n, k: k, arraysAlongColumns: width)))
            }
            width *= 2
        }
        ranked.sort { ($0.passes, $1.shape.arraysAlongColumns) < ($1.passes, $0.shape.arraysAlongColumns) }
        return ranked.map(\.shape)
    }

    /// One array; the others are its copies.
    public var sizeParameter: String { "arrays" }

    public var rtl: RTLBinding {
        RTLBinding(
            top: "lut_tensor_core",
            parameters: [
                "TileM": m, "TileN": n, "TileK": k, "TableEntries": 1 << (symmetric ? k - 1 : k),
                "EntryBits": entryBits, "RoundedEntries": tables == .exact ? 0 : 1, "EpilogueLanes": epilogueLanes,
            ],
            scales: ["TileM", "TileN", "EpilogueLanes"], copies: arrays)
    }

    /// Bits of a stored entry.
    var entryBits: Int { 8 * entries.bytes }

    /// Zero points that the correction multiplier takes.
    public func zeroRange(weightBits: Int) -> ClosedRange<Int> { (1 << weightBits) - 256...256 }
}
