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

extension Event {
    /// The scratchpad whose bytes are counted, and whether they are written; `nil` for work.
    public var scratchpad: (space: Space, isWrite: Bool)? {
        switch self {
        case .activationRead: (.activations, false)
        case .activationWrite: (.activations, true)
        case .weightRead, .metadataRead: (.weights, false)
        case .tableRead: (.tables, false)
        case .tableWrite: (.tables, true)
        case .accumulatorRead: (.accumulators, false)
        case .accumulatorWrite: (.accumulators, true)
        case .multiplyAccumulate, .lookup, .tableEntry, .shiftAdd, .groupScale, .vectorOperation, .bitProduct, .brickProduct,
            .dequantisation, .selection, .groupSum, .zeroCorrection, .pairDecode, .shift, .flintDecode,
            .outlierMultiplyAccumulate, .centroidAdd:
            nil
        }
    }
}

extension Event {
    /// In words: `multiply accumulate`.
    public var name: String {
        "\(self)".reduce(into: "") { $0 += $1.isUppercase ? " " + $1.lowercased() : String($1) }
    }
}
