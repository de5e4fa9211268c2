import Formats

/// Builds the lookup tables of rows of activations (docs/numerics.md).
///
/// For each row (two nested loops) a table for each `length` neighbouring activations; those past `elements` are zero.
/// With a selection the activations of a row are those that it keeps, in ascending order.
/// Entry i of a full table is the sum of the activations of its group, activation k counted +1 where bit k of i is set,
/// else -1. A half table is its even entries. Tables of a row are contiguous in the table space; rows follow at
/// `tablePitch`.
public struct BuildTables: Hashable, Sendable {
    public enum Entries: UInt8, Hashable, Sendable, CaseIterable {
        /// int16, exact for 8-bit activations.
        case exact
        case int8PerTable
        case int8Per64
        /// The same three without symmetry: full tables.
        case exactFull, int8PerTableFull, int8Per64Full

        /// Integer sums, without a scale.
        public var isExact: Bool { self == .exact || self == .exactFull }

        /// The entries that symmetry would derive are stored too.
        public var isFull: Bool {
            switch self {
            case .exact, .int8PerTable, .int8Per64: false
            case .exactFull, .int8PerTableFull, .int8Per64Full: true
            }
        }

        /// Bytes of one entry.
        public var bytes: Int { isExact ? 2 : 1 }

        /// What an engine that reads these tables calls them.
        public var activations: Multiply.Activations {
            switch self {
            case .exact: .exactTables
            case .int8PerTable: .tablesPerTable
            case .int8Per64: .tablesPer64
            case .exactFull: .exactFullTables
            case .int8PerTableFull: .fullTablesPerTable
            case .int8Per64Full: .fullTablesPer64
            }
        }
    }
    /// N:M weights whose columns share their positions meet n of every m activations.
    public struct Selection: Hashable, Sendable {
        public var pattern: NOfM
        /// Of the kept activations of a period, the same for all of them in all rows, as `SharedPositionLayout` says.
        public var positions: LocalAddress
        /// Activations that the positions are about; a row may have several such periods, and a part of one at its end.
        public var period: Int
        public init(_ pattern: NOfM, positions: LocalAddress, period: Int) {
            self.pattern = pattern
            self.positions = positions
            self.period = period
        }
    }

    public var source: Operand
    public var outerRows: Multiply.Loop
    public var innerRows: Multiply.Loop
    public var elements: Int
    public var entries: Entries
    /// Activations of one table, 1 to 6.
    public var length: Int
    public var tables: Int
    public var tablePitch: Int
    /// f32 scales [row][group], for INT8 entries.
    public var scales: LocalAddress
    public var scalePitch: Int
    /// Which activations of a row go into its tables; `nil` for all of them.
    public var selection: Selection?

    public init(
        source: Operand, outerRows: Multiply.Loop = .init(), innerRows: Multiply.Loop, elements: Int,
        format: TableFormat, tables: Int, tablePitch: Int, scales: LocalAddress = LocalAddress(.tables, 0),
        scalePitch: Int = 0, selection: Selection? = nil
    ) {
        self.source = source
        self.outerRows = outerRows
        self.innerRows = innerRows
        self.elements = elements
        entries = format.entries
        length = format.length
        self.tables = tables
        self.tablePitch = tablePitch
        self.scales = scales
        self.scalePitch = scalePitch
        self.selection = selection
    }

    public var rows: Int { outerRows.count * innerRows.count }
    public var format: TableFormat { TableFormat(entries, length: length) }
    /// Activations of a row that go into tables; kept ones past the end of their period, or of the row, are zero.
    /// Clamped, because a program file may state any count.
    public var selectedPerRow: Int {
        guard let selection else { return elements }
        let (periods, rest) = selectable.quotientAndRemainder(dividingBy: max(selection.period, 1))
        return periods * keptPerPeriod + selection.pattern.kept(of: rest)
    }
    /// Tables of one row.
    public var tablesPerRow: Int { format.tables(activations: selectedPerRow) }
    /// Bytes of the positions of a selection.
    public var positionBytes: Int {
        selection.map { SharedPositionLayout($0.pattern).bytes(kept: keptPerPeriod) } ?? 0
    }
    /// Positions of a selection.
    public var keptPerPeriod: Int {
        selection.map { $0.pattern.kept(of: min(max($0.period, 1), selectable)) } ?? 0
    }
    private var selectable: Int { min(max(elements, 0), 1 << 40) }
    /// f32 scales of one row.
    public var scalesPerRow: Int { format.scaleGroups(tables: tablesPerRow) }
}
