import BigInt
import Formats

/// numerator / denominator (positive) rounded by a rule, from the definition: compare the distances to both neighbours.
func exactlyRounded(_ numerator: BigInt, over denominator: BigInt, by rule: RoundingRule) -> BigInt {
    var (floor, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
    if remainder < 0 {
        floor -= 1
        remainder += denominator
    }
    let twice = remainder * 2
    if twice != denominator { return twice < denominator ? floor : floor + 1 }
    switch rule {
    case .halfToEven: return floor.isMultipleOfTwo ? floor : floor + 1
    case .halfUp: return floor + 1
    case .halfAwayFromZero: return numerator < 0 ? floor : floor + 1
    }
}

extension BigInt {
    fileprivate var isMultipleOfTwo: Bool { magnitude.trailingZeroBitCount > 0 || self == 0 }
}
