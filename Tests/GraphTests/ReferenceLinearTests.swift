import BigInt
import Formats
import Graph
import Testing

/// `linear` and `matmul` against exact integers and one rounding per step.
@Suite struct ReferenceLinearTests {
    @Test func unsignedFourBitWeightsWithZeroPointGiveTheExactDotProduct() throws {
        var node = OneNode(.linear(output: .float32))
        node.add("x", [1, 4], .codes(.int8), [3, -5, 7, 2])
        node.add("w", [1, 4], .codes(.unsigned(bits: 4), scale: .uniform(0.5), zero: .uniform(8)), [13, 0, 7, 10])
        #expect(try node.floats([1, 1]) == [26])
    }

    @Test func accumulatorAddsBiasAndSaturates() throws {
        var node = OneNode(.linear(output: .accumulator))
        node.add("x", [2, 2], .codes(.int8), [127, 127, -128, -128])
        node.add("w", [2, 2], .codes(.int8), [127, 127, 1, -1])
        node.add("b", [2], .int32, [Int(Int32.max) - 5, -7])
        #expect(try node.integers([2, 2]) == [Int(Int32.max), -7, Int(Int32.max) - 5 - 2 * 128 * 127, -7])
    }

    @Test func sumBeyondInt32IsAnErrorThatNamesTheNode() {
        let count = 40_000
        var node = OneNode(.linear(output: .accumulator))
        node.add("x", [1, count], .codes(.signed(bits: 16)), Array(repeating: 32_767, count: count))
        node.add("w", [1, count], .codes(.int8), Array(repeating: 127, count: count))
        let message = diagnostics { _ = try node.integers([1, 1]) }
        #expect(message.contains("'node'") && message.contains("int32"))
    }

    @Test func sixteenBitFactorsDoNotWrapInside() throws {
        // Each partial sum exceeds int32, the whole does not.
        var node = OneNode(.linear(output: .accumulator))
        let factors = [32_767, 32_767, 32_767, -32_768, -32_768, -32_768]
        node.add("x", [1, 6], .codes(.signed(bits: 16)), factors.map(\.magnitude).map { min(Int($0), 32_767) })
        node.add("w", [1, 6], .codes(.signed(bits: 16)), factors)
        #expect(try node.integers([1, 1]) == [3 * 32_767 * 32_767 - 3 * 32_768 * 32_767])
    }

    struct Case: CustomTestStringConvertible, Sendable {
        var seed: UInt64
        var activations: Codec
        var weights: Codec
        /// Scale groups along K; 0 is one scale for the tensor (activations) or per column (weights).
        var activationGroup: Int
        var weightGroup: Int
        var testDescription: String {
            "\(activations.name)/\(activationGroup) x \(weights.name)/\(weightGroup), seed \(seed)"
        }
    }

    static let cases: [Case] = [
        Case(seed: 1, activations: .int8, weights: .signed(bits: 4), activationGroup: 0, weightGroup: 0),
        Case(seed: 2, activations: .uint8, weights: .unsigned(bits: 4), activationGroup: 0, weightGroup: 5),
        Case(seed: 3, activations: .int8, weights: .bipolar(bits: 2), activationGroup: 6, weightGroup: 4),
        Case(seed: 4, activations: .signed(bits: 16), weights: .ternary, activationGroup: 4, weightGroup: 0),
        Case(seed: 5, activations: .int8, weights: .unsigned(bits: 8), activationGroup: 100, weightGroup: 3),
        Case(
            seed: 6, activations: .unsigned(bits: 16), weights: .signed(bits: 8), activationGroup: 7, weightGroup: 100),
        Case(
            seed: 7, activations: .bipolar(bits: 3), weights: .bipolar(bits: 1), activationGroup: 100,
            weightGroup: 100),
    ]

    @Test(arguments: cases) func groupedScalesRoundOncePerStep(_ test: Case) throws {
        var random = SeededGenerator(test.seed)
        let (rows, columns, depth) = (3, 5, 19)
        let x = Operand(
            &random, test.activations, lines: rows, depth: depth, group: test.activationGroup, uniform: true)
        let w = Operand(&random, test.weights, lines: columns, depth: depth, group: test.weightGroup, uniform: false)
        let bias = random.floats(columns)
        var node = OneNode(.linear(output: .float32))
        x.add(to: &node, "x")
        w.add(to: &node, "w")
        node.add("b", [columns], bias)
        var expected: [Float] = []
        for row in 0..<rows {
            for column in 0..<columns {
                expected.append(OneRounding.add(scaledProduct(x, row, w, column), bias[column]))
            }
        }
        #expect(try node.floats([rows, columns]) == expected)
    }

    @Test func groupedZeroPointsDoNotCutTheSum() throws {
        // The two groups' sums, 16777217 and -16777215, cancel to 2; the first alone is no f32 number.
        var node = OneNode(.linear(output: .float32))
        node.add("x", [1, 4], .codes(.signed(bits: 16)), [32_767, 1, -32_767, -511])
        let encoding = TensorEncoding.codes(
            .signed(bits: 16), scale: .uniform(1), zero: .tensor("z", .group(size: 2)))
        node.add("w", [1, 4], encoding, [513, 514, 512, 1])
        node.add("z", [1, 2], .int32, [1, 0], as: .parameter)
        #expect(try node.floats([1, 1]) == [Float(32_767 * 512 + 513 - 32_767 * 512 - 511)])
    }

