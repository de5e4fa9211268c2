import Arch

extension Scalar {
    /// clamp(round(saturate32(accumulator + bias) * multiplier / 2^shift) + zero, low, high).
    ///
    /// With a multiplier of at most 2^31 the product has 63 bits and every step is exact.
    @inline(__always)
    static func requantise(
        _ accumulator: Int32, bias: Int32, multiplier: Int32, shift: Int32, rule: RoundingRuleCode, zero: Int32,
        low: Int32,
        high: Int32
    ) -> Int32 {
        let product = Int64(add(accumulator, bias)) &* Int64(UInt32(bitPattern: multiplier))
        let rounded = divide(product, shift: shift, rule: rule)
        // Bounds are 32 bits wide: a quotient beyond 2^40 is clamped whatever the zero point.
        let near = rounded < -1 << 40 ? -1 << 40 : (rounded > 1 << 40 ? 1 << 40 : rounded)
        let moved = near &+ Int64(zero)
        return moved < Int64(low) ? low : (moved > Int64(high) ? high : Int32(truncatingIfNeeded: moved))
    }

    /// product / 2^shift, rounded by name. |product| is at most 2^62.
    @inline(__always)
    static func divide(_ product: Int64, shift: Int32, rule: RoundingRuleCode) -> Int64 {
        if shift <= 0 { return multiply(product, powerOfTwo: shift) }
        // Less than half: beyond 2^63 every product rounds to zero.
        if shift > 63 { return 0 }
        let amount = Int64(shift)
        let floor = product &>> amount
        let rest = UInt64(bitPattern: product) & ((1 << UInt64(amount)) &- 1)
        let half: UInt64 = 1 << UInt64(amount &- 1)
        let roundsUpTie =
            switch rule {
            case .halfToEven: floor & 1 == 1
            case .halfUp: true
            case .halfAwayFromZero: product >= 0
            }
        return floor &+ (rest > half || (rest == half && roundsUpTie) ? 1 : 0)
    }

    private static func multiply(_ product: Int64, powerOfTwo shift: Int32) -> Int64 {
        if product == 0 { return 0 }
        let left = -Int64(shift)
        if left > 62 { return product < 0 ? .min : .max }
        let (result, over) = product.multipliedReportingOverflow(by: 1 << left)
        return over ? (product < 0 ? .min : .max) : result
    }
}
