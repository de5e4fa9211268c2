import BigInt
import Formats
import Testing

@Suite struct RotaryTableTests {
    typealias Wide = WideArithmetic

    /// position * base^(-2 pair / dimension), with 600 bits.
    static func angle(position: Int, pair: Int, dimension: Int, base: Double) -> BigInt {
        let exponent = Wide.logarithm(base) * BigInt(2 * pair) / BigInt(dimension)
        let inverse = Wide.exponential(BigInt(exponent.magnitude))
        let frequency = exponent < 0 ? inverse : (Wide.one << Wide.bits) / inverse
        return frequency * BigInt(position)
    }

    /// |computed - exact| in units in the last place of the exact value.
    static func error(_ computed: Float, _ exact: BigInt) -> Double {
        let unit = exact.magnitude.bitWidth - 24
        let difference = (WideArithmetic.number(computed) - exact).magnitude
        return unit < 64 ? (difference == 0 ? 0 : .infinity) : Double(UInt64(difference >> (unit - 32))) * 0x1p-32
    }

    @Test(arguments: [10000, 500_000, 1_000_000, 10_000.5, 2, 0.25, 1, 1e30], [2, 64, 96, 128, 130])
    func everyValueIsTheNearestNumber(base: Double, dimension: Int) {
        var pairs = [0, 1, 2, 7, dimension / 4, dimension / 2 - 1].filter { $0 < dimension / 2 }
        pairs = Array(Set(pairs)).sorted()
        for pair in pairs {
            let frequency = RotaryFrequency(pair: pair, rotaryDimension: dimension, base: base)
            for position in [0, 1, 2, 3, 11, 22, 355, 2047, 4096, 103_993, 131_071, 833_719, 1_048_575, 1_048_576] {
                let exact = Wide.cosineSine(
                    Self.angle(position: position, pair: pair, dimension: dimension, base: base))
                let (cosine, sine) = frequency.cosineSine(position: position)
                #expect(Self.error(cosine, exact.cosine) <= 0.500001, "cos \(position) \(pair)/\(dimension) \(base)")
                #expect(Self.error(sine, exact.sine) <= 0.500001, "sin \(position) \(pair)/\(dimension) \(base)")
            }
        }
    }

    @Test func knownValues() {
        let first = RotaryTable.cosineSine(position: 1, pair: 0, rotaryDimension: 64, base: 10000)
        #expect(first == (0.5403023, 0.84147098))
        // base^(-2 * 16 / 64) = 1 / 100.
        let hundredth = RotaryTable.cosineSine(position: 100, pair: 16, rotaryDimension: 64, base: 10000)
        #expect(hundredth == first)
        let origin = RotaryTable.cosineSine(position: 0, pair: 5, rotaryDimension: 64, base: 10000)
        #expect(origin.cosine.bitPattern == Float(1).bitPattern && origin.sine.bitPattern == 0)
    }

    @Test func negativePositionsTurnTheOtherWay() {
        for position in [1, 50, 100_000] {
            let forward = RotaryTable.cosineSine(position: position, pair: 3, rotaryDimension: 64, base: 10000)
            let backward = RotaryTable.cosineSine(position: -position, pair: 3, rotaryDimension: 64, base: 10000)
            #expect(backward == (forward.cosine, -forward.sine))
        }
    }

    @Test func frequenciesOfAllPairsAreThoseOfEachPair() {
        let frequencies = RotaryTable.frequencies(rotaryDimension: 80, base: 10000)
        #expect(frequencies.count == 40)
        for (pair, frequency) in frequencies.enumerated() {
            let single = RotaryTable.cosineSine(position: 1234, pair: pair, rotaryDimension: 80, base: 10000)
            #expect(frequency.cosineSine(position: 1234) == single)
        }
        #expect(RotaryTable.frequencies(rotaryDimension: 0, base: 10000).isEmpty)
        #expect(RotaryTable.frequencies(rotaryDimension: -4, base: 10000).isEmpty)
    }

    @Test(arguments: [0, -1, .nan, .infinity, -.infinity] as [Double])
    func impossibleBasesGiveNaN(base: Double) {
        let (cosine, sine) = RotaryTable.cosineSine(position: 1, pair: 1, rotaryDimension: 64, base: base)
        #expect(cosine.bitPattern == 0x7FC0_0000 && sine.bitPattern == 0x7FC0_0000)
    }

    @Test func anglesOutOfRangeGiveNaN() {
        #expect(RotaryTable.cosineSine(position: .max, pair: 0, rotaryDimension: 64, base: 10000).cosine.isNaN)
        #expect(RotaryTable.cosineSine(position: 1, pair: 1, rotaryDimension: 0, base: 10000).cosine.isNaN)
        #expect(RotaryTable.cosineSine(position: 1, pair: 31, rotaryDimension: 62, base: 1e308).sine.isNaN)
    }
}
