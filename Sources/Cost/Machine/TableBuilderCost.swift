import Arch

/// Table builders of the vector unit, in front of lookup arrays: as many as make the tables that the vector unit is timed for.
public struct TableBuilderCost: Hashable, Sendable {
    public var area: Figure
    public var leakage: Figure
    /// Of one entry of a table.
    public var picojoulesPerEntry: Figure?
    /// When all builders are busy.
    public var entriesPerCycle: Double

    /// - Returns: `nil` when the library has neither a builder of such tables nor its parts.
    init?(_ format: TableFormat, of vector: VectorUnit, in costs: LibraryCosts) {
        guard let one = TableBuilder(format, in: costs.blocks, of: costs.name) else { return nil }
        let tables = vector.tablesPerCycle(of: format)
        let count = tables.rounded(.up)
        let origin = one.origin(count: Int(count))
        area = Figure(count * one.share * one.sum.figure(\.areaSquareMicrometres).value, origin)
        leakage = Figure(count * one.share * one.sum.figure(\.leakageNanowatts).value, origin)
        picojoulesPerEntry = one.sum.measured { $0.activity?.picojoulesPerRun }.map {
            Figure(one.share * $0.value / Double(format.count), origin)
        }
        entriesPerCycle = tables * Double(format.count)
    }
}
