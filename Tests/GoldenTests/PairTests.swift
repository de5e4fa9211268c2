import Arch
import Formats
import Golden
import Testing

/// `quantise_pairs` on the vector unit, whose encoder is written apart from that of `Formats`.
@Suite struct PairTests {
    static let at = LocalAddress(.activations, 3)
    static let scale = LocalAddress(.weights, 5)
    static let out = LocalAddress(.accumulators, 1)

    /// Rows of `width` numbers, one scale per row.
    static func slots(
        _ numbers: [Float], width: Int, scales: [Float] = [1], _ format: OutlierVictimPair, _ rules: PairRules = .paper,
        path: GoldenModel.Path = .fast
    ) throws -> [UInt8] {
        var image = Image(size: 65536)
        image.put(numbers, at)
        image.put(scales, scale)
        let work = Elementwise(
            .quantisePairs(format, rules), destination: Operand(out, .uint8), a: Operand(at, .float32),
            b: .memory(Operand(scale, .float32)),
            loops: [
                VectorLoop(count: numbers.count / width, destination: width, a: 4 * width, b: scales.count > 1 ? 4 : 0),
                VectorLoop(count: width, destination: 1, a: 4, b: 0),
            ])
        return try execute([.elementwise(work)], on: image, path: path).array(UInt8.self, out, numbers.count)
    }

    /// Worked by hand; 2.6 and 4.2 under scale 1, and twice as much under scale 2.
    @Test(arguments: [
        ([2.6, 4.2], 0x34), ([-98, 1.5], 0xF8), ([3, -23], 0x8B), ([40, -55], 0x8D), ([-7, 7], 0x97), ([11, 0.2], 0x18),
        ([9, 1], 0x18), ([-20, 1], 0xB8), ([100, 100], 0x78), ([-300, 2], 0xF8),
    ] as [([Float], UInt8)])
    func pairsAreThePublishedOnes(pair: [Float], byte: UInt8) throws {
        for scale in [Float(1), 2] {
            let slots = try Self.slots(pair.map { $0 * scale }, width: 2, scales: [scale], .int4)
            #expect(slots == [byte >> 4, byte & 15])
        }
    }

    @Test(arguments: OutlierVictimPair.allCases, PairRules.all)
    func everyNumberIsEncodedAsTheFormatDefines(_ format: OutlierVictimPair, _ rules: PairRules) throws {
        var random = SeededRandom(5)
        var numbers: [Float] = [
            .nan, 1, .infinity, -.infinity, 0, -0.0, 1e-45, -1e-45, .greatestFiniteMagnitude, 3, 1, -.greatestFiniteMagnitude,
        ]
        // Every middle and every value of the format, and what lies beside them.
        for code in 1...format.greatestOutlierCode {
            let value = Float(format.outliers.magnitude(code))
            let next = Float(format.outliers.magnitude(min(code + 1, format.greatestOutlierCode)))
            for x in [value, (value + next) / 2, ((value + next) / 2).nextUp, ((value + next) / 2).nextDown] {
                numbers += [x, 0.5, -x, 3, 2, x, x, -x.nextUp]
            }
        }
        for half in 0...300 { numbers += [Float(half) / 2, -Float(half) / 2] }
        for _ in 0..<2000 { numbers.append(Float.random(in: -60...60, using: &random)) }
        for _ in 0..<1000 { numbers.append(Float(bitPattern: UInt32(truncatingIfNeeded: random.next()))) }
        numbers = Array(numbers.prefix(numbers.count / 6 * 6))
        let encoder = PairEncoder(format, rules: rules)
        for width in [2, 3, 1] {
            let expected = stride(from: 0, to: numbers.count, by: width).flatMap { encoder.row(Array(numbers[$0..<$0 + width])) }
            #expect(try Self.slots(numbers, width: width, format, rules) == expected)
            #expect(try Self.slots(numbers, width: width, format, rules, path: .structural) == expected)
        }
    }

    /// Rows that lie one behind the other stay rows: the third number of each has no neighbour.
    @Test func oddRowsAreNotJoined() throws {
        let slots = try Self.slots([100, 1, 100, 100, 1, 100], width: 3, scales: [1, 10], .int4)
        #expect(slots == [0x7, 0x8, 0x7, 0x1, 0x8, 0x7])
    }

    @Test func slotsAreBytes() {
        let work = Elementwise(
            .quantisePairs(.int4, .paper), destination: Operand(Self.out, .int8), a: Operand(Self.at, .float32),
            b: .immediate(0), loops: [VectorLoop(count: 2, destination: 1, a: 4)])
        #expect(throws: (any Error).self) { _ = try execute([.elementwise(work)], on: Image()) }
    }
}
