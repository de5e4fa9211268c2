import BigInt

/// Fixed point of 600 fraction bits in big integers, with the plainest series: slow, and easy to believe.
enum WideArithmetic {
    static let bits = 600
    static let one = BigInt(1) << bits

    static func number(_ x: Float) -> BigInt {
        let (integer, exponent) = x.integerAndExponent
        return (BigInt(integer) << bits) >> -exponent
    }

    /// e^a for a >= 0, by the Taylor series at a itself.
    static func exponential(_ a: BigInt) -> BigInt {
        var (term, sum, k) = (one, one, 1)
        while term > 0 {
            term = ((term * a) >> bits) / BigInt(k)
            sum += term
            k += 1
        }
        return sum
    }

    static func exp(_ x: Float) -> BigInt {
        let power = exponential(number(x.magnitude))
        return x < 0 ? (one << bits) / power : power
    }

    /// The Maclaurin series, signs alternating.
    static func erf(_ x: Float) -> BigInt {
        let a = number(x)
        let square = (a * a) >> bits
        var (power, sum, n) = (a, a, 1)
        while power.magnitude > 0 && n < 2000 {
            power = ((-power * square) >> bits) / BigInt(n)
            sum += power / BigInt(2 * n + 1)
            n += 1
            if power.magnitude < 2 { break }
        }
        return ((sum * 2) << bits) / rootOfPi
    }

    /// By Machin's formula.
    static let pi: BigInt = {
        func arctangent(ofOneOver n: Int) -> BigInt {
            var (power, sum, k) = (one / BigInt(n), one / BigInt(n), 1)
            while power != 0 {
                power = -power / BigInt(n * n)
                sum += power / BigInt(2 * k + 1)
                k += 1
            }
            return sum
        }
        return 16 * arctangent(ofOneOver: 5) - 4 * arctangent(ofOneOver: 239)
    }()

    static let rootOfPi = BigInt((pi << bits).magnitude.squareRoot())

    /// The sum of 1 / (k 2^k).
    static let naturalLogarithmOf2 = (1...700).reduce(BigInt(0)) { $0 + (one >> $1) / BigInt($1) }

    /// ln b = e ln 2 + 2 artanh((m - 1) / (m + 1)), for b = m 2^e, 1 <= m < 2.
    static func logarithm(_ base: Double) -> BigInt {
        let m = BigInt(base.significand * 0x1p52) << (bits - 52)
        let ratio = ((m - one) << bits) / (m + one)
        let square = (ratio * ratio) >> bits
        var (power, sum, k) = (ratio, ratio, 3)
        while power > 0 {
            power = (power * square) >> bits
            sum += power / BigInt(k)
            k += 2
        }
        return 2 * sum + BigInt(Int(base.exponent)) * naturalLogarithmOf2
    }

    /// Cosine and sine by their Maclaurin series, after whole turns are taken off.
    static func cosineSine(_ angle: BigInt) -> (cosine: BigInt, sine: BigInt) {
        let turn = 2 * pi
        let a = angle - angle / turn * turn
        var (term, cosine, sine, k) = (one, one, BigInt(0), 1)
        while term.magnitude > 1 {
            term = ((term * a) >> bits) / BigInt(k)
            switch k % 4 {
            case 0: cosine += term
            case 1: sine += term
            case 2: cosine -= term
            default: sine -= term
            }
            k += 1
        }
        return (cosine, sine)
    }
}
