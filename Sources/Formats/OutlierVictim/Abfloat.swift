/// Adaptive biased float (OliVe, arXiv 2304.07493): sign, exponent, mantissa; magnitude = (2^m + mantissa) * 2^(exponent
/// + bias) with m mantissa bits. There are no subnormals, infinities or NaNs. The bias lifts the smallest magnitude above what
/// normal values reach. Code 0 is never used: with a sign it would be the identifier of a victim.
public struct Abfloat: Hashable, Sendable {
    public let exponentBits: Int
    public let mantissaBits: Int
    public let bias: Int

    public init(exponentBits: Int, mantissaBits: Int, bias: Int) {
        self.exponentBits = exponentBits
        self.mantissaBits = mantissaBits
        self.bias = bias
    }

    /// Sign included.
    public var bits: Int { 1 + exponentBits + mantissaBits }

    /// The greatest code without sign.
    public var greatestCode: Int { 1 << (exponentBits + mantissaBits) - 1 }

    /// The number of a code with sign; bits above `bits` are ignored.
    @inlinable
    public func number(_ code: UInt8) -> ExponentInteger {
        let integer = 1 << mantissaBits + Int(code) & (1 << mantissaBits - 1)
        let exponent = Int(code) >> mantissaBits & (1 << exponentBits - 1) + bias
        let isNegative = Int(code) >> (exponentBits + mantissaBits) & 1 == 1
        return ExponentInteger(exponent, isNegative ? -integer : integer)
    }

    /// The magnitude of a code without sign; it grows with the code.
    @inlinable
    public func magnitude(_ code: Int) -> Int { number(UInt8(code)).value }

    /// The code without sign, from 1 to `limit`, whose magnitude is nearest.
    ///
    /// - Parameters:
    ///   - limit: codes above are not used.
    ///   - tiesUp: a number in the middle takes the greater magnitude.
    @inlinable
    public func nearestCode(_ magnitude: Float, limit: Int, tiesUp: Bool) -> UInt8 {
        var code = 1
        // The middle of two neighbours is a multiple of 1/2 below 2^24: exact.
        while code < limit {
            let middle = Float(self.magnitude(code) + self.magnitude(code + 1)) * 0.5
            guard magnitude > middle || (magnitude == middle && tiesUp) else { break }
            code += 1
        }
        return UInt8(code)
    }
}
