import BigInt
import Formats
import Testing

@Suite struct QuantiserTests {
    @Test func handMadeCodes() {
        let int8 = -128...127
        #expect(Quantiser.quantised(1.25, scale: 0.5, zeroPoint: 0, range: int8) == 2)
        #expect(Quantiser.quantised(1.75, scale: 0.5, zeroPoint: 0, range: int8) == 4)
        #expect(Quantiser.quantised(-1.25, scale: 0.5, zeroPoint: 10, range: int8) == 8)
        #expect(Quantiser.quantised(1e9, scale: 0.5, zeroPoint: 10, range: int8) == 127)
        #expect(Quantiser.quantised(-.infinity, scale: 0.5, zeroPoint: 10, range: int8) == -128)
        #expect(Quantiser.quantised(.nan, scale: 0.5, zeroPoint: 10, range: int8) == 10)
        #expect(Quantiser.quantised(0, scale: 0, zeroPoint: 3, range: int8) == 3)
        #expect(Quantiser.quantised(1, scale: 0, zeroPoint: 3, range: int8) == 127)
        #expect(Quantiser.quantised(-1, scale: .leastNonzeroMagnitude, zeroPoint: 128, range: 0...255) == 0)
    }

    @Test func int32SaturatesWithoutWrapping() {
        let range = Int(Int32.min)...Int(Int32.max)
        #expect(Quantiser.quantised(3e9, scale: 1, zeroPoint: -5, range: range) == Int(Int32.max))
        #expect(Quantiser.quantised(-3e9, scale: 1, zeroPoint: 5, range: range) == Int(Int32.min))
        #expect(Quantiser.quantised(0x1p31, scale: 1, zeroPoint: -(1 << 31), range: range) == 0)
    }

    /// r is one rounded division; what follows is checked in exact rationals.
    @Test func seededValuesFollowTheDefinition() {
        var random = SplitMix64(seed: 5)
        let codecs: [Codec] = [.int8, .uint8, .signed(bits: 4), .unsigned(bits: 2), .signed(bits: 16)]
        for codec in codecs {
            guard let range = codec.range else { continue }
            for _ in 0..<4000 {
                let scale = Float.random(in: 0.001...0.3, using: &random)
                let zero = Int.random(in: range, using: &random)
                let x = Float.random(in: -1...1, using: &random) * scale * Float(range.count)
                let ratio = x / scale
                let exact = exactlyRounded(BigInt(Double(ratio) * 0x1p80), over: BigInt(1) << 80, by: .halfToEven)
                let expected = min(max(Int(exact) + zero, range.lowerBound), range.upperBound)
                #expect(Quantiser.quantised(x, scale: scale, zeroPoint: zero, range: range) == expected)
            }
        }
    }

    @Test func dynamicScaleMapsTheGreatestToTheLimit() {
        #expect(Quantiser.dynamicScale(maximumMagnitude: 254, bits: 8) == 2)
        #expect(Quantiser.dynamicScale(maximumMagnitude: 0, bits: 8) == 1)
        #expect(Quantiser.dynamicScale(maximumMagnitude: 3, bits: 2) == 3)
        #expect(Quantiser.dynamicScale(maximumMagnitude: .nan, bits: 8).bitPattern == 0x7FC0_0000)
        #expect(Quantiser.dynamicallyQuantised(-254, scale: 2, bits: 8) == -127)
        #expect(Quantiser.dynamicallyQuantised(-1e9, scale: 2, bits: 8) == -127)
        #expect(Quantiser.dynamicallyQuantised(5, scale: 2, bits: 8) == 2)
        #expect(Quantiser.dynamicallyQuantised(.nan, scale: 2, bits: 8) == 0)
    }

    @Test func greatestMagnitudeIgnoresNaNAndSigns() {
        let numbers: [Float] = [0.5, -3, .nan, 2, -0.0]
        #expect(Quantiser.maximumMagnitude(count: 5) { numbers[$0] } == 3)
        #expect(Quantiser.maximumMagnitude(count: 0) { numbers[$0] } == 0)
    }

    @Test func saturationClampsAndCannotWrap() {
        #expect(Quantiser.saturated(-162, to: -128...127) == -128)
        #expect(Quantiser.saturated(300, to: 0...255) == 255)
        #expect(Quantiser.saturated(.max, plus: 100, to: -128...127) == 127)
        #expect(Quantiser.saturated(.min, plus: -100, to: -128...127) == -128)
        #expect(Quantiser.saturated(50, plus: -60, to: -128...127) == -10)
    }
}
