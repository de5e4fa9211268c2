import Arch
import Engines
import Testing

struct LayoutTests {
    static let engines: [any Engine] = [
        MACArray(), MACArray(rows: 8, columns: 5), LUTTensorCore(), LUTTensorCore(n: 7), LUTTensorCore(n: 1),
        LUTTensorCore(n: 5, symmetric: false), MixPEArray(columns: 14), DSPChain(),
        BitSerialArray(columns: 9), FusionArray(columns: 11), DSPChain(rows: 10, vectorColumns: 7),
        LUTTensorCore(n: 7, k: 1), LUTTensorCore(n: 5, k: 2), LUTTensorCore(n: 11, k: 3), LUTTensorCore(n: 3, k: 5),
        LUTTensorCore(n: 9, k: 6, symmetric: false), OliveArray(), OliveArray(columns: 10),
    ]

    @Test(arguments: engines.indices)
    func codesInvertsLayOut(_ index: Int) {
        let engine = Self.engines[index]
        var random = SeededGenerator(UInt64(index))
        for bits in 1...8 {
            for (columns, granules) in [(1, 1), (5, 3), (64, 2), (65, 7), (130, 1)] {
                let depth = granules * engine.depthBlock
                let top = UInt8((1 << bits) - 1)
                let codes = (0..<columns * depth).map { _ in UInt8.random(in: 0...top, using: &random) }
                let bytes = engine.layOut(codes: codes, columns: columns, depth: depth, weightBits: bits)
                let blocks = (columns + engine.columnBlock - 1) / engine.columnBlock
                #expect(bytes.count == blocks * engine.weightBytes(depth: depth, weightBits: bits))
                #expect(engine.codes(laidOut: bytes, columns: columns, depth: depth, weightBits: bits) == codes)
            }
        }
    }

    @Test func missingColumnsHoldCodeZero() {
        for engine in Self.engines {
            let depth = 2 * engine.depthBlock
            let ones = [UInt8](repeating: 1, count: 2 * depth)
            let two = engine.layOut(codes: ones, columns: 2, depth: depth, weightBits: 2)
            let block = engine.columnBlock
            let whole = (2 + block - 1) / block * block
            let padded = ones + [UInt8](repeating: 0, count: (whole - 2) * depth)
            #expect(two == engine.layOut(codes: padded, columns: whole, depth: depth, weightBits: 2))
        }
    }

    @Test func macRowsAreLittleEndianBitStreams() {
        let engine = MACArray(rows: 4, columns: 4)
        // k 0: columns 1, 2, 3, 4 of three bits: 100 011 010 001 from the top; k 1: 5, 6, 7, 0.
        let bytes = engine.layOut(codes: [1, 5, 2, 6, 3, 7, 4, 0], columns: 4, depth: 2, weightBits: 3)
        #expect(bytes == [0b1101_0001, 0b0000_1000, 0b1111_0101, 0b0000_0001])
    }

    /// Codes of five bits cross bytes: column 0 is bits 0...4 and column 1 bits 5...9, 19 + 26 * 32 = 851.
    @Test func codesOfFiveBitsCrossBytes() {
        let bytes = MixPEArray(rows: 4, columns: 4).layOut(codes: [19, 26], columns: 2, depth: 1, weightBits: 5)
        #expect(bytes == [UInt8(851 % 256), UInt8(851 / 256)])
    }

    @Test func lookupNibblesLieByTablePlaneColumn() {
        let engine = LUTTensorCore(n: 2)
        // Column 0: codes 1 0 0 2, column 1: 0 3 0 0. Plane 0: 0001 and 0010; plane 1: 1000 and 0010.
        // Only the first has its sign bit set and is folded.
        let bytes = engine.layOut(codes: [1, 0, 0, 2, 0, 3, 0, 0], columns: 2, depth: 4, weightBits: 2)
        #expect(bytes == [0b0010_1111, 0b0010_1000])
    }

    /// Weights 1 1 0, 0 1 1 and 1 0 1 are the numbers 3, 6, 5; folded (a set bit 0 complements the others) 5, 6, 3.
    /// As a stream of three bits each from the lowest: 5 + 6 * 8 + 3 * 64 = 245, and 3 + 6 * 8 + 5 * 64 = 371.
    @Test func groupsOfThreeAreABitStream() {
        let codes: [UInt8] = [1, 1, 0, 0, 1, 1, 1, 0, 1]
        let bytes = LUTTensorCore(n: 3, k: 3).layOut(codes: codes, columns: 3, depth: 3, weightBits: 1)
        #expect(bytes == [0b1111_0101, 0b0000_0000])
        let full = LUTTensorCore(n: 3, k: 3, symmetric: false)
        let plain = full.layOut(codes: codes, columns: 3, depth: 3, weightBits: 1)
        #expect(plain == [0b0111_0011, 0b0000_0001])
    }

    @Test func tileOf64ColumnsTakes32BytesPerTableAndPlane() {
        for bits in 1...8 {
            #expect(LUTTensorCore(k: 5).weightBytes(depth: 20, weightBits: bits) == 4 * 40 * bits)
            #expect(LUTTensorCore().weightBytes(depth: 4096, weightBits: bits) == 1024 * 32 * bits)
            #expect(MACArray().weightBytes(depth: 100, weightBits: bits) == 100 * 8 * bits)
        }
    }
}
