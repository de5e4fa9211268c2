import Arch
import Formats
import Golden
import Testing

@Suite struct TableTests {
    static let source = LocalAddress(.activations, 0)
    static let scales = LocalAddress(.accumulators, 0)

    func build(
        _ type: ElementType, _ elements: Int, _ entries: BuildTables.Entries, length: Int = 4,
        rows: Multiply.Loop = .init(), tablePitch: Int = 0,
        scalePitch: Int = 0, selection: BuildTables.Selection? = nil, _ image: Image
    ) throws -> Image {
        let work = BuildTables(
            source: Operand(Self.source, type), innerRows: rows, elements: elements,
            format: TableFormat(entries, length: length), tables: 0,
            tablePitch: tablePitch, scales: Self.scales, scalePitch: scalePitch, selection: selection)
        return try execute([.buildTables(work)], on: image)
    }

    /// 2:4 of 3, -5, 7, 2, 11, -4 at positions 1, 3 and 0, 2: -5, 2, 11 and the activation 6, which is past the end. The
    /// second row keeps the same positions of 1, 20, 300 - 256 = 44, 4, 5, 6.
    @Test(arguments: [Space.weights, .accumulators, .activations]) func tablesOfSelectedCodes(_ space: Space) throws {
        var image = Image()
        image.put([3, -5, 7, 2, 11, -4, 1, 20, 44, 4, 5, 6] as [Int8], Self.source)
        let positions = LocalAddress(space, 100)
        image.put(UInt8(1 | 3 << 2 | 0 << 4 | 2 << 6), positions)
        let selection = BuildTables.Selection(try #require(NOfM(n: 2, m: 4)), positions: positions, period: 6)
        let result = try build(.int8, 6, .exact, rows: .init(count: 2, stride: 6), tablePitch: 16, selection: selection, image)
        // -a +- b +- c +- d of -5, 2, 11, 0 and of 20, 4, 5, 0.
        #expect(result.array(Int16.self, LocalAddress(.tables, 0), 16)
            == [-8, -4, 14, 18, -8, -4, 14, 18, -29, -21, -19, -11, -29, -21, -19, -11])
    }

