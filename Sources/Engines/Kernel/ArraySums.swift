import Arch

/// How the sums of an instruction leave a weight-stationary array.
enum ArraySums: Hashable, Sendable {
    /// int32, tile by tile into the accumulators.
    case integer
    /// f32, scaled at the end of every segment, then added to the accumulators in f32.
    case scaled
    /// f32, block by block into the accumulators (float arrays without scales).
    case direct
    /// f32 sums of integer codes, converted to int32 at the end of the instruction and added as int32 (float arrays).
    case converted
    /// f32 sums of parts of a segment of integer codes, each converted to int32 and added as int32, because their sum may
    /// be no f32; scaled as `scaled` at the end of the segment (float arrays).
    case scaledInParts

    /// Scaled to f32 in front of the accumulators.
    var isScaled: Bool { self == .scaled || self == .scaledInParts }

    /// The array holds the running sums itself until a segment ends.
    var leaveBySegment: Bool { isScaled || self == .converted }
}

extension ArraySums {
    init(_ multiply: Multiply, isFloat: Bool) {
        self =
            switch (isFloat, multiply.output) {
            case (false, .integer): .integer
            case (true, .integer): .converted
            case (true, .scaled(nil, nil)): .direct
            case (true, .scaled(let weights?, nil)) where weights.scalesWeights: .direct
            case (_, .scaled): .scaled
            }
    }

    /// The int32 of an f32 sum: half to even, saturated, 0 for NaN. Exact for every sum within `exactSumLimit`.
    static func converted(_ sum: Float) -> Int32 {
        guard sum == sum else { return 0 }
        return Int32(clamping: Int64(Swift.min(Swift.max(sum.rounded(.toNearestOrEven), -0x1p32), 0x1p32)))
    }
}
