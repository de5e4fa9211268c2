import Arch

extension MACArray {
    /// Whether the sums are exact integers whatever the codes: then the integer kernel gives the same bits.
    func isExactInteger(_ multiply: Multiply, _ memory: CoreMemory) -> Bool {
        guard operands.significandBits == 11, !multiply.activationFormat.isFloat, multiply.codes.floatCodec == nil,
            sums(multiply).leaveBySegment
        else { return false }
        let cut = KCut(multiply, granule: 1)
        let parameters = GroupParameters(
            multiply, memory: memory, columnBlock: columns, weightGroups: cut.weightGroups)
        let weight = Self.greatestWeight(multiply, parameters, groups: cut.weightGroups)
        if sums(multiply) == .scaledInParts { return weight <= Self.weightBound(multiply) }
        // Integers up to 2^11 pass the multiplier's ports unrounded.
        guard weight <= 1 << 11 else { return false }
        let activation = multiply.activationFormat == .uint8 ? 255 : 128
        let longest = cut.segments.map(\.range.count).max() ?? 0
        return longest <= (1 << 24) / (activation * max(1, weight))
    }

    /// k of codes whose sum f32 holds whatever the codes are, zero points being values of their codec; `nil` for integer
    /// arrays, and where an operand is a float.
    func exactDepth(_ multiply: Multiply) -> Int? {
        guard let limit = exactSumLimit, !multiply.activationFormat.isFloat, multiply.codes.floatCodec == nil,
            multiply.operandScales == nil
        else { return nil }
        let activation = max(-multiply.activationRange.lowerBound, multiply.activationRange.upperBound)
        return limit / (activation * max(1, Self.weightBound(multiply)))
    }

    /// K blocks that make a part of a segment: as many as f32 holds the sum of.
    func blocksPerPart(_ multiply: Multiply) -> Int { max(1, (exactDepth(multiply) ?? 0) / rows) }

    /// Bound of |w - z| that the instruction alone tells.
    private static func weightBound(_ multiply: Multiply) -> Int {
        guard multiply.codes.readsZeros else { return (1 << multiply.weightBits) - 1 }
        switch multiply.zero {
        case .immediate(let zero):
            return max(abs(multiply.levels.lowerBound - zero), abs(multiply.levels.upperBound - zero))
        case .table, .centroids: return (1 << multiply.weightBits) - 1
        }
    }

    /// Bound of |w - z| by the width of the codes and the zero points in use.
    private static func greatestWeight(_ multiply: Multiply, _ parameters: GroupParameters, groups: Int) -> Int {
        let codes =
            switch multiply.codes {
            case .bipolar: -((1 << multiply.weightBits) - 1)...(1 << multiply.weightBits) - 1
            case .twosComplement: -128...127
            default: 0...(1 << multiply.weightBits) - 1
            }
        let zeros: [Int]
        if case .table = multiply.zero, multiply.codes.readsZeros {
            zeros = (0..<multiply.columns).flatMap { column in
                (0..<groups).map { parameters.zero(column: column, group: $0) }
            }
        } else {
            zeros = [parameters.zero(column: 0, group: 0)]
        }
        return zeros.reduce(0) { max($0, abs(codes.lowerBound - $1), abs(codes.upperBound - $1)) }
    }
}
