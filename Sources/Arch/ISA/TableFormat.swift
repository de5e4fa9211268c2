/// Lookup tables as an engine reads them: what an entry is, and how many activations share a table.
public struct TableFormat: Hashable, Sendable {
    /// Activations that a table may have. Two to the power of them are signed sums: above 6 a table is larger than the
    /// multipliers that it replaces.
    public static let lengths = 1...6
    /// Activations that share one scale of `int8Per64` entries.
    public static let sharedScale = 64

    public let entries: BuildTables.Entries
    /// Activations of one table: the K of an LMMA shape.
    public let length: Int

    /// Lengths outside of `lengths` are clamped: whoever reads them from a file reports them, sizes stay finite.
    public init(_ entries: BuildTables.Entries, length: Int) {
        self.entries = entries
        self.length = min(max(length, Self.lengths.lowerBound), Self.lengths.upperBound)
    }

    /// Entries of one table: 2^length signed sums, or the half of them that begins with minus the first activation.
    public var count: Int { 1 << (entries.isFull ? length : length - 1) }
    public var tableBytes: Int { count * entries.bytes }

    /// Tables of a run of activations; the last one is filled up with zeros.
    public func tables(activations: Int) -> Int { activations > 0 ? (activations - 1) / length + 1 : 0 }

    /// Neighbouring tables that share an f32 scale; `nil` for exact entries.
    public var tablesPerScale: Int? {
        switch entries {
        case .exact, .exactFull: nil
        case .int8PerTable, .int8PerTableFull: 1
        case .int8Per64, .int8Per64Full: Self.sharedScale / length
        }
    }

    /// Neighbouring activations that share an f32 scale; `nil` for exact entries.
    public var activationsPerScale: Int? { tablesPerScale.map { $0 * length } }

    /// f32 scales of a row of this many tables.
    public func scaleGroups(tables: Int) -> Int {
        guard let tablesPerScale, tables > 0 else { return 0 }
        return (tables - 1) / tablesPerScale + 1
    }

    /// Why there are no such tables; `nil` when there are.
    public static func problem(_ entries: BuildTables.Entries, length: Int) -> String? {
        guard lengths.contains(length) else {
            return "\(length) activations per table, expected \(lengths.lowerBound) to \(lengths.upperBound)"
        }
        switch entries {
        case .exact, .exactFull, .int8PerTable, .int8PerTableFull: return nil
        case .int8Per64, .int8Per64Full:
            guard sharedScale.isMultiple(of: length) else {
                return "tables of \(length) activations do not divide the \(sharedScale) that share a scale; "
                    + "1, 2 or 4 expected"
            }
            return nil
        }
    }
}
