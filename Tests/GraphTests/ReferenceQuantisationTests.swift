import BigInt
import Formats
import Graph
import Testing

/// Changes of encoding, against exact fractions.
@Suite struct ReferenceQuantisationTests {
    @Test func quantiseRoundsTiesToEvenThenClampsAndMapsNaNToZeroPoint() throws {
        var node = OneNode(.quantise)
        node.add("x", [9], [0.25, 0.75, -0.25, 1.25, 1000, -1000, .nan, .infinity, -.infinity])
        let encoding = TensorEncoding.codes(.uint8, scale: .uniform(0.5), zero: .uniform(10))
        #expect(try node.integers([9], encoding) == [10, 12, 10, 12, 255, 0, 10, 255, 0])
    }

    @Test(arguments: [(2, false), (3, true)]) func quantiseUsesTheScaleOfTheElement(_ group: Int, _ axis: Bool) throws {
        var random = SeededGenerator(41)
        let x = random.floats(15, -50...50)
        let count = axis ? 5 : 9
        let scales = random.floats(count, 0.1...1)
        let zeros = random.integers(count, -20...20)
        let granularity = axis ? Granularity.axis(1) : .group(size: group)
        var node = OneNode(.quantise)
        node.add("x", [3, 5], x)
        node.add("s", [count], scales, as: .parameter)
        node.add("z", [count], .int32, zeros, as: .parameter)
        let encoding = TensorEncoding.codes(.int8, scale: .tensor("s", granularity), zero: .tensor("z", granularity))
        let expected = (0..<15).map { index in
            let entry = axis ? index % 5 : index / 5 * 3 + index % 5 / group
            let ratio = Fraction(OneRounding.divide(x[index], scales[entry]))
            return min(max(Int(ratio.rounded()), -128 - zeros[entry]), 127 - zeros[entry]) + zeros[entry]
        }
        #expect(try node.integers([3, 5], encoding) == expected)
    }

    @Test func dynamicScaleIsTheGreatestMagnitudeOfItsGroup() throws {
        var node = OneNode(.quantiseDynamic(.group(size: 3)))
        let x: [Float] = [1, -3, 2, 0, 0, 0.1, 7, 0.5]
        node.add("x", [2, 4], x)
        let types = [
            TensorType(shape: [2, 4], encoding: .codes(.signed(bits: 4), scale: .tensor("y1", .group(size: 3)))),
            TensorType(shape: [2, 2], encoding: .float32),
        ]
        var states: [String: Tensor] = [:]
        let results = try node.run(types, &states)
        let scales: [Float] = [
            OneRounding.divide(3, 7), 1, OneRounding.divide(7, 7), OneRounding.divide(0.5, 7),
        ]
        #expect(results[1].storage == .float32(scales))
        let expected = x.enumerated().map { index, value in
            let ratio = OneRounding.divide(value, scales[index / 4 * 2 + index % 4 / 3])
            return min(max(Int(Fraction(ratio).rounded()), -7), 7)
        }
        #expect(node.values(results[0], .signed(bits: 4)) == expected)
    }

    @Test func dequantiseSubtractsThenScales() throws {
        var node = OneNode(.dequantise)
        node.add("x", [4], .codes(.bipolar(bits: 2), scale: .uniform(0.1), zero: .uniform(2)), [-3, -1, 1, 3])
        #expect(try node.floats([4]) == [-5, -3, -1, 1].map { OneRounding.multiply($0, 0.1) })
    }

    @Test func dequantiseOfAnAccumulatorMultipliesTheScalesFirst() throws {
        var node = OneNode(.dequantise)
        let scale = Scale.product(.tensor("row", .group(size: 64)), .tensor("column", .axis(0)))
        let accumulators = [16_777_217, -16_777_219, 5, 123_456_789, 7, -1]
        node.add("x", [2, 3], .codes(.int32, scale: scale), accumulators)
        let (row, column): ([Float], [Float]) = ([0.1, 0.3], [0.7, 0.9, 1.1])
        node.add("row", [2, 1], row, as: .parameter)
        node.add("column", [3], column, as: .parameter)
        let expected = accumulators.enumerated().map { index, value in
            OneRounding.multiply(
                OneRounding.convert(BigInt(value)), OneRounding.multiply(row[index / 3], column[index % 3]))
        }
        #expect(try node.floats([2, 3]) == expected)
    }

    @Test func columnScalesOfBatchedWeightsFollowTheirMatrix() throws {
        var node = OneNode(.dequantise)
        let scale = Scale.product(.uniform(1), .tensor("column", .group(size: 64)))
        node.add("x", [4, 1, 2], .codes(.int32, scale: scale), Array(repeating: 1, count: 8))
        node.add("column", [2, 2, 1], [1, 2, 3, 4], as: .parameter)
        // Four tasks, two matrices: each serves two consecutive tasks.
        #expect(try node.floats([4, 1, 2]) == [1, 2, 1, 2, 3, 4, 3, 4])
    }

    static let rules: [(RoundingRule, Fraction.Ties)] = [
        (.halfToEven, .toEven), (.halfUp, .up), (.halfAwayFromZero, .awayFromZero),
    ]

