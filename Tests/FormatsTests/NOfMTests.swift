import Formats
import Testing

@Suite struct NOfMTests {
    /// Mask of values that are not zero, and the nibble i0 | i1 << 2 that PyTorch stores.
    @Test(arguments: [
        (0b0011, 0b0100), (0b0101, 0b1000), (0b0110, 0b1001), (0b1001, 0b1100), (0b1010, 0b1101), (0b1100, 0b1110),
        (0b0000, 0b1110), (0b1000, 0b1110), (0b0100, 0b1110), (0b0010, 0b1101), (0b0001, 0b1100),
    ] as [(UInt32, UInt32)])
    func positionsAreThoseOfTheSemiStructuredConversion(_ mask: UInt32, _ nibble: UInt32) throws {
        let kept = try #require(NOfM(n: 2, m: 4)).kept(holding: mask)
        let positions = (UInt32(0)..<4).filter { (kept >> $0) & 1 == 1 }
        try #require(positions.count == 2)
        #expect(positions[0] | positions[1] << 2 == nibble)
    }
}
