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

/// What is counted for energy.
public enum Event: UInt8, Hashable, Sendable, CaseIterable {
    case multiplyAccumulate, lookup, tableEntry, shiftAdd, groupScale, vectorOperation
    /// A weight bit and an activation bit in an AND gate, counted; a product of two 2-bit digits, shifted and added.
    case bitProduct, brickProduct
    /// A weight made an operand of the multipliers by its zero point and scale.
    case dequantisation
    /// An activation picked by the position of a kept weight.
    case selection
    /// An activation added to the sum of its group; a sum corrected by zero point times group sum.
    case groupSum, zeroCorrection
    case activationRead, weightRead, metadataRead, tableRead, accumulatorRead, accumulatorWrite, tableWrite
    case activationWrite
    /// A pair of slots decoded to two numbers; a product shifted by a sum of exponents.
    case pairDecode, shift
    /// A flint code decoded to exponent and integer.
    case flintDecode
    /// A product of an outlier and a whole activation.
    case outlierMultiplyAccumulate
    /// An activation added to the sum of its weight's centroid.
    case centroidAdd
}
