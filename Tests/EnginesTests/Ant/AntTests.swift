import Arch
import Engines
import Formats
import Testing

/// The array of ANT: what its decoders read, every mix of operands, and its time.
struct AntTests {
    static let engines = [
        AntArray(), AntArray(rows: 6, columns: 10), AntArray(rows: 2, columns: 4, epilogueLanes: 3),
    ]
    static let signed = [0, 1, 2, 3, 16, 8, 4, 6, 0, -1, -2, -3, -16, -8, -4, -6]
    static let unsigned = [0, 1, 2, 3, 4, 5, 6, 7, 64, 32, 16, 24, 8, 10, 12, 14]

    @Test(arguments: FlintCodec.allCases)
    func decodersReadEveryCodeAndFitThePorts(_ format: FlintCodec) {
        for (code, value) in (format.isSigned ? Self.signed : Self.unsigned).enumerated() {
            let number = FlintDecoder(format).number(code)
            #expect(number.value == value && (-8...15).contains(number.integer) && (0...6).contains(number.exponent))
        }
    }

    /// 64 * 64 is <6, 1> * <6, 1>, and 24 * -6 is <3, 3> * <1, -3>.
    @Test func elementsAddExponentsAndMultiplyIntegers() {
        let (wide, narrow) = (FlintDecoder(.unsigned), FlintDecoder(.signed))
        #expect(ExponentIntegerElement.product(wide.number(0b1000), wide.number(0b1000)) == 4096)
        #expect(wide.number(0b1011) == ExponentInteger(3, 3) && narrow.number(0b1111) == ExponentInteger(1, -3))
        #expect(ExponentIntegerElement.product(wide.number(0b1011), narrow.number(0b1111)) == -144)
    }

    /// What an operand is in a case: codes, or flint of either kind.
    enum Operand: CaseIterable { case codes, flint, unsignedFlint }

    /// Sums of flint are those of the same numbers as codes: 0 to 80 with zero point 16.
    static func asNumbers(_ product: ProductCase, _ activations: Operand, _ weights: Operand) -> ProductCase {
        func table(_ operand: Operand) -> [Int] { operand == .flint ? signed : unsigned }
        var numbers = product
        if activations != .codes { numbers.pixels = product.pixels.map { $0.map { table(activations)[$0 & 15] } } }
        if weights != .codes {
            numbers.codes = product.codes.map { $0.map { UInt8(table(weights)[Int($0)] + 16) } }
            (numbers.zero, numbers.zeros, numbers.bipolar) = (16, nil, false)
        }
        return numbers
    }

    @Test(arguments: Operand.allCases, Operand.allCases)
    func everyMixOfOperandsGivesTheExactSums(_ activations: Operand, _ weights: Operand) {
        for seed in 0..<24 {
            var product = ProductCase.random(seed % 2 == 0 ? .int8 : .uint8, seed: UInt64(seed), maximumRun: 20)
            if activations != .codes { product.activationBits = 8 }
            if weights != .codes {
                product.bits = 4
                product.codes = product.codes.map { $0.map { $0 & 15 } }
            }
            let expected = Self.asNumbers(product, activations, weights).expected()
            for engine in Self.engines {
                let results = structuralAndFast(engine, product) { multiply in
                    switch activations {
                    case .codes: break
                    case .flint: multiply.activationFormat = .flint4
                    case .unsignedFlint: multiply.activationFormat = .uflint4
                    }
                    switch weights {
                    case .codes: break
                    case .flint: (multiply.codes, multiply.zero) = (.flint4, .immediate(0))
                    case .unsignedFlint: (multiply.codes, multiply.zero) = (.uflint4, .immediate(0))
                    }
                }
                #expect(results == [expected, expected], "\(engine.summary), seed \(seed)")
            }
        }
    }

    static func multiply(
        activations: Multiply.Activations = .flint4, bits: Int = 4, codes: Multiply.Codes = .flint4, rows: Int, columns: Int,
        run: Int, group: Int? = nil
    ) -> Multiply {
        Multiply(
            engine: 0, activations: LocalAddress(.activations, 0), activationFormat: activations,
            innerRows: .init(count: rows, stride: run), run: run, weights: 0, weightBits: bits, codes: codes,
            zero: .immediate(codes == .offset ? 1 << (bits - 1) : 0), columns: columns, accumulators: 0,
            accumulatorPitch: 4 * columns, accumulate: false,
            output: group.map { .scaled(weights: .init(group: $0, format: .float32, offset: 0), activations: nil) } ?? .integer)
    }

