import BigInt
import Engines
import Testing

/// The pure arithmetic of tables, folds and levels, against hand-made vectors.
struct LookupTableTests {
    @Test func tableOfFourActivations() {
        let a = [3, -5, 7, 2]
        #expect(LookupTable.full(a) == [-7, -1, -17, -11, 7, 13, -3, 3, -3, 3, -13, -7, 11, 17, 1, 7])
        #expect(LookupTable.half(a) == [-7, -17, 7, -3, -3, -13, 11, 1])
        #expect(LookupTable.half([-128, 127, 64, -1]) == [-62, 192, 66, 320, -64, 190, 64, 318])
    }

    @Test func foldComplementsTheAddressOfNegativeGroups() {
        let folded = [
            0b0000, 0b1111, 0b0010, 0b1101, 0b0100, 0b1011, 0b0110, 0b1001, 0b1000, 0b0111, 0b1010, 0b0101, 0b1100,
            0b0011, 0b1110, 0b0001,
        ]
        for (index, stored) in folded.enumerated() {
            #expect(LookupTable.fold(index, groupLength: 4) == stored)
            #expect(LookupTable.fold(stored, groupLength: 4) == index)
        }
    }

    @Test func foldedLookupsHaveNoInverter() {
        let half = [-7, -17, 7, -3, -3, -13, 11, 1]
        #expect(LookupTable.lookUp(0b1011, in: half) == 13)
        #expect(LookupTable.lookUp(0b0001, in: half) == 7)
    }

    @Test(arguments: 1...6)
    func halfTablesHoldEverySignedSum(_ length: Int) {
        var random = SeededGenerator(UInt64(length))
        for _ in 0..<200 {
            let a = (0..<length).map { _ in Int.random(in: -128...255, using: &random) }
            let half = LookupTable.half(a)
            #expect(half.count == 1 << (length - 1))
            for index in 0..<1 << length {
                let signed = a.indices.map { (index >> $0) % 2 == 1 ? a[$0] : -a[$0] }.reduce(0, +)
                #expect(LookupTable.full(a)[index] == signed)
                #expect(LookupTable.lookUp(index, in: LookupTable.full(a), isFull: true) == signed)
                #expect(LookupTable.lookUp(LookupTable.fold(index, groupLength: length), in: half) == signed)
            }
            #expect(LookupTable.activations(ofHalf: half) == a)
        }
    }

    /// z' for binary, ternary and the usual offset-binary weights. Half-way zero points (bipolar) have z' = 0.
    @Test func reinterpretedZeroPoints() {
        #expect(Reinterpretation.zero(1, bits: 2) == -1)
        #expect(Reinterpretation.zero(2, bits: 2) == 1)
        #expect(Reinterpretation.zero(8, bits: 4) == 1)
        #expect([0, 1].map { Reinterpretation.level(ofCode: $0, bits: 1) } == [-1, 1])
        #expect([13, 0, 7, 10].map { Reinterpretation.level(ofCode: $0, bits: 4) } == [11, -15, -1, 5])
        #expect([0, 1, 2].map { Reinterpretation.level(ofCode: $0, bits: 2) } == [-3, -1, 1])
    }

    @Test(arguments: 1...8)
    func reinterpretationIsExact(_ bits: Int) {
        for code in 0..<1 << bits {
            let level = Reinterpretation.level(ofCode: code, bits: bits)
            #expect(level == (0..<bits).reduce(0) { $0 + (1 << $1) * ((code >> $1) % 2 == 1 ? 1 : -1) })
            for zero in -10...300 {
                #expect(BigInt(level - Reinterpretation.zero(zero, bits: bits)) == 2 * BigInt(code - zero))
            }
        }
    }

    /// Eight or sixteen entries of two bytes or one.
    @Test(arguments: [
        (LUTTensorCore.Tables.exact, true, 16), (.exact, false, 32), (.int8PerTable, true, 8), (.int8PerTable, false, 16),
        (.int8Per64, true, 8), (.int8Per64, false, 16),
    ])
    func fullTablesTakeTwiceTheBytes(_ tables: LUTTensorCore.Tables, _ symmetric: Bool, _ bytes: Int) {
        let format = LUTTensorCore(tables: tables, symmetric: symmetric).tableFormat
        #expect(format?.tableBytes == bytes)
        #expect(format?.entries.activations.entries == format?.entries)
    }

    /// 2^(k-1) entries of two bytes, 2^k in full; one activation has the one entry -a.
    @Test(arguments: [(1, 2), (2, 4), (3, 8), (4, 16), (5, 32), (6, 64)])
    func tablesDoubleWithEveryActivation(_ length: Int, _ bytes: Int) {
        #expect(LUTTensorCore(k: length).tableFormat?.tableBytes == bytes)
        #expect(LUTTensorCore(k: length, symmetric: false).tableFormat?.tableBytes == 2 * bytes)
        #expect(LUTTensorCore(k: length, tables: .int8PerTable).tableFormat?.tableBytes == bytes / 2)
    }

    /// Column 0 holds the planes of the nibble as they are, the half table's engine complements the odd ones.
    @Test func fullTablesLeaveWeightsUnfolded() {
        let codes: [UInt8] = [1, 1, 0, 1]
        #expect(LUTTensorCore(n: 1, symmetric: false).layOut(codes: codes, columns: 1, depth: 4, weightBits: 1) == [0b1011])
        #expect(LUTTensorCore(n: 1).layOut(codes: codes, columns: 1, depth: 4, weightBits: 1) == [0b0101])
    }

    @Test func tablesQuantiseToTheGreatestEntry() {
        let half: [Float] = [-2.75, -7.25, -1.75, -6.25, 3.25, -1.25, 4.25, -0.25]
        let scale = QuantisedTable.scale(covering: 7.25)
        #expect(abs(scale - 0.0570866) < 1e-7)
        #expect(QuantisedTable.codes(half, scale: scale) == [-48, -127, -31, -109, 57, -22, 74, -4])
        let second: [Float] = [-1, -0.5, -2, -1.5, 1, 1.5, 0, 0.5]
        #expect(QuantisedTable.codes(second, scale: scale) == [-18, -9, -35, -26, 18, 26, 0, 9])
        #expect(QuantisedTable.scale(covering: 0) == 1)
        #expect(QuantisedTable.codes([.nan, 400, -400, 0.5, 1.5], scale: 1) == [0, 127, -127, 0, 2])
    }
}
