import BigInt
import Formats
import Graph
import Testing

/// `tableLinear` against a literal transcription of its definition.
@Suite struct ReferenceTableLinearTests {
    static let bipolar2 = Codec.bipolar(bits: 2)

    @Test func workedTableGivesItsIntegerSum() throws {
        // half = -2.75 -7.25 -1.75 -6.25 3.25 -1.25 4.25 -0.25; scale 7.25 / 127;
        // codes -48 -127 -31 -109 57 -22 74 -4; sum of q' * table for u = 2, 3, 1, 0 is -257.
        var node = OneNode(.tableLinear(.perTable(length: 4)))
        node.add("x", [1, 4], [1.5, -2.25, 0.5, 3.0])
        node.add("w", [1, 4], .codes(Self.bipolar2), [1, 3, -1, -3])
        #expect(try node.floats([1, 1]) == [OneRounding.multiply(-257, OneRounding.divide(7.25, 127))])
    }

    @Test func affineWeightsAreHalvedAndTheirZeroPointTakesTheGroupSum() throws {
        // u = 2, 3, 1, 0 and z = 1: z' = -1, sumA = 48 (minus entry 0): S = -257 + 48 = -209.
        var node = OneNode(.tableLinear(.perTable(length: 4)))
        node.add("x", [1, 4], [1.5, -2.25, 0.5, 3.0])
        let encoding = TensorEncoding.codes(.unsigned(bits: 2), scale: .uniform(0.3), zero: .uniform(1))
        node.add("w", [1, 4], encoding, [2, 3, 1, 0])
        let term = OneRounding.multiply(OneRounding.multiply(-209, OneRounding.divide(7.25, 127)), 0.5)
        #expect(try node.floats([1, 1]) == [OneRounding.multiply(term, 0.3)])
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var seed: UInt64
        var codec: Codec
        var quantisation: TableQuantisation
        /// Weights per scale, or 0 for one scale per column.
        var group: Int
        var depth: Int
        var testDescription: String { "\(codec.name), \(quantisation), group \(group), K \(depth), seed \(seed)" }
    }

    static let cases: [Case] = [
        Case(seed: 1, codec: .unsigned(bits: 2), quantisation: .perTable(length: 4), group: 0, depth: 18),
        Case(seed: 2, codec: .signed(bits: 4), quantisation: .per64Activations(length: 4), group: 0, depth: 150),
        Case(seed: 3, codec: .bipolar(bits: 3), quantisation: .per64Activations(length: 4), group: 32, depth: 100),
        Case(seed: 4, codec: .ternary, quantisation: .perTable(length: 4), group: 8, depth: 21),
        Case(seed: 5, codec: .unsigned(bits: 4), quantisation: .per64Activations(length: 4), group: 128, depth: 257),
        Case(seed: 6, codec: .unsigned(bits: 1), quantisation: .per64Activations(length: 4), group: 0, depth: 64),
        Case(seed: 7, codec: .bipolar(bits: 1), quantisation: .perTable(length: 4), group: 0, depth: 3),
        Case(seed: 8, codec: .ternary, quantisation: .perTable(length: 1), group: 5, depth: 21),
        Case(seed: 9, codec: .unsigned(bits: 3), quantisation: .perTable(length: 2), group: 6, depth: 33),
        Case(seed: 10, codec: .signed(bits: 2), quantisation: .perTable(length: 3), group: 12, depth: 100),
        Case(seed: 11, codec: .bipolar(bits: 2), quantisation: .perTable(length: 5), group: 0, depth: 101),
        Case(seed: 12, codec: .unsigned(bits: 4), quantisation: .perTable(length: 6), group: 18, depth: 64),
        Case(seed: 13, codec: .signed(bits: 3), quantisation: .per64Activations(length: 1), group: 50, depth: 130),
        Case(seed: 14, codec: .ternary, quantisation: .per64Activations(length: 2), group: 0, depth: 131),
    ]

    @Test(arguments: cases) func realActivationsFollowTheDefinition(_ test: Case) throws {
        var random = SeededGenerator(300 + test.seed)
        let (rows, columns) = (2, 3)
        var w = Operand(&random, test.codec, lines: columns, depth: test.depth, group: test.group, uniform: false)
        w.zeros = random.integers(w.zeros.count, 0...1)
        let x = random.floats(rows * test.depth)
        let bias = random.floats(columns)
        var node = OneNode(.tableLinear(test.quantisation))
        node.add("x", [rows, test.depth], x)
        w.add(to: &node, "w")
        node.add("b", [columns], bias)
        var expected: [Float] = []
        for row in 0..<rows {
            let tables = LiteralTables(Array(x[row * test.depth..<(row + 1) * test.depth]), test.quantisation)
            for column in 0..<columns {
                expected.append(OneRounding.add(tables.product(w, column), bias[column]))
            }
        }
        #expect(try node.floats([rows, columns]) == expected)
    }

    static let quantisations: [TableQuantisation] =
        (1...6).map { .perTable(length: $0) } + [1, 2, 4].map { .per64Activations(length: $0) }

    @Test(arguments: quantisations) func tokenScalesOfCodesFollowTheColumnScale(
        _ quantisation: TableQuantisation
    ) throws {
        var random = SeededGenerator(91)
        let depth = 70
        var w = Operand(&random, .signed(bits: 3), lines: 2, depth: depth, group: 0, uniform: false)
        let columnScales = w.scales
        w.scales = [1, 1]
        let x = random.integers(2 * depth, -128...127)
        let rowScales: [Float] = [0.013, 0.7]
        var expected: [Float] = []
        for row in 0..<2 {
            let tables = LiteralTables(x[row * depth..<(row + 1) * depth].map { Float($0) }, quantisation)
            for column in 0..<2 {
                let scale = OneRounding.multiply(rowScales[row], columnScales[column])
                expected.append(OneRounding.multiply(tables.product(w, column), scale))
            }
        }
        w.scales = columnScales
        var node = OneNode(.tableLinear(quantisation))
        node.add("x", [2, depth], .codes(.int8, scale: .tensor("token", .group(size: depth))), x)
        w.add(to: &node, "w")
        node.add("token", [2, 1], rowScales, as: .parameter)
        #expect(try node.floats([2, 2]) == expected)
    }

