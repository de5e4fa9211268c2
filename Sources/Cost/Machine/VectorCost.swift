import Arch

/// The vector unit, which has no RTL of its own: each lane a float multiplier, a float adder, a conversion from integers and a
/// dyadic requantiser, all of which have.
public struct VectorCost: Hashable, Sendable {
    public var area: Figure
    public var leakage: Figure
    /// Of an operation on one element; `nil` where no activity was measured.
    public var picojoules: Figure?

    static let lane = [
        BlockPart("float_multiply"), BlockPart("float_add"), BlockPart("integer_to_float"), BlockPart("dyadic_requantise"),
    ]
    /// What an operation switches.
    private static let switching = [BlockPart("float_multiply"), BlockPart("float_add")]

    /// - Parameter lane: of one lane.
    static func origin(_ lane: Origin, lanes: Int) -> Origin { Origin(.estimated, "\(lanes) lanes, each of \(lane.text)") }

    /// - Returns: `nil` when the library lacks one of the parts.
    init?(lanes: Int, in costs: LibraryCosts) {
        guard let lane = BlockSum(Self.lane, in: costs), let active = BlockSum(Self.switching, in: costs) else { return nil }
        let origin = Self.origin(lane.origin, lanes: lanes)
        area = Figure(Double(lanes) * lane.figure(\.areaSquareMicrometres).value, origin)
        leakage = Figure(Double(lanes) * lane.figure(\.leakageNanowatts).value, origin)
        picojoules = active.measured { $0.activity?.picojoulesPerRun }.map {
            Figure($0.value, Origin(.estimated, "an operation switches \(active.origin.text) once each"))
        }
    }
}
