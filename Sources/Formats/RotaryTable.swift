/// Cosines and sines of rotary position embeddings (Su et al., arXiv 2104.09864):
/// angle = position * base^(-2 pair / rotary dimension).
///
/// The frequency and the angle carry about 95 bits and the sine is good to 52, so that the binary32 result is the
/// nearest number to the real one but for about one case in 2^27, at any position up to 2^20 and beyond. Angles of 2^40
/// and more, bases that are not positive and finite, and frequencies outside e^+-700 give NaN.
public enum RotaryTable {
    /// - Parameters:
    ///   - position: index of the token, from 0.
    ///   - pair: index of the rotated pair of features, 0..<rotaryDimension / 2.
    ///   - rotaryDimension: number of rotated features, positive.
    public static func cosineSine(
        position: Int, pair: Int, rotaryDimension: Int, base: Double
    ) -> (cosine: Float, sine: Float) {
        RotaryFrequency(pair: pair, rotaryDimension: rotaryDimension, base: base).cosineSine(position: position)
    }

    /// The frequencies of all pairs: to be made once where many positions are needed, for a frequency costs some
    /// microseconds.
    ///
    /// - Parameter factors: one for each pair, by which its frequency is multiplied; 1 where there is none.
    public static func frequencies(rotaryDimension: Int, base: Double, factors: [Double] = []) -> [RotaryFrequency] {
        (0..<max(0, rotaryDimension / 2)).map { pair in
            let frequency = RotaryFrequency(pair: pair, rotaryDimension: rotaryDimension, base: base)
            return factors.indices.contains(pair) ? frequency.scaled(by: factors[pair]) : frequency
        }
    }
}

extension RotaryTable {
    /// The pair, as a real number, that turns so often within so many positions.
    public static func pair(turning turns: Double, within positions: Int, rotaryDimension: Int, base: Double) -> Double {
        let ratio = Double(positions) / (turns * 0x1.921fb54442d18p2)
        return Double(rotaryDimension) * logarithm(ratio) / (2 * logarithm(base))
    }

    /// ln x of a positive number, the same on all machines.
    public static func logarithm(_ x: Double) -> Double { DoubleDouble.logarithm(x).high }
}

/// base^(-2 pair / rotary dimension), in radians per position.
public struct RotaryFrequency: Sendable {
    let radians: DoubleDouble

    private init(radians: DoubleDouble) { self.radians = radians }

    /// Models for longer texts than they were first trained with turn some pairs more slowly.
    func scaled(by factor: Double) -> RotaryFrequency {
        factor == 1 ? self : RotaryFrequency(radians: radians * DoubleDouble(factor))
    }

    /// How often the pair turns within so many positions.
    public func turns(within positions: Int) -> Double {
        (radians * DoubleDouble(Double(positions))).high / 0x1.921fb54442d18p2
    }

    public init(pair: Int, rotaryDimension: Int, base: Double) {
        guard base > 0, base.isFinite, rotaryDimension > 0 else {
            radians = DoubleDouble(.nan)
            return
        }
        let part = DoubleDouble(Double(2 * pair)) * DoubleDouble.reciprocal(of: rotaryDimension)
        let exponent = part * DoubleDouble.logarithm(base)
        let isInRange = exponent.high.magnitude < 700
        radians = isInRange ? DoubleDouble.exponential(-exponent) : DoubleDouble(.nan)
    }

    /// Cosine and sine of position * frequency, computed in binary64 and rounded to binary32.
    public func cosineSine(position: Int) -> (cosine: Float, sine: Float) {
        let angle = radians * DoubleDouble(Double(position))
        guard angle.high.magnitude < 0x1p40 else { return (Elementary.notANumber, Elementary.notANumber) }
        // Cody and Waite: subtract k * pi / 2, with pi / 2 in three parts of 53 bits.
        let k = RoundingRule.halfToEven.round(angle.high * 0x1.45f306dc9c883p-1)
        let near = angle - DoubleDouble.exactProduct(k, 0x1.921fb54442d18p0)
        let r = near - DoubleDouble.exactProduct(k, 0x1.1a62633145c07p-54) + DoubleDouble(k * 0x1.f1976b7ed8fbcp-110)
        let (cosine, sine) = (Self.cosine(r), Self.sine(r))
        return switch Int(k) & 3 {
        case 0: (Float(cosine), Float(sine))
        case 1: (Float(-sine), Float(cosine))
        case 2: (Float(-cosine), Float(-sine))
        default: (Float(sine), Float(-cosine))
        }
    }

    /// Taylor series to r^17 for |r| <= pi / 4; the low part counts to first order.
    private static func sine(_ r: DoubleDouble) -> Double {
        let s = r.high * r.high
        var tail = 0x1.952c77030ad4ap-49
        tail = tail * s - 0x1.ae7f3e733b81fp-41
        tail = tail * s + 0x1.6124613a86d09p-33
        tail = tail * s - 0x1.ae64567f544e4p-26
        tail = tail * s + 0x1.71de3a556c734p-19
        tail = tail * s - 0x1.a01a01a01a01ap-13
        tail = tail * s + 0x1.1111111111111p-7
        tail = tail * s - 0x1.5555555555555p-3
        return r.high + (r.low + r.high * (s * tail))
    }

    /// Taylor series to r^18 for |r| <= pi / 4; the low part counts to first order.
    private static func cosine(_ r: DoubleDouble) -> Double {
        let s = r.high * r.high
        var tail = -0x1.6827863b97d97p-53
        tail = tail * s + 0x1.ae7f3e733b81fp-45
        tail = tail * s - 0x1.93974a8c07c9dp-37
        tail = tail * s + 0x1.1eed8eff8d898p-29
        tail = tail * s - 0x1.27e4fb7789f5cp-22
        tail = tail * s + 0x1.a01a01a01a01ap-16
        tail = tail * s - 0x1.6c16c16c16c17p-10
        tail = tail * s + 0x1.5555555555555p-5
        return 1 - (0.5 * s - (s * s * tail - r.high * r.low))
    }
}
