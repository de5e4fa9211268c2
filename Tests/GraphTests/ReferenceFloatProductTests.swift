import Formats
import Graph
import Testing

/// Products with float operands against docs/numerics.md, one exact rounding per step.
@Suite struct ReferenceFloatProductTests {
    /// The pairwise tree over 16 slots, by halves.
    static func tree(_ slots: ArraySlice<Float>) -> Float {
        guard slots.count > 1 else { return slots.first ?? 0 }
        let middle = slots.startIndex + slots.count / 2
        return OneRounding.add(tree(slots[..<middle]), tree(slots[middle...]))
    }

    /// The contract blocked-16 over consecutive products.
    static func blocked(_ products: [Float], from start: Float = 0) -> Float {
        stride(from: 0, to: products.count, by: 16).reduce(start) { sum, first in
            let block = Array(products[first..<min(first + 16, products.count)])
            return OneRounding.add(sum, tree((block + Array(repeating: 0, count: 16 - block.count))[...]))
        }
    }

    @Test func floatsAddByBlocksOfSixteen() throws {
        // 2^24 + 1 loses the one inside a pair; two ones that meet first survive.
        var node = OneNode(.linear(output: .float32))
        node.add("x", [1, 4], [16_777_216, 1, 1, 1])
        node.add("w", [2, 4], [1, 1, 1, 1, -1, 1, 1, 1])
        #expect(try node.floats([1, 2]) == [16_777_218, -16_777_213])
    }

    @Test func floatLinearRoundsOncePerStep() throws {
        var random = SeededGenerator(21)
        for depth in [1, 7, 16, 17, 32, 45, 100] {
            let (rows, columns) = (3, 4)
            let x = random.floats(rows * depth, -2...2)
            let w = random.floats(columns * depth, -2...2)
            let bias = random.floats(columns, -1...1)
            var node = OneNode(.linear(output: .float32))
            node.add("x", [rows, depth], x)
            node.add("w", [columns, depth], w)
            node.add("b", [columns], bias)
            var expected: [Float] = []
            for (row, column) in (0..<rows).flatMap({ row in (0..<columns).map { (row, $0) } }) {
                let products = (0..<depth).map { OneRounding.multiply(x[row * depth + $0], w[column * depth + $0]) }
                expected.append(OneRounding.add(Self.blocked(products), bias[column]))
            }
            #expect(try node.floats([rows, columns]) == expected)
        }
    }

    /// Codes count as v - z; every group of K is a sum of its own, then scaled.
    @Test func weightOnlyProductsScaleSegmentBySegment() throws {
        var random = SeededGenerator(22)
        for group in [5, 16, 20, 64] {
            let (columns, depth) = (3, 50)
            let groups = (depth + group - 1) / group
            let x = random.floats(depth, -2...2).map { Binary16.narrowed($0) }
            let codes = random.integers(columns * depth, 0...15)
            let scales = random.floats(columns * groups, 0.01...1)
            let zeros = random.integers(columns * groups, 0...15)
            var node = OneNode(.linear(output: .float32))
            node.add(
                "x", TensorType(shape: [1, depth], encoding: TensorEncoding(codec: .float16)),
                Tensor(shape: [1, depth], storage: .float16(x)), .operand)
            node.add(
                "w", [columns, depth],
                TensorEncoding(
                    codec: .unsigned(bits: 4), scale: .tensor("s", .group(size: group)),
                    zeroPoint: .tensor("z", .group(size: group))), codes)
            node.add("s", [columns, groups], scales, as: .parameter)
            node.add("z", [columns, groups], .codes(.unsigned(bits: 4)), zeros, as: .parameter)
            let expected = (0..<columns).map { column -> Float in
                let sums = (0..<groups).map { g in
                    Self.blocked((g * group..<min(depth, (g + 1) * group)).map { k in
                        let level = Float(codes[column * depth + k] - zeros[column * groups + g])
                        return OneRounding.multiply(Binary16.widened(x[k]), level)
                    })
                }
                if groups == 1 { return OneRounding.multiply(sums[0], scales[column]) }
                return zip(sums, scales[(column * groups)...]).reduce(0) {
                    OneRounding.add($0, OneRounding.multiply($1.0, $1.1))
                }
            }
            #expect(try node.floats([1, columns]) == expected, "group \(group)")
        }
    }

