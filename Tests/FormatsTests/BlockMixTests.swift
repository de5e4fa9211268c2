import Formats
import Testing

@Suite struct BlockMixTests {
    @Test func theLeastCountThatHoldsTheValuesIsTaken() {
        let expected = [0, 2, 2, 4, 4, 8, 8, 8, 8, 16, 16, 16, 16, 16, 16, 16, 16]
        #expect((0...16).map { BlockMix.all.count(holding: $0) } == expected)
        let some = BlockMix(allowed: [2, 8])
        #expect((0...9).map { some?.count(holding: $0) } == [2, 2, 2, 8, 8, 8, 8, 8, 8, nil])
    }

    @Test(arguments: [
        ([], nil), ([0], nil), ([3], nil), ([4, 2], nil), ([2, 2], nil), ([2, 32], nil), ([2, 4], [1]), ([2, 4], [0, 0]),
        ([2, 4], [-1, 2]), ([2, 4], [1, 1001]),
    ] as [([Int], [Int]?)])
    func whatIsNoMixIsRefused(_ allowed: [Int], _ frequencies: [Int]?) {
        #expect(BlockMix(allowed: allowed, frequencies: frequencies) == nil)
    }

    /// Every number below the sum of the frequencies once.
    @Test func drawsFollowTheFrequencies() throws {
        let mix = try #require(BlockMix(allowed: [0, 4, 16], frequencies: [3, 0, 2]))
        let drawn = (0..<5).map { number in
            mix.drawn { below in
                #expect(below == 5)
                return number
            }
        }
        #expect(drawn == [0, 0, 0, 16, 16])
        #expect(mix.name == "0,4,16:16")
    }
}