    @Test(arguments: 0..<3) func givenDyadicFactorsRoundTheExactQuotient(_ rule: Int) throws {
        var random = SeededGenerator(51)
        let accumulators =
            [1, -1, 3, -3, 5, -5, Int(Int32.max), Int(Int32.min)] + random.integers(92, -100_000...100_000)
        let multipliers = [1, 3, 1 << 30, 2_147_483_647]
        let shifts = [1, 2, 40, 31]
        var node = OneNode(
            .requantise(Requantisation(kind: .dyadic(rounding: Self.rules[rule].0), multiplier: "m", shift: "e")))
        node.add("x", [25, 4], .int32, accumulators)
        node.add("m", [4], .int32, multipliers, as: .parameter)
        node.add("e", [4], .int32, shifts, as: .parameter)
        let expected = accumulators.enumerated().map { index, value in
            let quotient = Fraction(BigInt(value) * BigInt(multipliers[index % 4]), BigInt(1) << shifts[index % 4])
            return Int(min(max(quotient.rounded(Self.rules[rule].1) - 4, -128), 127))
        }
        #expect(try node.integers([25, 4], .codes(.int8, zero: .uniform(-4))) == expected)
    }

    @Test func dyadicFactorsAreDerivedFromTheScales() throws {
        var random = SeededGenerator(52)
        let accumulators = random.integers(60, -40_000...40_000)
        let columns = random.floats(6, 0.0005...0.02)
        let (row, output): (Float, Float) = (0.37, 0.21)
        var node = OneNode(.requantise(Requantisation(kind: .dyadic(rounding: .halfUp))))
        let scale = Scale.product(.uniform(row), .tensor("column", .axis(0)))
        node.add("x", [10, 6], .codes(.int32, scale: scale), accumulators)
        node.add("column", [6], columns, as: .parameter)
        let expected = accumulators.enumerated().map { index, value in
            // The ratio of the two binary32 scales, rounded to binary64, then to 31 bits.
            let scale = OneRounding.multiply(row, columns[index % 6])
            let ratio = Double(scale) / Double(output)
            var shift = 0
            var (low, high) = (Fraction(1, 2), Fraction(1))
            let exact =
                Fraction(BigInt(ratio.significandBitPattern) + BigInt(1) << 52)
                * Fraction.power(Int(ratio.exponent) - 52)
            while exact < low { (low, high, shift) = (low * Fraction(1, 2), high * Fraction(1, 2), shift - 1) }
            while !(exact < high) { (low, high, shift) = (low * Fraction(2), high * Fraction(2), shift + 1) }
            let multiplier = (exact / Fraction.power(shift) * Fraction.power(31)).rounded(.up)
            let quotient = Fraction(BigInt(value) * multiplier) / Fraction.power(31 - shift)
            return Int(min(max(quotient.rounded(.up) + 3, 0), 255))
        }
        let encoding = TensorEncoding.codes(.uint8, scale: .uniform(output), zero: .uniform(3))
        #expect(try node.integers([10, 6], encoding) == expected)
    }

    @Test func halfIsADyadicNumberWithTheLeastMultiplier() throws {
        // R = 0.5 = 0.5 * 2^0: M = 2^30, E = 31. acc * M / 2^E = acc / 2, half up.
        var node = OneNode(.requantise(Requantisation(kind: .dyadic(rounding: .halfUp))))
        node.add("x", [5], .codes(.int32, scale: .uniform(0.25)), [5, -5, 7, 1000, -1000])
        #expect(try node.integers([5], .codes(.int8, scale: .uniform(0.5))) == [3, -2, 4, 127, -128])
    }

    @Test func floatRequantisationRoundsTheFactorTheConversionAndTheProduct() throws {
        var random = SeededGenerator(53)
        let accumulators = [16_777_217, -33_554_435] + random.integers(58, -3000...3000)
        let (row, column, output): (Float, Float, Float) = (0.013, 0.7, 0.11)
        var node = OneNode(.requantise(Requantisation(kind: .float)))
        node.add("x", [60], .codes(.int32, scale: .product(.uniform(row), .uniform(column))), accumulators)
        let factor = OneRounding.divide(OneRounding.multiply(row, column), output)
        let expected = accumulators.map { value in
            let scaled = OneRounding.multiply(OneRounding.convert(BigInt(value)), factor)
            return Int(min(max(Fraction(scaled).rounded() + 5, -128), 127))
        }
        let encoding = TensorEncoding.codes(.int8, scale: .uniform(output), zero: .uniform(5))
        #expect(try node.integers([60], encoding) == expected)
    }

    @Test func aScaleOfZeroIsAnError() {
        var node = OneNode(.requantise(Requantisation(kind: .dyadic(rounding: .halfUp))))
        node.add("x", [1], .codes(.int32, scale: .uniform(0)), [5])
        let message = diagnostics { _ = try node.integers([1], .codes(.int8, scale: .uniform(0.5))) }
        #expect(message.contains("'node'") && message.contains("ratio of scales"))
    }
}
