/// Why a unit is busy, each term a named part of an instruction's cycles.
public enum BusyTerm: UInt8, Hashable, Sendable, CaseIterable, Comparable {
    /// Work at the unit's peak rate.
    case ideal
    /// Rows, columns or depth of the unit that the operand does not fill.
    case raggedEdges
    /// Filling before the first and draining after the last useful step.
    case fillAndDrain
    /// Building lookup tables.
    case tablePrecompute
    /// Scaling sums to f32 where it cannot hide behind the products.
    case epilogue
    /// Outliers where they cannot hide behind the dense products.
    case outliers

    public static func < (a: BusyTerm, b: BusyTerm) -> Bool { a.rawValue < b.rawValue }

    public var name: String {
        switch self {
        case .ideal: "ideal"
        case .raggedEdges: "ragged edges"
        case .fillAndDrain: "fill and drain"
        case .tablePrecompute: "table precompute"
        case .epilogue: "epilogue"
        case .outliers: "outliers"
        }
    }
}

/// Cycles of one instruction on its unit when nothing stalls it.
public struct UnitTiming: Hashable, Sendable {
    /// A named part, with the register or step of the hardware that it stands for.
    public struct Part: Hashable, Sendable {
        public var term: BusyTerm
        public var name: String
        public var cycles: Int
        public init(_ term: BusyTerm, _ name: String, _ cycles: Int) {
            self.term = term
            self.name = name
            self.cycles = cycles
        }
    }
    /// Parts of the occupancy: the next instruction of the unit can start after their sum.
    public var occupancyParts: [Part]
    /// Pipeline registers between the last issue and the last write; completion = start + occupancy + latency.
    public var latencyParts: [Part]

    public init(occupancyParts: [Part], latencyParts: [Part]) {
        self.occupancyParts = occupancyParts
        self.latencyParts = latencyParts
    }

    public var occupancy: Int { occupancyParts.reduce(0) { $0 + $1.cycles } }
    public var latency: Int { latencyParts.reduce(0) { $0 + $1.cycles } }
}
