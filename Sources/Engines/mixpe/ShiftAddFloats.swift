import Arch
import Formats

/// Elements that shift significands: the code less its zero point is held as sign and magnitude, gated copies of the
/// significand are added up, and the sum is packed as a float. No multiplier, and no rounding unless the contract asks.
struct ShiftAddFloats: FloatElement {
    private let elements: ShiftAddElements
    private let count: Int
    private let products: DotContract.Products

    init(_ elements: ShiftAddElements, weightBits: Int, products: DotContract.Products) {
        self.elements = elements
        count = elements.perWeight(weightBits: weightBits)
        self.products = products
    }

    func activation(integer: Int) -> FloatPort { FloatPort(integer: integer, bits: 24) }

    /// Float weights are refused by the program checker.
    func weight(number: FloatPort) -> ShiftAddElements.Registers { weight(integer: 0) }

    /// Magnitudes below 2^B whenever the zero point is one of the weight's codec; what a wider zero point adds stays in
    /// the highest digit.
    func weight(integer: Int) -> ShiftAddElements.Registers {
        let magnitude = abs(integer)
        let digitBits = elements.bitsPerElement
        let lower = (0..<count - 1).map { magnitude >> ($0 * digitBits) & (1 << digitBits - 1) }
        return .init(digits: lower + [magnitude >> ((count - 1) * digitBits)], negates: integer < 0)
    }

    func product(_ activation: FloatPort, _ weight: ShiftAddElements.Registers) -> Float {
        let isNegative = activation.isNegative != weight.negates
        switch activation.kind {
        case .notANumber: return .nan
        case .infinity:
            // Detected beside the shifters; nothing is gated through for a code of 0.
            guard weight.digits.contains(where: { $0 != 0 }) else { return .nan }
            return isNegative ? -.infinity : .infinity
        case .finite: break
        }
        let magnitude: Float
        switch products {
        case .single: magnitude = Self.packed(sumOfCopies(activation, weight), exponent: activation.exponent)
        case .half:
            let exact = Self.packed(sumOfCopies(activation, weight), exponent: activation.exponent)
            magnitude = Self.half(exact)
        case .halfTerms: magnitude = sumOfHalves(activation, weight)
        }
        return isNegative ? -magnitude : magnitude
    }

    /// Every element adds gated copies of the significand, neighbours are joined.
    private func sumOfCopies(_ activation: FloatPort, _ weight: ShiftAddElements.Registers) -> Int {
        elements.joined(weight.digits.map { Self.copies(Int(activation.significand), digit: $0) })
    }

    /// What one element adds up.
    static func copies(_ significand: Int, digit: Int) -> Int {
        bits(of: digit).reduce(0) { $0 + significand << $1 }
    }

    /// The copies are floats whose exponents grow by one; the sum passes from bit to bit and on to the next element.
    private func sumOfHalves(_ activation: FloatPort, _ weight: ShiftAddElements.Registers) -> Float {
        var sum: Float = 0
        for (index, digit) in weight.digits.enumerated() {
            for bit in Self.bits(of: digit) {
                let exponent = activation.exponent + index * elements.bitsPerElement + bit
                let copy = Self.half(Self.packed(Int(activation.significand), exponent: exponent))
                sum = Self.half(sum + copy)
            }
        }
        return sum
    }

    private static func bits(of digit: Int) -> [Int] { (0..<Int.bitWidth - 1).filter { digit >> $0 & 1 == 1 } }

    /// Normalised and packed as binary32: rounded only where bfloat16 leaves its exponents.
    private static func packed(_ significand: Int, exponent: Int) -> Float {
        Float(Double(sign: .plus, exponent: exponent, significand: Double(significand)))
    }

    private static func half(_ x: Float) -> Float { Binary16.widened(Binary16.narrowed(x)) }
}
