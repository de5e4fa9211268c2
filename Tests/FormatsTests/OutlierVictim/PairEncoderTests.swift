import Formats
import Testing

/// Encoding against a search in lists of values, and re-encoding of everything that decodes.
@Suite struct PairEncoderTests {
    /// Normal and outlier magnitudes, written down once more.
    struct Codebook: Sendable {
        var format: OutlierVictimPair
        var normals: [Double]
        var outliers: [Double]
    }
    static let codebooks = [
        Codebook(format: .int4, normals: (0...7).map(Double.init), outliers: [12, 16, 24, 32, 48, 64, 96]),
        Codebook(format: .flint4, normals: [0, 1, 2, 3, 4, 6, 8, 16], outliers: [24, 32, 48, 64, 96, 128, 192]),
        Codebook(
            format: .int8, normals: (0...127).map(Double.init),
            outliers: floats(8...15, exponents: 4...12).filter { $0 > 128 && $0 <= 32768 }),
        Codebook(
            format: .int8E2M5, normals: (0...127).map(Double.init),
            outliers: floats(32...63, exponents: 2...5).filter { $0 > 128 }),
    ]

    private static func floats(_ integers: ClosedRange<Int>, exponents: ClosedRange<Int>) -> [Double] {
        exponents.flatMap { exponent in integers.map { Double($0 << exponent) } }
    }

    /// The signed values nearest to x, one or two of them.
    static func nearest(_ x: Double, _ magnitudes: [Double]) -> [Double] {
        let signed = Set(magnitudes + magnitudes.map { -$0 })
        let least = signed.map { abs(x - $0) }.min() ?? 0
        return signed.filter { abs(x - $0) == least }.sorted()
    }

    /// What a number becomes among these magnitudes. Halves of whole numbers go to even ones where `even` says so.
    static func rounded(_ x: Double, _ magnitudes: [Double], _ rules: PairRules, even: Bool) -> Double {
        let candidates = nearest(x, magnitudes)
        guard candidates.count == 2 else { return candidates[0] }
        if rules.ties == .towardPositive { return candidates[1] }
        if even { return candidates.first { $0.truncatingRemainder(dividingBy: 2) == 0 } ?? candidates[0] }
        return abs(candidates[0]) > abs(candidates[1]) ? candidates[0] : candidates[1]
    }

    static func expected(_ left: Double, _ right: Double, _ book: Codebook, _ rules: PairRules) -> [Double] {
        let top = book.normals[book.normals.count - 1]
        func isOutlier(_ x: Double) -> Bool {
            rules.boundary == .largestNormal ? abs(x) > top : abs(x) >= (top + book.outliers[0]) / 2
        }
        func normal(_ x: Double) -> Double { rounded(x, book.normals, rules, even: book.format != .flint4) }
        func outlier(_ x: Double) -> Double { rounded(x, book.outliers, rules, even: false) }
        if isOutlier(left), !isOutlier(right) || rules.survivor == .left || abs(left) >= abs(right) { return [outlier(left), 0] }
        return isOutlier(right) ? [0, outlier(right)] : [normal(left), normal(right)]
    }

    static func values(_ format: OutlierVictimPair, _ slots: (left: UInt8, right: UInt8)) -> [Double] {
        let pair = format.decoded(slots.left, slots.right)
        return [Double(pair.left.value), Double(pair.right.value)]
    }

    /// Quarters, so that every tie occurs.
    static let grid: [Float] = Array(stride(from: Float(-27), through: 27, by: 0.25)) + [
        -40, 40, -55, 56, -80, 80, 95, -112, 127.5, -128, 128, 129.5, -129.5, 135.5, -135.5, 150, 152, -160, 200, -1000, 1984,
        2015, 3000, -30720, 31744, 32768, 40000, 1e6, -1e6,
    ]

    @Test(arguments: codebooks, PairRules.all)
    func everyPairGoesToItsNearestValues(_ book: Codebook, _ rules: PairRules) {
        let encoder = PairEncoder(book.format, rules: rules)
        let (format, partners) = (book.format, Self.grid.filter { $0.magnitude > 26 || $0 == $0.rounded() })
        for left in Self.grid {
            for right in partners {
                let slots = encoder.slots(left, right)
                guard format.isWellFormed(slots.left, slots.right),
                    Self.values(format, slots) == Self.expected(Double(left), Double(right), book, rules)
                else {
                    Issue.record("(\(left), \(right)) as \(format.rawValue) by \(rules.name) gives \(Self.values(format, slots))")
                    return
                }
            }
        }
    }

