import Arch
import Diagnostics
import Engines
import Golden
import Testing

/// Lists of outliers that lie outside the scratchpad, belong to weights without one, or hold entries of no weight.
@Suite struct MalformedOutlierTests {
    static let engine = OLAccelArray(rows: 8, columns: 16)
    /// Of value, run, place and lane.
    static let entry = engine.outlierFormat.entryBytes

    /// Two rows of four activations by two columns: four rows of 16 codes of 4 bits from 0, and a list behind them.
    static func multiply(_ list: Multiply.Outliers, weightBits: Int = 8) -> Instruction.Body {
        .mma(Multiply(
            engine: 0, activations: LocalAddress(.activations, 0), activationFormat: .int8,
            innerRows: .init(count: 2, stride: 4), run: 4, weights: 0, weightBits: weightBits, codes: .offset,
            structure: .outliers(list), zero: .immediate(128), columns: 2, accumulators: 0, accumulatorPitch: 8,
            accumulate: false, output: .integer))
    }

    private func fields(_ body: Instruction.Body, engines: [any Engine] = [engine]) -> [String?] {
        do {
            _ = try GoldenModel(target: testTarget(padBytes: 256, engines: engines), program: padProgram([body], padBytes: 256))
            return []
        } catch { return (error as? Diagnostics)?.all.map(\.field) ?? [] }
    }

    struct Place: Sendable {
        var offset: Int
        var count: Int
    }
    /// As many entries as the scratchpad holds.
    static let most = 256 / entry
    static let inside = [Place(offset: 256 - 2 * entry, count: 2), Place(offset: 0, count: 1), Place(offset: 256 - most * entry, count: most)]
    static let outside = [
        Place(offset: 257 - 2 * entry, count: 2), Place(offset: -1, count: 1), Place(offset: 256, count: 1),
        Place(offset: 0, count: most + 1), Place(offset: 0, count: -1), Place(offset: 0, count: .max), Place(offset: 0, count: 0),
        Place(offset: .min, count: 1), Place(offset: .max, count: 1),
    ]

    @Test(arguments: inside)
    func listsInsideTheScratchpadAreTaken(_ place: Place) {
        #expect(fields(Self.multiply(.init(offset: place.offset, count: place.count))) == [])
    }

    @Test(arguments: outside)
    func listsOutsideTheScratchpadAreNamed(_ place: Place) {
        #expect(fields(Self.multiply(.init(offset: place.offset, count: place.count))) == ["instructions[4].outliers"])
    }

    /// Codes of 4 bits hold every weight of 4 bits, and other engines have no lists at all.
    @Test func weightsWithoutListsAreNamed() {
        let list = Multiply.Outliers(offset: 128, count: 1)
        #expect(fields(Self.multiply(list, weightBits: 4)) == ["instructions[4].outliers"])
        #expect(fields(Self.multiply(list), engines: [MACArray(rows: 8, columns: 16)]) == ["instructions[4].outliers"])
    }

    /// Of four entries only the second names a weight: 100 times the activation at k = 1 of each row, in column 1. The first
    /// names a lane past the columns, the third a place before the tile, the fourth a run that the instruction does not have.
    @Test(arguments: [GoldenModel.Path.fast, .structural])
    func entriesOfNoWeightAreLeftOut(_ path: GoldenModel.Path) throws {
        var image = Image(size: 256)
        // Codes of t = 0 for every weight: the zero point 128.
        for index in 0..<32 { image[.weights][index] = 0x88 }
        image.put([1, 2, 3, 4, 5, 6, 7, 8] as [Int8], LocalAddress(.activations, 0))
        let entries = [
            Outlier(lane: 2, run: 0, place: 10, value: 50), Outlier(lane: 1, run: 0, place: 10, value: 100),
            Outlier(lane: 0, run: 0, place: 8, value: 50), Outlier(lane: 0, run: 1, place: 10, value: 50),
        ]
        image.put(Self.engine.outlierFormat.bytes(entries), LocalAddress(.weights, 64))
        let list = Multiply.Outliers(offset: 64, count: entries.count, firstPlace: 9)
        let result = try execute([Self.multiply(list)], on: image, engines: [Self.engine], path: path)
        #expect(result.array(Int32.self, LocalAddress(.accumulators, 0), 4) == [0, 200, 0, 600])
    }
}