    /// 16 x 16 elements, 40 x 24 outputs, K = 10: tiles are 16 x 16, 8 x 16 where 8-bit activations take two rows, and 8 x 8.
    @Test func fourElementsAreOneOfEightBits() {
        let engine = AntArray(rows: 16, columns: 16)
        let cases: [(Multiply.Activations, Int, Multiply.Codes, tiles: Int, lastRows: Int, joins: Int)] = [
            (.flint4, 4, .flint4, 3 * 2, 8, 0), (.int8, 4, .flint4, 5 * 2, 8, 1), (.uflint4, 8, .offset, 3 * 3, 8, 1),
            (.uint8, 8, .offset, 5 * 3, 8, 2),
        ]
        for (activations, bits, codes, tiles, lastRows, joins) in cases {
            let work = Self.multiply(activations: activations, bits: bits, codes: codes, rows: 40, columns: 24, run: 10)
            let timing = engine.timing(work, shape: nil)
            // A step of K per cycle and tile, then the last tile's rows leave one by one. A segment of 10 steps waits for
            // the 16 rows of the tile before it.
            let rowsOfTiles = activations == .int8 || activations == .uint8 ? Array(repeating: 8, count: 5) : [16, 16, 8]
            let all = (0..<(bits == 8 ? 3 : 2)).flatMap { _ in rowsOfTiles }
            #expect(all.count == tiles)
            let waits = all.dropLast().reduce(0) { $0 + max(0, $1 - 10) }
            #expect(timing.occupancy == 10 * tiles + waits + lastRows)
            // From node to node of two by two elements, through the whole array; then sum, correction and accumulate registers.
            #expect(timing.latency == 1 + 1 + (8 + 8 - 2) + 1 + 1 + joins + 1 + 1 + 1)
        }
    }

    /// Every tile decodes its rows and columns: 40 x 24 outputs in tiles of 16 x 16 are 3 by 2.
    @Test func decodersCountAtTheBorders() {
        let engine = AntArray(rows: 16, columns: 16)
        let both = engine.activity(Self.multiply(rows: 40, columns: 24, run: 10), shape: nil)
        #expect(both[.flintDecode] == 10 * (40 * 2 + 24 * 3) && both[.multiplyAccumulate] == 40 * 24 * 10)
        let wide = engine.activity(
            Self.multiply(activations: .int8, bits: 8, codes: .offset, rows: 40, columns: 24, run: 10), shape: nil)
        #expect(wide[.flintDecode] == nil && wide[.multiplyAccumulate] == 4 * 40 * 24 * 10)
    }

    @Test func supportNamesWhatIsMissing() {
        let flint = Codec.flint(.signed)
        let engine = AntArray()
        for weights in [flint, .flint(.unsigned), .int8, .signed(bits: 4), .ternary] {
            for activations in [flint, .flint(.unsigned), .int8, .uint8, .unsigned(bits: 4)] {
                #expect(engine.support(ProductFormat(activations: activations, weights: weights)) == .native)
            }
        }
        let converting = AntArray(wideCodes: .converted)
        #expect(converting.support(ProductFormat(activations: .uint8, weights: .int8))
            == .viaConversion(.fourBitCodes(activations: .flint(.unsigned), weights: true)))
        #expect(converting.support(ProductFormat(activations: .uint8, weights: .signed(bits: 3), activationZero: true))
            == .viaConversion(.fourBitCodes(activations: .flint(.signed), weights: false)))
        #expect(converting.support(ProductFormat(activations: flint, weights: .signed(bits: 4))) == .native)
        #expect(AntArray(wideCodes: .converted, activationType: .int).support(ProductFormat(activations: .uint8, weights: flint))
            == .viaConversion(.fourBitCodes(activations: .unsigned(bits: 4), weights: false)))
        #expect(converting.support(ProductFormat(activations: .int8, weights: .int8, runtimeWeights: true)) == .native)
        guard case .unsupported = engine.support(ProductFormat(activations: .int8, weights: flint, runtimeWeights: true))
        else { return #expect(Bool(false), "flint is not laid out at run time") }
    }
}
