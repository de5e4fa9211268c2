import Arch
import Formats

extension FloatPort {
    /// The product of two ports: significands multiplied as integers, exponents added, then one rounding to binary32
    /// (which is exact but for bfloat16, whose products can leave its range of exponents).
    static func * (a: FloatPort, b: FloatPort) -> Float {
        let isNegative = a.isNegative != b.isNegative
        switch (a.kind, b.kind) {
        case (.notANumber, _), (_, .notANumber): return .nan
        case (.infinity, .finite) where b.significand == 0, (.finite, .infinity) where a.significand == 0: return .nan
        case (.infinity, _), (_, .infinity): return isNegative ? -.infinity : .infinity
        case (.finite, .finite): break
        }
        // At most 22 significant bits, exponents far inside binary64: exact.
        let product = Double(UInt64(a.significand) * UInt64(b.significand))
        let exact = Double(sign: .plus, exponent: a.exponent + b.exponent, significand: product)
        return isNegative ? -Float(exact) : Float(exact)
    }
}

/// The multipliers of a float array: integer codes less their zero points pass a converter to the port's significand.
struct FloatMultiplier: FloatElement {
    let significandBits: Int

    func activation(integer: Int) -> FloatPort { FloatPort(integer: integer, bits: significandBits) }
    func weight(number: FloatPort) -> FloatPort { number }
    func weight(integer: Int) -> FloatPort { FloatPort(integer: integer, bits: significandBits) }
    func product(_ activation: FloatPort, _ weight: FloatPort) -> Float { activation * weight }
}
