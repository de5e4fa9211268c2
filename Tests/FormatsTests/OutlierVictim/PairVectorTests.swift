import Formats
import Testing

/// Pairs worked by hand: 4-bit integers, outliers E2M1 with bias 2, left slot in the upper half of a byte.
@Suite struct PairVectorTests {
    static func byte(_ left: Float, _ right: Float, _ rules: PairRules = .paper) -> UInt8 {
        let slots = PairEncoder(.int4, rules: rules).slots(left, right)
        return OutlierVictimPair.byte(slots.left, slots.right)
    }

    static func decoded(_ byte: UInt8) -> [ExponentInteger] {
        let slots = OutlierVictimPair.slots(ofByte: byte)
        let pair = OutlierVictimPair.int4.decoded(slots.left, slots.right)
        return [pair.left, pair.right]
    }

    struct Vector: Sendable {
        var pair: [Float], byte: UInt8, decoded: [ExponentInteger], values: [Int]
    }
    static let vectors = [
        Vector(pair: [2.6, 4.2], byte: 0x34, decoded: [.init(0, 3), .init(0, 4)], values: [3, 4]),
        Vector(pair: [-98, 1.5], byte: 0xF8, decoded: [.init(5, -3), .init(0, 0)], values: [-96, 0]),
        Vector(pair: [3, -23], byte: 0x8B, decoded: [.init(0, 0), .init(3, -3)], values: [0, -24]),
        Vector(pair: [40, -55], byte: 0x8D, decoded: [.init(0, 0), .init(4, -3)], values: [0, -48]),
        Vector(pair: [-7, 7], byte: 0x97, decoded: [.init(0, -7), .init(0, 7)], values: [-7, 7]),
        Vector(pair: [11, 0.2], byte: 0x18, decoded: [.init(2, 3), .init(0, 0)], values: [12, 0]),
        Vector(pair: [9, 1], byte: 0x18, decoded: [.init(2, 3), .init(0, 0)], values: [12, 0]),
        Vector(pair: [-20, 1], byte: 0xB8, decoded: [.init(3, -3), .init(0, 0)], values: [-24, 0]),
        Vector(pair: [100, 100], byte: 0x78, decoded: [.init(5, 3), .init(0, 0)], values: [96, 0]),
        Vector(pair: [-300, 2], byte: 0xF8, decoded: [.init(5, -3), .init(0, 0)], values: [-96, 0]),
    ]

    @Test(arguments: vectors)
    func pairHasItsByteAndItsValues(_ vector: Vector) {
        #expect(Self.byte(vector.pair[0], vector.pair[1]) == vector.byte)
        #expect(Self.decoded(vector.byte) == vector.decoded)
        #expect(Self.decoded(vector.byte).map(\.value) == vector.values)
    }

    /// The left of two outliers wins, 9 is nearer to 7 than to 12, and -20 goes up to -16; 40 ties up to 48.
    @Test(arguments: [
        ([40, -55] as [Float], 0x58 as UInt8), ([9, 1], 0x71), ([-20, 1], 0xA8), ([2.6, 4.2], 0x34), ([9.5, 0], 0x18),
    ] as [([Float], UInt8)])
    func publishedCodeDiffers(pair: [Float], byte: UInt8) {
        #expect(Self.byte(pair[0], pair[1], .publishedCode) == byte)
    }

    @Test(arguments: [
        ([0xF8, 0x34], [0x5D, 0x97], -473), ([0x86, 0xA8], [0x8F, 0x68], -7168), ([0x6E, 0x77], [0x93, 0x99], -146),
    ] as [([UInt8], [UInt8], Int)])
    func dotProductsAreThoseOfTheValues(x: [UInt8], y: [UInt8], sum: Int) {
        let products = zip(x, y).flatMap { zip(Self.decoded($0), Self.decoded($1)).map { $0.value * $1.value } }
        #expect(products.reduce(0, +) == sum)
    }

    /// Two identifiers cannot come out of an encoder.
    @Test func twoIdentifiersAreTwoZeros() {
        #expect(Self.decoded(0x88) == [.zero, .zero])
        #expect(!OutlierVictimPair.int4.isWellFormed(8, 8))
    }
}