    /// Every well-formed pair is the encoding of its values; what no encoder makes is stable after one encoding.
    @Test(arguments: OutlierVictimPair.allCases, [PairRules.paper, .publishedCode])
    func everyPairDecodesAndEncodesBack(_ format: OutlierVictimPair, _ rules: PairRules) {
        let encoder = PairEncoder(format, rules: rules)
        let codes = 0...UInt8(truncatingIfNeeded: 1 << format.bits - 1)
        for left in codes {
            for right in codes {
                let values = Self.values(format, (left, right))
                let again = encoder.slots(Float(values[0]), Float(values[1]))
                if format.isWellFormed(left, right) {
                    // Flint has one code for each value, integers have too.
                    guard again == (left, right) else {
                        Issue.record("\(left), \(right) of \(format.rawValue) comes back as \(again)")
                        return
                    }
                } else {
                    let stable = Self.values(format, again)
                    #expect(encoder.slots(Float(stable[0]), Float(stable[1])) == again)
                }
            }
        }
    }

    @Test(arguments: OutlierVictimPair.allCases)
    func specialNumbersHavePlaces(_ format: OutlierVictimPair) {
        let encoder = PairEncoder(format)
        #expect(encoder.slots(.nan, -.nan) == (0, 0))
        #expect(encoder.slots(-0.0, -0.25) == (0, 0))
        #expect(Self.values(format, encoder.slots(.nan, -.infinity)) == [0, -Double(format.greatestOutlier)])
        #expect(Self.values(format, encoder.slots(.infinity, .nan)) == [Double(format.greatestOutlier), 0])
    }

    /// A slot without a neighbour cannot make a victim, so it is normal.
    @Test func lastSlotOfAnOddRowIsNormal() {
        #expect(PairEncoder(.int4).row([100, 1, -100]) == [0x7, 0x8, 0x9])
        #expect(PairEncoder(.int8E2M5).row([-300]) == [0x81])
        #expect(OutlierVictimPair.int4.isWellFormed(single: 0x7) && !OutlierVictimPair.int4.isWellFormed(single: 0x8))
        #expect(OutlierVictimPair.int4.firstMalformed(count: 6, width: 3) { [1, 2, 3, 7, 8, 8][$0] } == 5)
    }

    @Test func rowsAreStoredPairAfterPair() {
        #expect(OutlierVictimPair.int4.stored(row: [0xF, 0x8, 0x3]) == [0xF8, 0x30])
        #expect(OutlierVictimPair.int8.stored(row: [0x80, 0x12, 0x34]) == [0x80, 0x12, 0x34, 0x00])
        for format in OutlierVictimPair.allCases {
            for count in 0...7 {
                let row = (0..<count).map { UInt8($0 * 37 % (1 << format.bits)) }
                let stored = format.stored(row: row)
                #expect(stored.count == format.storedBytes(count: count))
                #expect(format.row(stored: stored, count: count) == row)
            }
        }
    }

    @Test(arguments: OutlierVictimPair.allCases)
    func drawnSlotsAreWellFormedPairs(_ format: OutlierVictimPair) {
        var random = SplitMix64(seed: 3)
        let slots = PairDraw(format).slots(count: 7 * 1001, width: 7) { Int(random.next() % UInt64($0)) }
        #expect(slots.count == 7 * 1001)
        #expect(format.firstMalformed(count: slots.count, width: 7) { slots[$0] } == nil)
        #expect(slots.contains(format.identifier))
    }

    @Test(arguments: OutlierVictimPair.allCases, PairRules.all)
    func everyPairOfTheGridIsStable(_ format: OutlierVictimPair, _ rules: PairRules) {
        let encoder = PairEncoder(format, rules: rules)
        for left in Self.grid {
            for right in Self.grid {
                let slots = encoder.slots(left, right)
                let values = Self.values(format, slots)
                guard encoder.slots(Float(values[0]), Float(values[1])) == slots else {
                    Issue.record("(\(left), \(right)) as \(format.rawValue) by \(rules.name)")
                    return
                }
            }
        }
    }
}
