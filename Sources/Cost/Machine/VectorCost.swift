import Arch

/// The vector unit, which has no RTL of its own: each lane a float multiplier, a float adder, a conversion from integers and a
/// dyadic requantiser, all of which have.
public struct VectorCost: Hashable, Sendable {
    public var area: Figure
    public var leakage: Figure
    /// Of an operation on one element; `nil` where no activity was measured.
    public var picojoules: Figure?

    private static let parts = ["float_multiply", "float_add", "integer_to_float", "dyadic_requantise"]
    /// What an operation switches.
    private static let switching = ["float_multiply", "float_add"]

    /// - Returns: `nil` when the library lacks one of the parts.
    init?(lanes: Int, in costs: LibraryCosts) {
        let blocks = Self.parts.compactMap { name in costs.blocks.first { $0.module == name } }
        guard blocks.count == Self.parts.count else { return nil }
        let origin = Origin(
            .estimated, "\(lanes) lanes, each of \(Self.parts.joined(separator: ", ")), \(costs.name)")
        area = Figure(Double(lanes) * blocks.reduce(0) { $0 + $1.areaSquareMicrometres }, origin)
        leakage = Figure(Double(lanes) * blocks.reduce(0) { $0 + $1.leakageNanowatts }, origin)
        let active = blocks.filter { Self.switching.contains($0.module) }.compactMap(\.activity)
        guard active.count == Self.switching.count else { return }
        picojoules = Figure(
            active.reduce(0) { $0 + $1.picojoules / Double(max(1, $1.runs)) },
            Origin(.estimated, "an operation switches \(Self.switching.joined(separator: " and ")) once, gates of \(costs.name)"))
    }
}

/// Table builders of the vector unit, in front of lookup arrays.
public struct TableBuilderCost: Hashable, Sendable {
    public var area: Figure
    public var leakage: Figure
    /// Of one entry of a table.
    public var picojoulesPerEntry: Figure?

    /// - Parameter builders: tables per cycle.
    init?(_ format: TableFormat, builders: Int, in costs: LibraryCosts) {
        let wanted = ["TileK": format.length, "TableEntries": format.count]
        guard let block = costs.blocks.first(where: { $0.module == "lut_table_builder" && $0.hasAll(wanted) }) else {
            return nil
        }
        let origin = Origin(
            .estimated, "\(builders) of \(block.block) (k \(format.length), \(format.count) entries), \(costs.name); selectors not counted")
        area = Figure(Double(builders) * block.areaSquareMicrometres, origin)
        leakage = Figure(Double(builders) * block.leakageNanowatts, origin)
        picojoulesPerEntry = block.activity.map {
            Figure($0.picojoules / Double(max(1, $0.runs) * format.count), origin)
        }
    }
}
