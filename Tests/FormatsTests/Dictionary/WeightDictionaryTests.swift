import Formats
import Testing

@Suite struct WeightDictionaryTests {
    static func dictionary(_ numbers: [Float]) -> WeightDictionary? {
        WeightDictionary(centroids: numbers.map(Binary16.narrowed))
    }

    @Test func numbersAscendAndAreFinite() {
        #expect(Self.dictionary([]) == nil && Self.dictionary([1, 1]) == nil && Self.dictionary([2, 1]) == nil)
        #expect(Self.dictionary([-0.0, 0]) == nil && Self.dictionary([0, .infinity]) == nil && Self.dictionary([.nan]) == nil)
        #expect(Self.dictionary((0...16).map(Float.init)) == nil)
        #expect(Self.dictionary((0...15).map(Float.init))?.bits == 4)
    }

    @Test func indicesHaveTheFewestBitsFromTwoOn() {
        let bits = (1...16).map { count in Self.dictionary((0..<count).map(Float.init))?.bits }
        #expect(bits == [2, 2, 2, 2, 3, 3, 3, 3] + Array(repeating: 4, count: 8))
    }

    /// Zero of the other sign, a neighbour and infinity are none of the numbers.
    @Test func onlyTheSamePatternHasAnIndex() throws {
        let dictionary = try #require(Self.dictionary([-1, 0, 1.5]))
        #expect(dictionary.index(of: 0xBC00) == 0 && dictionary.index(of: 0) == 1 && dictionary.index(of: 0x3E00) == 2)
        for pattern: UInt16 in [0x8000, 0x3E01, 0x3DFF, 0x7C00, 0x7E00] { #expect(dictionary.index(of: pattern) == nil) }
    }

    /// 0.25 is as far from 0 as from 0.5; the numbers beyond the ends take the ends.
    @Test func theLesserOfTwoEquallyNearNumbersIsTaken() throws {
        let dictionary = try #require(Self.dictionary([-1, 0, 0.5]))
        let found = [-65504, -0.5, -0.50048828, 0, 0.25, 0.25024414, 65504].map { dictionary.nearest(to: $0) }
        #expect(found == [0, 0, 0, 1, 1, 2, 2])
    }
}
