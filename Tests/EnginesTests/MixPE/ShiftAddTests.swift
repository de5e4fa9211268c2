import Engines
import Testing

/// Weights through the elements alone: gated shifts and additions are multiplications.
struct ShiftAddTests {
    /// What the elements of one weight make of an activation.
    static func product(_ elements: ShiftAddElements, activation: Int, code: Int, weightBits: Int) -> Int {
        let registers = elements.registers(code: code, weightBits: weightBits)
        let last = registers.digits.count - 1
        return elements.joined(registers.digits.enumerated().map { index, digit in
            elements.product(
                activation: activation, digit: digit, isHighest: index == last, negates: registers.negates)
        })
    }

    /// Every activation of int8 and uint8, every code of 1 to 8 bits, every element and sign handling.
    @Test(arguments: WeightSigns.allCases, [1, 2, 4, 8])
    func shiftsAndAdditionsMultiply(_ signs: WeightSigns, _ bitsPerElement: Int) {
        let elements = ShiftAddElements(bitsPerElement: bitsPerElement, signs: signs)
        var wrong = 0
        for bits in 1...8 {
            let offset = signs == .offset ? 0 : 1 << (bits - 1)
            for code in 0..<(1 << bits) {
                for activation in -128...255 {
                    let product = Self.product(elements, activation: activation, code: code, weightBits: bits)
                    if product != activation * (code - offset) { wrong += 1 }
                }
            }
        }
        #expect(wrong == 0)
    }

    /// Vectors for int4 x int8 in two's complement; the stored code is the weight plus 8.
    @Test(arguments: [(-77, -6, 462), (127, -8, -1016), (-128, 7, -896), (-128, -8, 1024), (53, 5, 265)])
    func workedVectors(_ activation: Int, _ weight: Int, _ expected: Int) {
        for signs in [WeightSigns.twosComplement, .signMagnitude] {
            let elements = ShiftAddElements(bitsPerElement: 4, signs: signs)
            #expect(Self.product(elements, activation: activation, code: weight + 8, weightBits: 4) == expected)
        }
    }

    /// Unsigned codes with int8: -1920...1905; two's complement: -1016...1024: both 12 bits. uint8 needs the 13th.
    @Test func productsOfFourBitsHaveTheStatedRanges() {
        func range(_ signs: WeightSigns, _ activations: ClosedRange<Int>) -> ClosedRange<Int> {
            let elements = ShiftAddElements(bitsPerElement: 4, signs: signs)
            let all = activations.flatMap { activation in
                (0...15).map { Self.product(elements, activation: activation, code: $0, weightBits: 4) }
            }
            return (all.min() ?? 0)...(all.max() ?? 0)
        }
        #expect(range(.offset, -128...127) == -1920...1905)
        #expect(range(.twosComplement, -128...127) == -1016...1024)
        #expect(range(.offset, 0...255) == 0...3825)
        #expect(range(.twosComplement, 0...255) == -2040...1785)
        #expect(ShiftAddElements(bitsPerElement: 4, signs: .offset).productBits == 13)
    }

    /// -6 is 1010: the sign bit of the only element. -100 is 1001 1100, its low half unsigned; as a magnitude 0110 0100.
    @Test func registersHoldDigitsFromTheLowest() {
        let signed = ShiftAddElements(bitsPerElement: 4, signs: .twosComplement)
        #expect(signed.registers(code: -6 + 8, weightBits: 4) == .init(digits: [0b1010], negates: false))
        #expect(signed.registers(code: -100 + 128, weightBits: 8) == .init(digits: [0b1100, 0b1001], negates: false))
        #expect(signed.registers(code: -2 + 16, weightBits: 5) == .init(digits: [0b1110, 0b1111], negates: false))
        let magnitude = ShiftAddElements(bitsPerElement: 4, signs: .signMagnitude)
        #expect(magnitude.registers(code: -100 + 128, weightBits: 8) == .init(digits: [0b0100, 0b0110], negates: true))
        let offset = ShiftAddElements(bitsPerElement: 4, signs: .offset)
        #expect(offset.registers(code: 0b101_1001, weightBits: 7) == .init(digits: [0b1001, 0b101], negates: false))
    }

    @Test func wideWeightsTakeNeighbours() {
        let four = ShiftAddElements(bitsPerElement: 4, signs: .offset)
        #expect((1...8).map { four.perWeight(weightBits: $0) } == [1, 1, 1, 1, 2, 2, 2, 2])
        let two = ShiftAddElements(bitsPerElement: 2, signs: .offset)
        #expect((1...8).map { two.perWeight(weightBits: $0) } == [1, 1, 2, 2, 4, 4, 4, 4])
        let one = ShiftAddElements(bitsPerElement: 1, signs: .offset)
        #expect((1...8).map { one.perWeight(weightBits: $0) } == [1, 2, 4, 4, 8, 8, 8, 8])
    }
}
