import Formats

/// The encoder of the vector unit: outlier-victim pairs from two numbers (docs/numerics.md, Outlier-victim pairs). It
/// works on the bits of the numbers, as the hardware would; `Formats.PairEncoder` searches for the nearest value instead.
struct PairMaker {
    private let format: OutlierVictimPair
    private let rules: PairRules
    /// Least magnitude of an outlier, or the greatest magnitude of a normal value.
    private let threshold: Float
    private let identifier: UInt8

    init(_ format: OutlierVictimPair, rules: PairRules) {
        self.format = format
        self.rules = rules
        let (normal, middle): (Float, Float) =
            switch format {
            case .int4: (7, 9.5)
            case .flint4: (16, 20)
            case .int8: (127, 135.5)
            case .int8E2M5: (127, 129.5)
            }
        threshold = rules.boundary == .nearest ? middle : normal
        identifier = format.bits == 4 ? 0x08 : 0x80
    }

    func pair(_ left: Float, _ right: Float) -> (left: UInt8, right: UInt8) {
        let (leftIsOut, rightIsOut) = (isOutlier(left), isOutlier(right))
        if leftIsOut, !rightIsOut || rules.survivor == .left || !(abs(left) < abs(right)) {
            return (outlier(left), identifier)
        }
        if rightIsOut { return (identifier, outlier(right)) }
        return (single(left), single(right))
    }

    /// A normal value.
    func single(_ x: Float) -> UInt8 {
        if x.isNaN { return 0 }
        switch format {
        case .int4: return UInt8(bitPattern: Int8(rounded(x, limit: 7))) & 0x0F
        case .int8, .int8E2M5: return UInt8(bitPattern: Int8(rounded(x, limit: 127)))
        case .flint4: return flint(x)
        }
    }

    private func isOutlier(_ x: Float) -> Bool {
        rules.boundary == .nearest ? abs(x) >= threshold : abs(x) > threshold
    }

    private func rounded(_ x: Float, limit: Float) -> Int {
        let clamped = min(max(x, -limit), limit)
        switch rules.ties {
        case .largerMagnitude: return Int(clamped.rounded(.toNearestOrEven))
        case .towardPositive:
            let below = clamped.rounded(.down)
            return Int(clamped - below >= 0.5 ? below + 1 : below)
        }
    }

    /// A number in the middle goes to the greater magnitude.
    private func tieGrows(_ x: Float) -> Bool { rules.ties == .largerMagnitude || x.sign == .plus }

    /// Comparators at the middles of neighbouring magnitudes 0, 1, 2, 3, 4, 6, 8, 16; their codes are not in order.
    private func flint(_ x: Float) -> UInt8 {
        let magnitude = abs(x)
        let middles: [Float] = [0.5, 1.5, 2.5, 3.5, 5, 7, 12]
        let codes: [UInt8] = [0b000, 0b001, 0b010, 0b011, 0b110, 0b111, 0b101, 0b100]
        let passed = middles.count(where: { tieGrows(x) ? magnitude >= $0 : magnitude > $0 })
        return codes[passed] | (x < 0 && passed > 0 ? 0b1000 : 0)
    }

    /// Leading one, rounding of the bits behind the mantissa, and the ends of the range.
    private func outlier(_ x: Float) -> UInt8 {
        let (mantissaBits, bias, greatest): (UInt32, Int, UInt32) =
            switch format {
            case .int4: (1, 2, 0b111)
            case .flint4: (1, 3, 0b111)
            case .int8: (3, 4, 0b100_0000)
            case .int8E2M5: (5, 2, 0b111_1111)
            }
        let sign = x < 0 ? identifier : 0
        let bits = x.magnitude.bitPattern
        let exponent = Int(bits >> 23) - 127 - Int(mantissaBits) - bias
        // Below the first magnitude that has an exponent field there is only the smallest code.
        guard exponent >= 0 else { return sign | 1 }
        guard exponent < 32 else { return sign | UInt8(greatest) }
        let dropped = 23 - mantissaBits
        let rest = bits & (1 << dropped - 1)
        let half = UInt32(1) << (dropped - 1)
        let mantissa = bits >> dropped & (1 << mantissaBits - 1)
        let growth: UInt32 = rest > half || (rest == half && tieGrows(x)) ? 1 : 0
        // A carry out of the mantissa moves on to the exponent.
        let code = UInt32(exponent) << mantissaBits + mantissa + growth
        return sign | UInt8(max(1, min(greatest, code)))
    }
}
