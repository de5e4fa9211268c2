import Arch
import Engines
import Testing

/// Four-bit codes and a list of outliers: the split, the sums and the time.
struct OLAccelTests {
    static let engines = [
        OLAccelArray(), OLAccelArray(rows: 6, columns: 5, outlierLanes: 3, valueBytes: 1, coordinateBytes: 3),
        OLAccelArray(rows: 2, columns: 9, outlierLanes: 1, epilogueLanes: 4, partialRows: 2),
    ]

    /// t = u - 128 of 8 bits: 120 to 135 stay as -8 to 7, all else is listed, block by block, then k by k.
    @Test func weightsAreSplitByTheirDistanceFromTheMiddle() {
        let engine = OLAccelArray(rows: 2, columns: 2)
        // Columns 0, 1 and 2 of two k each.
        let codes: [UInt8] = [120, 0, 135, 255, 119, 128]
        #expect(engine.outliers(codes: codes, columns: 3, depth: 2, run: 1, weightBits: 8) == [
            [Outlier(lane: 0, run: 1, place: 0, value: -128), Outlier(lane: 1, run: 1, place: 0, value: 127)],
            [Outlier(lane: 0, run: 0, place: 0, value: -9)],
        ])
        // Two blocks of two columns, a byte per k: codes t + 8 are 0 and 15, 8 and 8; 8 and nothing twice.
        #expect(engine.layOut(codes: codes, columns: 3, depth: 2, weightBits: 8) == [0xF0, 0x88, 0x08, 0x08])
    }

    @Test(arguments: 1...8)
    func splitLosesNothing(_ bits: Int) {
        for engine in Self.engines {
            var random = SeededGenerator(UInt64(bits))
            let codes = (0..<17 * 11).map { _ in UInt8.random(in: 0...UInt8(1 << bits - 1), using: &random) }
            let bytes = engine.layOut(codes: codes, columns: 17, depth: 11, weightBits: bits)
            var again = engine.codes(laidOut: bytes, columns: 17, depth: 11, weightBits: bits)
            let lists = engine.outliers(codes: codes, columns: 17, depth: 11, run: 4, weightBits: bits)
            for (block, list) in lists.enumerated() {
                for outlier in list {
                    let column = block * engine.columns + outlier.lane
                    again[column * 11 + 4 * outlier.run + outlier.place] = UInt8(outlier.value + 1 << (bits - 1))
                }
            }
            #expect(again == codes)
            #expect(bytes.count == (17 + engine.columns - 1) / engine.columns * engine.weightBytes(depth: 11, weightBits: bits))
            #expect(engine.weightBytes(depth: 3, weightBits: bits) == 3 * ((engine.columns * min(bits, 4) + 7) / 8))
        }
    }

    @Test func listsSurviveTheirBytes() {
        let outliers = [Outlier(lane: 300, run: 255, place: 65535, value: -128), Outlier(lane: 0, run: 0, place: 1, value: 127)]
        for format in [OutlierFormat(valueBytes: 1, coordinateBytes: 2), OutlierFormat(valueBytes: 2, coordinateBytes: 3)] {
            let bytes = format.bytes(outliers)
            #expect(bytes.count == 2 * format.entryBytes)
            bytes.withUnsafeBytes { raw in
                for (index, outlier) in outliers.enumerated() {
                    #expect(format.outlier(raw, at: index * format.entryBytes) == outlier)
                }
            }
        }
        // Value, run, place, lane, little-endian.
        #expect(OutlierFormat(valueBytes: 2, coordinateBytes: 2).bytes([Outlier(lane: 3, run: 8, place: 258, value: -2)])
            == [0xFE, 0xFF, 8, 2, 1, 3, 0])
    }

    /// Both implementations against the sums of the whole weights, with lists whose coordinates start elsewhere.
    @Test(arguments: 0..<60)
    func sumsAreThoseOfTheWholeWeights(_ seed: Int) {
        let product = ProductCase.random(seed % 2 == 0 ? .int8 : .uint8, seed: UInt64(seed), maximumRun: 20)
        let expected = product.expected()
        for engine in Self.engines {
            // A list is that of one column block.
            guard product.columns <= engine.columns || product.bits <= 4 else { continue }
            #expect(structuralAndFast(engine, product) == [expected, expected], "\(engine.summary)")
        }
    }

    /// - Parameter group: k of a weight scale; `nil` for integer output.
    static func multiply(
        rows: Int, columns: Int, run: Int, outliers: Int, activationBits: Int = 8, group: Int? = nil, counts: [Int] = []
    ) -> Multiply {
        let list = Multiply.Outliers(offset: 0, count: outliers).counted(counts)
        return Multiply(
            engine: 0, activations: LocalAddress(.activations, 0), activationFormat: .int8, activationBits: activationBits,
            innerRows: .init(count: rows, stride: run), run: run, weights: 0, weightBits: 8, codes: .offset,
            structure: outliers == 0 ? .dense : .outliers(list), zero: .immediate(128), columns: columns,
            accumulators: 0, accumulatorPitch: 4 * columns, accumulate: false,
            output: group.map { .scaled(weights: .init(group: $0, format: .float32, offset: 0), activations: nil) } ?? .integer)
    }

    /// 8 x 16 multipliers take 4 k of 8 bits at once: 24 k are 6 tiles of 10 rows, the first loaded in 4 cycles, so the last one
    /// would begin in cycle 54. Two lanes walk n outliers in ceil(n / 2) turns of 10 rows, of which the last may go beside it.
    @Test(arguments: [0, 1, 12, 13, 40])
    func theLastTileWaitsForTheLastTurn(_ outliers: Int) {
        let engine = OLAccelArray(rows: 8, columns: 16, outlierLanes: 2)
        let work = Self.multiply(rows: 10, columns: 16, run: 24, outliers: outliers)
        let timing = engine.timing(work, shape: nil)
        let waits = max(0, 10 * ((outliers + 1) / 2 - 1) - (4 + 5 * 10))
        #expect(timing.occupancy == 4 + 6 * 10 + waits)
        let beyond = timing.occupancyParts.filter { $0.term == .outliers }.reduce(0) { $0 + $1.cycles }
        #expect(beyond == waits)
        // Operand, product, 3 levels of 8, outlier sum, group sum, correction, accumulate.
        #expect(timing.latency == 1 + 1 + 3 + 1 + 1 + 1 + 1)
        let activity = engine.activity(work, shape: nil)
        #expect(activity[.outlierMultiplyAccumulate] == (outliers == 0 ? nil : 10 * outliers))
        #expect(activity[.metadataRead] == (outliers == 0 ? nil : 7 * outliers))
        #expect(activity[.multiplyAccumulate] == 10 * 16 * 24 * 2)
    }

    /// Two segments of one tile of 5 rows each. 14 outliers are 7 turns of 5 rows; in the first segment they end with the row before
    /// cycle 30 begins, 26 cycles after the tile was loaded, in the second one 30 cycles after the first has left.
    @Test func outliersOfOneSegmentDoNotHideBehindAnother() {
        let engine = OLAccelArray(rows: 8, columns: 16, outlierLanes: 2)
        func occupancy(_ first: Int, _ second: Int) -> Int {
            let work = Self.multiply(rows: 5, columns: 16, run: 8, outliers: first + second, group: 4, counts: [first, second])
            return engine.timing(work, shape: nil).occupancy
        }
        #expect(occupancy(0, 0) == 4 + 5 + 5)
        #expect(occupancy(14, 0) == 30 + 5 + 5)
        #expect(occupancy(0, 14) == 30 + 5)
        #expect(occupancy(7, 7) == 15 + 5 + 15 + 5)
        #expect(engine.outlierParts(Self.multiply(rows: 5, columns: 16, run: 10, outliers: 3, group: 4)) == [0..<4, 4..<8, 8..<10])
    }
}