    /// 1025 * 11 = 11275 among f16 numbers 8 apart: once to 11272; by terms 1025 + 2050 to 3076, + 8200 = 11276 to 11280.
    /// The sum of 17 such products is f32: a tree of sixteen, then one.
    @Test(arguments: [(DotContract.blocked16, Float(11275)), (.blocked16Half, 11272), (.blocked16HalfTerms, 11280)])
    func contractsRoundProducts(_ contract: DotContract, _ product: Float) throws {
        for sign in [1, -1] {
            var node = OneNode(.linear(output: .float(contract)))
            let x = Array(repeating: Binary16.narrowed(1025), count: 17)
            node.add(
                "x", TensorType(shape: [1, 17], encoding: TensorEncoding(codec: .float16)),
                Tensor(shape: [1, 17], storage: .float16(x)), .operand)
            node.add(
                "w", [1, 17], TensorEncoding(codec: .signed(bits: 5), zeroPoint: .uniform(-2 * sign)),
                Array(repeating: 9 * sign, count: 17))
            #expect(try node.floats([1, 1]) == [Float(sign) * 17 * product])
        }
    }

    @Test func scaledMinifloatsMultiplyTheirScalesOnce() throws {
        let (e4m3, e5m2) = (Codec.minifloat(.e4m3), Codec.minifloat(.e5m2))
        var node = OneNode(.linear(output: .float32))
        let x: [Float] = [1.5, -448, 0.001953125], w: [Float] = [0.25, 3, 57344]
        node.add(
            "x", TensorType(shape: [1, 3], encoding: TensorEncoding(codec: e4m3, scale: .uniform(0.3))),
            Tensor(shape: [1, 3], storage: .minifloat(.e4m3, x.map { UInt8(e4m3.code(ofFloat: $0)) })), .operand)
        node.add(
            "w", TensorType(shape: [1, 3], encoding: TensorEncoding(codec: e5m2, scale: .uniform(0.7))),
            Tensor(shape: [1, 3], storage: .minifloat(.e5m2, w.map { UInt8(e5m2.code(ofFloat: $0)) })), .operand)
        // All three products and their sum are exact.
        let expected = OneRounding.multiply(0.375 - 1344 + 112, OneRounding.multiply(0.3, 0.7))
        #expect(try node.floats([1, 1]) == [expected])
    }

    /// Blocks end with the tap of a window, and padding taps count as +0.
    @Test func blocksOfAConvolutionEndWithTheirTap() throws {
        var random = SeededGenerator(23)
        let (size, channels) = (3, 5)
        let x = random.floats(size * size * channels, -2...2)
        let w = random.floats(2 * 9 * channels, -2...2)
        var node = OneNode(.conv2d(Convolution(padding: [1, 1, 1, 1]), output: .float32))
        node.add("x", [1, size, size, channels], x)
        node.add("w", [2, 3, 3, channels], w)
        var expected: [Float] = []
        for (row, column) in (0..<size).flatMap({ row in (0..<size).map { (row, $0) } }) {
            for filter in 0..<2 {
                var sum: Float = 0
                for (ky, kx) in (0..<3).flatMap({ ky in (0..<3).map { (ky, $0) } }) {
                    let (y, z) = (row + ky - 1, column + kx - 1)
                    let isInside = (0..<size).contains(y) && (0..<size).contains(z)
                    let products = (0..<channels).map { c -> Float in
                        let pixel: Float = isInside ? x[(y * size + z) * channels + c] : 0
                        return OneRounding.multiply(pixel, w[((filter * 3 + ky) * 3 + kx) * channels + c])
                    }
                    sum = Self.blocked(products, from: sum)
                }
                expected.append(sum)
            }
        }
        #expect(try node.floats([1, size, size, 2]) == expected)
    }

    @Test func quantiseRoundsToFloatsAndDequantiseWidens() throws {
        let values: [Float] = [0.3, 1000, -0.0, .nan, 3.25, -17, 0x1p-30, 449]
        for codec in [Codec.float16, .bfloat16, .minifloat(.e4m3), .minifloat(.e5m2), .minifloat(.e2m1)] {
            for scale in codec.bits < 16 ? [nil, Float(0.5)] : [nil] {
                let encoding = TensorEncoding(codec: codec, scale: scale.map { .uniform($0) } ?? .none)
                var node = OneNode(.quantise)
                node.add("x", [8], values)
                let tensor = try node.run(TensorType(shape: [8], encoding: encoding))[0]
                let codes = (0..<8).map { tensor.code(at: $0) }
                #expect(codes == values.map { codec.code(ofFloat: $0 / (scale ?? 1)) })
                var back = OneNode(.dequantise)
                back.add("q", TensorType(shape: [8], encoding: encoding), tensor, .operand)
                let expected = codes.map { codec.float(ofCode: $0) * (scale ?? 1) }
                #expect(try back.floats([8]).map(\.bitPattern) == expected.map { $0.isNaN ? 0x7FC0_0000 : $0.bitPattern })
            }
        }
    }
}