    @Test func groupedQueryMatricesServeConsecutiveTasks() throws {
        var random = SeededGenerator(11)
        let a = random.integers(6 * 2 * 3, -128...127)
        let b = random.integers(2 * 4 * 3, -128...127)
        for transposed in [true, false] {
            var node = OneNode(.matmul(transposeB: transposed, output: .accumulator))
            node.add("a", [1, 6, 2, 3], .codes(.int8), a)
            node.add("b", transposed ? [1, 2, 4, 3] : [1, 2, 3, 4], .codes(.int8), b)
            var expected: [Int] = []
            for task in 0..<6 {
                for (row, column) in (0..<2).flatMap({ row in (0..<4).map { (row, $0) } }) {
                    expected.append(
                        (0..<3).reduce(0) { sum, k in
                            let place = transposed ? (task / 3 * 4 + column) * 3 + k : (task / 3 * 3 + k) * 4 + column
                            return sum + a[(task * 2 + row) * 3 + k] * b[place]
                        })
                }
            }
            #expect(try node.integers([1, 6, 2, 4]) == expected)
        }
    }

    @Test func largeProductsEqualTheirSmallParts() throws {
        // More lines and columns than one tile, on all cores: each entry as computed alone.
        var random = SeededGenerator(12)
        let (rows, columns, depth) = (70, 300, 33)
        let x = random.integers(rows * depth, -128...127)
        let w = random.integers(columns * depth, -8...7)
        var node = OneNode(.linear(output: .accumulator))
        node.add("x", [rows, depth], .codes(.int8, zero: .uniform(-3)), x)
        node.add("w", [columns, depth], .codes(.signed(bits: 4)), w)
        let results = try node.integers([rows, columns])
        for row in 0..<rows {
            for column in 0..<columns {
                let sum = (0..<depth).reduce(0) { $0 + (x[row * depth + $1] + 3) * w[column * depth + $1] }
                #expect(results[row * columns + column] == sum)
            }
        }
    }
}

/// Random codes [lines, depth] with scales and zero points by group (or one scale and zero, or one per line).
struct Operand {
    var encoding: TensorEncoding
    var codec: Codec
    var values: [Int]
    var lines: Int
    var depth: Int
    /// Length of a group; the whole line when it is not grouped.
    var group: Int
    var scales: [Float]
    var zeros: [Int]
    var isGrouped: Bool { group < depth }
    var groupsPerLine: Int { (depth + group - 1) / group }

    init(
        _ random: inout SeededGenerator, _ codec: Codec, lines: Int, depth: Int, group: Int, uniform: Bool
    ) {
        self.codec = codec
        self.lines = lines
        self.depth = depth
        self.group = group == 0 ? depth : group
        let range = codec.range ?? 0...0
        values = (0..<lines * depth).map { _ in
            while true {
                let value = Int.random(in: range, using: &random)
                if codec.code(ofValue: value) != nil { return value }
            }
        }
        let perLine = (depth + self.group - 1) / self.group
        let one = group == 0 && uniform
        scales = random.floats(one ? 1 : lines * perLine, 0.001...0.1)
        zeros = random.integers(scales.count, -3...9)
        encoding = TensorEncoding(codec: codec)
    }

    private var granularity: Granularity {
        scales.count == 1 ? .tensor : group == depth ? .axis(0) : .group(size: group)
    }

    func add(to node: inout OneNode, _ name: String) {
        let encoding = TensorEncoding(
            codec: codec, scale: .tensor("\(name).scale", granularity),
            zeroPoint: .tensor("\(name).zero", granularity))
        node.add(name, [lines, depth], encoding, values)
        node.add("\(name).scale", [scales.count], scales, as: .parameter)
        node.add("\(name).zero", [zeros.count], .int32, zeros, as: .parameter)
    }

    private func entry(_ line: Int, _ k: Int) -> Int { scales.count == 1 ? 0 : line * groupsPerLine + k / group }
    func scale(_ line: Int, _ k: Int) -> Float { scales[entry(line, k)] }
    func centred(_ line: Int, _ k: Int) -> BigInt { BigInt(values[line * depth + k] - zeros[entry(line, k)]) }
}

/// The rules "product, f32" with exact sums and one rounding per step.
func scaledProduct(_ x: Operand, _ row: Int, _ w: Operand, _ column: Int) -> Float {
    func sum(_ range: Range<Int>) -> Float {
        OneRounding.convert(range.reduce(BigInt(0)) { $0 + x.centred(row, $1) * w.centred(column, $1) })
    }
    if !x.isGrouped && !w.isGrouped {
        return OneRounding.multiply(sum(0..<x.depth), OneRounding.multiply(x.scale(row, 0), w.scale(column, 0)))
    }
    var accumulated: Float = 0
    var start = 0
    while start < x.depth {
        let end = min((start / x.group + 1) * x.group, (start / w.group + 1) * w.group, x.depth)
        var factor: Float
        switch (x.isGrouped, w.isGrouped) {
        case (true, true): factor = OneRounding.multiply(w.scale(column, start), x.scale(row, start))
        case (true, false): factor = x.scale(row, start)
        default: factor = w.scale(column, start)
        }
        accumulated = OneRounding.add(accumulated, OneRounding.multiply(sum(start..<end), factor))
        start = end
    }
    if !x.isGrouped { return OneRounding.multiply(accumulated, x.scale(row, 0)) }
    return w.isGrouped ? accumulated : OneRounding.multiply(accumulated, w.scale(column, 0))
}
