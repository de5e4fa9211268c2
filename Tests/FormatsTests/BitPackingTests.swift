import Formats
import Testing

@Suite struct BitPackingTests {
    /// The row as a list of bits, lowest first, cut into bytes.
    static func literal(_ codes: [UInt32], bits: Int) -> [UInt8] {
        let stream = codes.flatMap { code in (0..<bits).map { code >> UInt32($0) & 1 } }
        return stride(from: 0, to: stream.count, by: 8).map { start in
            (start..<min(start + 8, stream.count)).reduce(0) { $0 | UInt8(stream[$1] << UInt32($1 - start)) }
        }
    }

    @Test(arguments: 1...16)
    func everyWidthAndLengthRoundTrips(bits: Int) {
        var random = SplitMix64(seed: UInt64(bits))
        for count in Array(0...40) + [255, 256, 1001] {
            let codes = (0..<count).map { _ in UInt32(random.next() >> UInt64(64 - bits)) }
            let bytes = BitPacking.packed(codes: codes, bits: bits)
            #expect(bytes == Self.literal(codes, bits: bits))
            #expect(bytes.count == BitPacking.byteCount(count: count, bits: bits))
            #expect(BitPacking.unpack(bytes: bytes, count: count, bits: bits) == codes)
            // A row inside a larger buffer, and one behind a wrapper without contiguous storage.
            let padded = [0xAA] + bytes + [0x55]
            #expect(BitPacking.unpack(bytes: padded[1..<padded.count - 1], count: count, bits: bits) == codes)
            #expect(BitPacking.unpack(bytes: Array(bytes.reversed()).reversed(), count: count, bits: bits) == codes)
        }
    }

    @Test(arguments: 1...16)
    func shortRowsAreRefused(bits: Int) {
        let bytes = [UInt8](repeating: 0xFF, count: bits)
        #expect(BitPacking.unpack(bytes: bytes, count: 8, bits: bits)?.count == 8)
        #expect(BitPacking.unpack(bytes: bytes, count: 9, bits: bits) == nil)
        #expect(BitPacking.unpack(bytes: bytes, count: .max, bits: bits) == nil)
        #expect(BitPacking.unpack(bytes: bytes, count: -1, bits: bits) == nil)
    }

    @Test func handMadeRows() {
        #expect(BitPacking.packed(codes: [1, 2, 3, 0, 1], bits: 2) == [0b00_11_10_01, 0b01])
        #expect(BitPacking.packed(codes: [5, 6, 7], bits: 3) == [0b11_110_101, 0b1])
        #expect(BitPacking.packed(codes: [0xABC, 0x123], bits: 12) == [0xBC, 0x3A, 0x12])
        #expect(BitPacking.packed(codes: [0xFFFF_FFF1], bits: 4) == [1])
    }
}