    /// Codes whose table fits in 127 are not changed by the tables: with scale 1 the result is the exact product.
    @Test func codesWithScaleOneTablesGiveTheExactProduct() throws {
        var node = OneNode(.tableLinear(.per64Activations(length: 4)))
        node.add("x", [1, 6], .codes(.int8, scale: .uniform(0.5)), [100, -20, 3, 4, 27, -100])
        node.add("w", [1, 6], .codes(.unsigned(bits: 2), scale: .uniform(2), zero: .uniform(2)), [0, 1, 2, 3, 3, 0])
        // 100 * -2 + -20 * -1 + 0 + 4 * 1 + 27 * 1 + -100 * -2 = 51; the largest |a0|+..+|a3| is 127: scale 1.
        #expect(try node.floats([1, 1]) == [51])
    }

    @Test func aWeightGroupInsideATableIsAnError() {
        var node = OneNode(.tableLinear(.perTable(length: 4)))
        node.add("x", [1, 8], Array(repeating: 1, count: 8))
        let encoding = TensorEncoding.codes(.unsigned(bits: 2), scale: .tensor("s", .group(size: 6)))
        node.add("w", [1, 8], encoding, Array(repeating: 1, count: 8))
        node.add("s", [1, 2], [1, 2], as: .parameter)
        #expect(diagnostics { _ = try node.floats([1, 1]) }.contains("multiple of 4"))
    }
}

/// The definition of `docs/numerics.md`, word for word: no planes, no folded signs, one rounding per step.
struct LiteralTables {
    /// half[t] of every table as codes, and the scale of every table's group.
    var codes: [[Int]] = []
    var scales: [Float] = []
    /// Activations of one table.
    var length: Int
    var tablesPerScale: Int

    init(_ row: [Float], _ quantisation: TableQuantisation) {
        let length = quantisation.length
        let groups = stride(from: 0, to: row.count, by: length).map { k in
            (0..<length).map { k + $0 < row.count ? row[k + $0] : 0 }
        }
        let halves = groups.map { a in
            (0..<1 << (length - 1)).map { t -> Float in
                var entry = -a[0]
                for i in 1..<max(1, length) { entry = OneRounding.add(entry, (t >> (i - 1)) & 1 == 1 ? a[i] : -a[i]) }
                return entry
            }
        }
        let sharesScale = if case .per64Activations = quantisation { true } else { false }
        self.length = length
        tablesPerScale = sharesScale ? 64 / length : 1
        for table in groups.indices {
            let first = table / tablesPerScale * tablesPerScale
            var m: Float = 0
            for other in first..<min(first + tablesPerScale, groups.count) {
                if sharesScale {
                    let a = groups[other].map(\.magnitude)
                    m = max(m, a.dropFirst().reduce(a[0]) { OneRounding.add($0, $1) })
                } else {
                    m = max(m, halves[other].map(\.magnitude).max() ?? 0)
                }
            }
            let scale = m == 0 ? 1 : OneRounding.divide(m, 127)
            scales.append(scale)
            codes.append(
                halves[table].map { half in
                    min(max(Int(Fraction(OneRounding.divide(half, scale)).rounded()), -127), 127)
                })
        }
    }

    /// The entry for as many signs, by oddness where the first is +1.
    func entry(_ table: Int, _ signs: [Int]) -> Int {
        let flipped = signs[0] == 1
        let t = (0..<length - 1).reduce(0) { $0 | ((signs[$1 + 1] == 1) != flipped ? 1 << $1 : 0) }
        return flipped ? -codes[table][t] : codes[table][t]
    }

    func product(_ w: Operand, _ column: Int) -> Float {
        let bits = w.codec.bits
        let lowest = w.codec.range?.lowerBound ?? 0
        let isBipolar = w.codec == .bipolar(bits: bits)
        var accumulated: Float = 0
        var start = 0
        while start < w.depth {
            // A segment ends where the scale of the tables or of the weights changes.
            var end = start
            var sum = 0
            repeat {
                let table = end / length
                let members = (0..<length).map { k -> Int in
                    guard end + k < w.depth else { return 0 }
                    let value = w.values[column * w.depth + end + k]
                    return isBipolar ? (value - lowest) / 2 : value - lowest
                }
                for bit in 0..<bits { sum += (1 << bit) * entry(table, members.map { ($0 >> bit) & 1 == 1 ? 1 : -1 }) }
                let zero = w.zeros[column * w.groupsPerLine + end / w.group]
                let reinterpreted = isBipolar ? zero : 2 * (zero - lowest) + 1 - (1 << bits)
                sum -= reinterpreted * -codes[table][0]
                end += length
            } while end < w.depth && !(end % w.group == 0) && !(endsTableGroup(end))
            let tableScale = scales[start / length]
            let factor = w.isGrouped ? OneRounding.multiply(w.scale(column, start), tableScale) : tableScale
            var term = OneRounding.multiply(Float(sum), factor)
            if !isBipolar { term = OneRounding.multiply(term, 0.5) }
            accumulated = OneRounding.add(accumulated, term)
            start = end
        }
        return w.isGrouped ? accumulated : OneRounding.multiply(accumulated, w.scale(column, 0))
    }

    private func endsTableGroup(_ k: Int) -> Bool { k / length % tablesPerScale == 0 }
}
