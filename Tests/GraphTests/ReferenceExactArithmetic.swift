import BigInt

/// An exact fraction: the arithmetic that the expected values come from.
struct Fraction: Comparable {
    var numerator: BigInt
    var denominator: BigInt

    init(_ numerator: BigInt, _ denominator: BigInt = 1) {
        self.numerator = denominator < 0 ? -numerator : numerator
        self.denominator = denominator < 0 ? -denominator : denominator
    }

    /// The exact value of a finite binary32 number.
    init(_ x: Float) {
        let bits = x.bitPattern
        let exponent = Int(bits >> 23 & 0xFF)
        let fraction = BigInt(bits & 0x7F_FFFF) + (exponent == 0 ? 0 : BigInt(1) << 23)
        let power = max(exponent, 1) - 150
        let magnitude = power >= 0 ? Fraction(fraction << power) : Fraction(fraction, BigInt(1) << -power)
        self = Fraction(x.sign == .minus ? -magnitude.numerator : magnitude.numerator, magnitude.denominator)
    }

    static func + (a: Fraction, b: Fraction) -> Fraction {
        Fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator)
    }
    static func - (a: Fraction, b: Fraction) -> Fraction { a + Fraction(-b.numerator, b.denominator) }
    static func * (a: Fraction, b: Fraction) -> Fraction {
        Fraction(a.numerator * b.numerator, a.denominator * b.denominator)
    }
    static func / (a: Fraction, b: Fraction) -> Fraction {
        Fraction(a.numerator * b.denominator, a.denominator * b.numerator)
    }
    static func < (a: Fraction, b: Fraction) -> Bool { a.numerator * b.denominator < b.numerator * a.denominator }
    static func == (a: Fraction, b: Fraction) -> Bool { a.numerator * b.denominator == b.numerator * a.denominator }

    var floor: BigInt {
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        return remainder < 0 ? quotient - 1 : quotient
    }

    enum Ties { case toEven, up, awayFromZero }

    func rounded(_ ties: Ties = .toEven) -> BigInt {
        let low = floor
        let twice = (self - Fraction(low)) * Fraction(2)
        if twice < Fraction(1) { return low }
        if Fraction(1) < twice { return low + 1 }
        switch ties {
        case .toEven: return low % 2 == 0 ? low : low + 1
        case .up: return low + 1
        case .awayFromZero: return low < 0 ? low : low + 1
        }
    }

    /// The nearest binary32 number, ties to even (values below the overflow threshold; a zero result is +0).
    var nearestFloat: Float {
        guard numerator != 0 else { return 0 }
        let magnitude = Fraction(numerator.magnitude.signed, denominator)
        var exponent = numerator.magnitude.bitWidth - denominator.magnitude.bitWidth
        if magnitude < Fraction.power(exponent) { exponent -= 1 }
        if !(magnitude < Fraction.power(exponent + 1)) { exponent += 1 }
        let unit = max(exponent - 23, -149)
        let units = (magnitude / Fraction.power(unit)).rounded()
        let value = Float(sign: .plus, exponent: unit, significand: 1)
        // At most 2^24 units: exact in binary32, and the product with a power of two is exact as well.
        return (numerator < 0 ? -1 : 1) * Float(Int(units)) * value
    }

    static func power(_ exponent: Int) -> Fraction {
        exponent >= 0 ? Fraction(BigInt(1) << exponent) : Fraction(1, BigInt(1) << -exponent)
    }
}

extension BigUInt {
    fileprivate var signed: BigInt { BigInt(self) }
}

/// One correctly rounded binary32 operation, from the exact result.
enum OneRounding {
    static func add(_ a: Float, _ b: Float) -> Float { (Fraction(a) + Fraction(b)).nearestFloat }
    static func multiply(_ a: Float, _ b: Float) -> Float { (Fraction(a) * Fraction(b)).nearestFloat }
    static func divide(_ a: Float, _ b: Float) -> Float { (Fraction(a) / Fraction(b)).nearestFloat }
    static func convert(_ integer: BigInt) -> Float { Fraction(integer).nearestFloat }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func integers(_ count: Int, _ range: ClosedRange<Int>) -> [Int] {
        (0..<count).map { _ in Int.random(in: range, using: &self) }
    }

    mutating func floats(_ count: Int, _ range: ClosedRange<Float> = -4...4) -> [Float] {
        (0..<count).map { _ in Float.random(in: range, using: &self) }
    }
}
