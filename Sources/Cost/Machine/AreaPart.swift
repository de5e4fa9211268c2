/// A part of a machine: its area, and what it leaks.
public struct AreaPart: Hashable, Sendable {
    public var name: String
    public var area: Figure
    public var leakageNanowatts: Figure

    /// Whole square micrometres, so that parts sum to totals exactly.
    public var squareMicrometres: Int { Int(area.value.rounded()) }
}