    /// 1:4 of periods of six, at positions 2 and 1: 3 and 6, 9 and 12; of the two that are left nothing is at position 2.
    @Test func positionsStartAgainBehindTheirPeriod() throws {
        var image = Image()
        image.put((1...14).map { Int8($0) }, Self.source)
        let positions = LocalAddress(.weights, 0)
        image.put(UInt8(2 | 1 << 2), positions)
        let selection = BuildTables.Selection(try #require(NOfM(n: 1, m: 4)), positions: positions, period: 6)
        let result = try build(.int8, 14, .exact, length: 2, selection: selection, image)
        #expect(result.array(Int16.self, LocalAddress(.tables, 0), 6) == [-9, 3, -21, 3, 0, 0])
        // Position 3 of a block that ends after two activations is past the end of its period, not in the next one.
        image.put(UInt8(2 | 3 << 2), positions)
        let past = try build(.int8, 12, .exact, length: 2, selection: selection, image)
        #expect(past.array(Int16.self, LocalAddress(.tables, 0), 4) == [-3, -3, -9, -9])
    }

    /// 1:8 in tables of three: positions 5, 2 and 7 of three bits each cross a byte.
    @Test func positionsCrossBytes() throws {
        var image = Image()
        image.put((1...24).map { Int8($0) }, Self.source)
        let positions = LocalAddress(.weights, 3)
        image.put([UInt8(5 | 2 << 3 | (7 & 3) << 6), 7 >> 2], positions)
        let selection = BuildTables.Selection(try #require(NOfM(n: 1, m: 8)), positions: positions, period: 24)
        // 6, 11 and 24.
        let result = try build(.int8, 24, .exact, length: 3, selection: selection, image)
        #expect(result.array(Int16.self, LocalAddress(.tables, 0), 4) == [-41, -19, 7, 29])
        // INT8 entries of the same, by the greatest of them.
        let rounded = try build(.int8, 24, .int8PerTable, length: 3, selection: selection, image)
        #expect(rounded.get(Float.self, Self.scales) == Float(41) / 127)
    }

    @Test func exactHalfTableOfFourCodes() throws {
        var image = Image()
        image.put([3, -5, 7, 2] as [Int8], Self.source)
        let result = try build(.int8, 4, .exact, image)
        #expect(result.array(Int16.self, LocalAddress(.tables, 0), 8) == [-7, -17, 7, -3, -3, -13, 11, 1])
    }

    /// Entry i counts activation k where bit k of i is set and subtracts it elsewhere.
    @Test func exactFullTableOfFourCodes() throws {
        var image = Image()
        image.put([3, -5, 7, 2] as [Int8], Self.source)
        let result = try build(.int8, 4, .exactFull, image)
        #expect(result.array(Int16.self, LocalAddress(.tables, 0), 16)
            == [-7, -1, -17, -11, 7, 13, -3, 3, -3, 3, -13, -7, 11, 17, 1, 7])
    }

    @Test func fullTablesHaveTheScalesAndTheCodesOfHalfTables() throws {
        var image = Image()
        image.put([1.5, -2.25, 0.5, 3.0, 0.25, 0.25, -0.5, 1.0] as [Float], Self.source)
        for (half, full) in [(BuildTables.Entries.int8PerTable, BuildTables.Entries.int8PerTableFull), (.int8Per64, .int8Per64Full)] {
            let halfTables = try build(.float32, 8, half, image)
            let fullTables = try build(.float32, 8, full, image)
            #expect(fullTables.array(Float.self, Self.scales, 2) == halfTables.array(Float.self, Self.scales, 2))
            for table in 0..<2 {
                let eight = halfTables.array(Int8.self, LocalAddress(.tables, 8 * table), 8)
                let sixteen = fullTables.array(Int8.self, LocalAddress(.tables, 16 * table), 16)
                for entry in 0..<8 {
                    #expect(sixteen[2 * entry] == eight[entry])
                    #expect(sixteen[15 - 2 * entry] == -eight[entry])
                }
            }
        }
    }

    /// -a0 +- a1 +- a2 ..., the first sign fixed: by hand for 3, -5, 7, 2, 11, -4.
    @Test func halfTablesOfOtherLengths() throws {
        var image = Image()
        image.put([3, -5, 7, 2, 11, -4] as [Int8], Self.source)
        func entries(_ length: Int, _ count: Int, _ kind: BuildTables.Entries = .exact) throws -> [Int16] {
            try build(.int8, 6, kind, length: length, image).array(Int16.self, LocalAddress(.tables, 0), count)
        }
        #expect(try entries(1, 6) == [-3, 5, -7, -2, -11, 4])
        #expect(try entries(1, 12, .exactFull) == [-3, 3, 5, -5, -7, 7, -2, 2, -11, 11, 4, -4])
        #expect(try entries(2, 6) == [2, -8, -9, -5, -7, -15])
        #expect(try entries(3, 8) == [-5, -15, 9, -1, -9, 13, -17, 5])
        // Four activations as for the length 4, minus and plus 11; then a table of -4 and zeros.
        #expect(try entries(5, 17) == [-18, -28, -4, -14, -14, -24, 0, -10, 4, -6, 18, 8, 8, -2, 22, 12, 4])
        let six = try entries(6, 32)
        #expect(six[0] == -14 && six[1] == -24 && six[16] == -22 && six[31] == 8)
        let full = try entries(6, 64, .exactFull)
        for entry in 0..<32 {
            #expect(full[2 * entry] == six[entry])
            #expect(full[63 - 2 * entry] == -six[entry])
        }
    }

    /// 2.5 is the greatest entry of the first table of three, 3 of the second; codes are 127 times entry / scale.
    @Test func quantisedTablesOfThree() throws {
        var image = Image()
        image.put([1.5, -0.5, 0.5, 3] as [Float], Self.source)
        let result = try build(.float32, 4, .int8PerTable, length: 3, image)
        #expect(result.array(Float.self, Self.scales, 2) == [2.5 / 127, Float(3) / 127])
        // -1.5, -2.5, -0.5, -1.5; -3 four times.
        #expect(result.array(Int8.self, LocalAddress(.tables, 0), 8) == [-76, -127, -25, -76, -127, -127, -127, -127])
    }

    /// 64 activations are 32 tables of two: the 33rd has a scale of its own.
    @Test func sixtyFourActivationsShareAScaleWhateverTheLength() throws {
        var image = Image()
        image.put([1, 2] as [Float], Self.source)
        image.put([0.5, 0.25] as [Float], LocalAddress(.activations, 64 * 4))
        for (length, tables) in [(1, 64), (2, 32)] {
            let result = try build(.float32, 66, .int8Per64, length: length, image)
            let greatest: [Float] = length == 1 ? [2, 0.5] : [3, 0.75]
            #expect(result.array(Float.self, Self.scales, 2) == greatest.map { $0 / 127 })
            // Half tables of one entry, or of two.
            #expect(result.array(Int8.self, LocalAddress(.tables, tables * length), 1) == [-127])
        }
    }

    @Test func activationsPastTheEndAreZero() throws {
        var image = Image()
        image.put([255, 255, 255, 255, 9, 255] as [UInt8], Self.source)
        let result = try build(.uint8, 5, .exact, image).array(Int16.self, LocalAddress(.tables, 0), 16)
        #expect(Array(result[..<8]) == [-1020, -510, -510, 0, -510, 0, 0, 510])
        #expect(Array(result[8...]) == [Int16](repeating: -9, count: 8))
    }

    @Test func quantisedTablesWithTheirOwnScale() throws {
        var image = Image()
        image.put([1.5, -2.25, 0.5, 3.0] as [Float], Self.source)
        let result = try build(.float32, 4, .int8PerTable, image)
        #expect(result.get(Float.self, Self.scales) == 7.25 / 127)
        #expect(result.array(Int8.self, LocalAddress(.tables, 0), 8) == [-48, -127, -31, -109, 57, -22, 74, -4])
    }

    @Test func quantisedTablesSharingAScaleOverSixtyFourActivations() throws {
        var image = Image()
        image.put([1.5, -2.25, 0.5, 3.0, 0.25, 0.25, -0.5, 1.0] as [Float], Self.source)
        // The seventeenth table starts a group of its own, which is all zero but for one.
        image.put(Float(2), LocalAddress(.activations, 64 * 4))
        let result = try build(.float32, 68, .int8Per64, image)
        #expect(result.array(Float.self, Self.scales, 2) == [7.25 / 127, Float(2) / 127])
        #expect(result.array(Int8.self, LocalAddress(.tables, 8), 8) == [-18, -9, -35, -26, 18, 26, 0, 9])
        #expect(result.array(Int8.self, LocalAddress(.tables, 128), 8) == [Int8](repeating: -127, count: 8))
    }

    @Test func aTableOfZerosHasScaleOne() throws {
        for entries in [BuildTables.Entries.int8PerTable, .int8Per64] {
            let result = try build(.float32, 4, entries, Image())
            #expect(result.get(Float.self, Self.scales) == 1)
        }
    }

    @Test func codesAreSummedExactlyBeforeConversion() throws {
        var image = Image()
        image.put([3, -5, 7, 2] as [Int8], Self.source)
        let result = try build(.int8, 4, .int8PerTable, image)
        #expect(result.get(Float.self, Self.scales) == Float(17) / 127)
        // -7 * 127 / 17 = -52.29, 7 -> 52, -3 -> -22.4, -13 -> -97.1, 11 -> 82.2, 1 -> 7.47.
        #expect(result.array(Int8.self, LocalAddress(.tables, 0), 8) == [-52, -127, 52, -22, -22, -97, 82, 7])
    }

    @Test func rowsFollowAtTheirPitches() throws {
        var image = Image()
        image.put([1, 0, 0, 0, 2, 0, 0, 0] as [Float], Self.source)
        let result = try build(
            .float32, 4, .int8PerTable, rows: .init(count: 2, stride: 16), tablePitch: 24, scalePitch: 12, image)
        #expect(result.get(Float.self, Self.scales) == Float(1) / 127)
        #expect(result.get(Float.self, LocalAddress(.accumulators, 12)) == Float(2) / 127)
        #expect(result.array(Int8.self, LocalAddress(.tables, 8), 16) == [Int8](repeating: 0, count: 16))
        #expect(result.array(Int8.self, LocalAddress(.tables, 24), 8) == [Int8](repeating: -127, count: 8))
    }
}
