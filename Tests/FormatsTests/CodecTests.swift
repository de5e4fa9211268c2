import Formats
import Testing

@Suite struct CodecTests {
    /// Slots of pairs have no value of their own.
    static let integers = Codec.all.filter { $0.isInteger && $0.pairs == nil }

    /// The values of a codec from its words alone: the k-th code in ascending order.
    static func expectedValue(_ codec: Codec, code: Int) -> Int? {
        let levels = 1 << codec.bits
        switch codec {
        case .signed: return code < levels / 2 ? code : code - levels
        case .unsigned: return code
        case .bipolar: return -(levels - 1) + 2 * code
        case .ternary: return code == 3 ? nil : code - 1
        case .flint(let format): return FlintCodecTests.table(format)[code]
        case .float32, .float16, .bfloat16, .minifloat, .outlierVictim: return nil
        }
    }

    /// Every code up to 16 bits; for int32 both ends and the middle.
    static func codes(of codec: Codec) -> [Int] {
        guard codec.bits > 16 else { return Array(0..<1 << codec.bits) }
        let top = 1 << codec.bits
        return Array(0..<1000) + Array(top / 2 - 500..<top / 2 + 500) + Array(top - 1000..<top)
    }

    @Test(arguments: Codec.all)
    func nameRoundTrips(codec: Codec) {
        #expect(Codec(name: codec.name) == codec)
        #expect(Codec(name: codec.name + " ") == nil)
        #expect(Codec(name: codec.name.uppercased()) == nil)
    }

    @Test(arguments: [
        "", "int", "int1", "int17", "int33", "int08", "uint0", "uint17", "bipolar0", "bipolar9", "f64", "i8",
    ])
    func unknownNameIsRefused(name: String) { #expect(Codec(name: name) == nil) }

    @Test func namesAreUnique() { #expect(Set(Codec.all.map(\.name)).count == Codec.all.count) }

    @Test(arguments: integers)
    func everyCodeDecodesAndEncodesBack(codec: Codec) throws {
        let range = try #require(codec.range)
        for code in Self.codes(of: codec) {
            let value = Int(codec.value(ofCode: UInt32(code)))
            guard let expected = Self.expectedValue(codec, code: code) else {
                #expect(!codec.isWellFormed(code: UInt32(code)) && !range.contains(value))
                continue
            }
            // Minus zero is read and not written.
            let written = codec == .flint(.signed) && code == 0b1000 ? 0 : code
            guard value == expected, codec.code(ofValue: value) == UInt32(written), range.contains(value),
                codec.isWellFormed(code: UInt32(code))
            else {
                Issue.record("\(codec.name) code \(code) gives \(value), expected \(expected)")
                return
            }
        }
    }

    @Test(arguments: integers)
    func rangeIsExactlyTheReachableValues(codec: Codec) throws {
        let range = try #require(codec.range)
        let values = Self.codes(of: codec).compactMap { Self.expectedValue(codec, code: $0) }
        #expect(values.min() == range.lowerBound)
        #expect(values.max() == range.upperBound)
        #expect(codec.code(ofValue: range.lowerBound - 1) == nil)
        #expect(codec.code(ofValue: range.upperBound + 1) == nil)
        #expect(codec.code(ofValue: .min) == nil)
        #expect(codec.code(ofValue: .max) == nil)
    }

    @Test(arguments: integers.filter { $0.bits < 32 })
    func highBitsAreMalformedAndIgnored(codec: Codec) {
        let high = UInt32(1) << UInt32(codec.bits)
        #expect(!codec.isWellFormed(code: high))
        #expect(codec.value(ofCode: high | 1) == codec.value(ofCode: 1))
    }

    @Test(arguments: 1...8)
    func bipolarHasNoEvenLevel(bits: Int) {
        for value in stride(from: -(1 << bits) + 2, through: (1 << bits) - 2, by: 2) {
            #expect(Codec.bipolar(bits: bits).code(ofValue: value) == nil)
        }
    }

    @Test func ternaryCodeThreeIsMalformed() {
        #expect((0...3).map { Codec.ternary.isWellFormed(code: $0) } == [true, true, true, false])
    }

    @Test(arguments: [Codec.float16, .float32])
    func floatsHaveNoIntegers(codec: Codec) {
        #expect(codec.range == nil)
        #expect(codec.code(ofValue: 0) == nil)
    }

    @Test(arguments: Codec.all)
    func edgeBytesHoldOneCode(codec: Codec) {
        #expect([1, 2, 4].first { $0 * 8 >= codec.bits } == codec.edgeBytes)
    }
}
