import BigInt
import Formats
import Graph
import Testing

@Suite struct ReferenceElementwiseTests {
    @Test func integerArithmeticSaturates() throws {
        let (low, high) = (Int(Int32.min), Int(Int32.max))
        let expected: [BinaryFunction: [Int]] = [
            .add: [high, low, 3, low + 7], .sub: [high - 1, low + 1, -1, low], .mul: [high, high, 2, low],
        ]
        for (function, values) in expected {
            var node = OneNode(.binary(function))
            node.add("a", [4], .int32, [high, low, 1, low])
            node.add("b", [4], .int32, [1, -1, 2, 7])
            #expect(try node.integers([4]) == values, "\(function)")
        }
    }

    @Test func operandsBroadcastAsInNumpy() throws {
        let shapes: [([Int], [Int])] = [
            ([2, 3, 4], [4]), ([2, 1, 4], [3, 1]), ([1], [2, 3]), ([5, 1, 1, 2, 1], [3, 2, 4]), ([], [2]),
            ([2, 3, 1], [2, 1, 4]),
        ]
        for (left, right) in shapes {
            let rank = max(left.count, right.count)
            let a = Array(repeating: 1, count: rank - left.count) + left
            let b = Array(repeating: 1, count: rank - right.count) + right
            let shape = zip(a, b).map(max)
            var expected: [Float] = []
            for flat in 0..<shape.reduce(1, *) {
                var (rest, ia, ib) = (flat, 0, 0)
                var coordinates: [Int] = []
                for size in shape.reversed() {
                    coordinates.insert(rest % size, at: 0)
                    rest /= size
                }
                for axis in 0..<rank {
                    ia = ia * a[axis] + (a[axis] == 1 ? 0 : coordinates[axis])
                    ib = ib * b[axis] + (b[axis] == 1 ? 0 : coordinates[axis])
                }
                expected.append(Float(ia) - Float(1000 * ib))
            }
            var node = OneNode(.binary(.sub))
            node.add("a", left, (0..<a.reduce(1, *)).map { Float($0) })
            node.add("b", right, (0..<b.reduce(1, *)).map { Float(1000 * $0) })
            #expect(try node.floats(shape) == expected, "\(left) and \(right)")
        }
    }

    @Test func everyNaNIsTheOnePattern() throws {
        var node = OneNode(.binary(.div))
        node.add("a", [3], [0, .infinity, Float(bitPattern: 0xFFC1_2345)])
        node.add("b", [3], [0, .infinity, 1])
        #expect(try node.floats([3]).map(\.bitPattern) == [0x7FC0_0000, 0x7FC0_0000, 0x7FC0_0000])
    }

    @Test func reluOfCodesStopsAtTheZeroPoint() throws {
        var node = OneNode(.unary(.relu))
        let encoding = TensorEncoding.codes(.uint8, scale: .uniform(0.5), zero: .uniform(100))
        node.add("x", [4], encoding, [0, 99, 100, 200])
        #expect(try node.integers([4], encoding) == [100, 100, 100, 200])
    }

    @Test func reluKeepsNegativeZero() throws {
        var node = OneNode(.unary(.relu))
        node.add("x", [3], [-1, -0.0, 2])
        #expect(try node.floats([3]).map(\.bitPattern) == [0, 0x8000_0000, 0x4000_0000])
    }

    @Test func hardFunctionsRoundEveryStep() throws {
        let x: [Float] = [-4, -3, -2.9, -0.1, 0, 0.3, 2.9, 3, 5]
        let gate = x.map { value in
            min(max(OneRounding.add(OneRounding.multiply(value, 0.16666667), 0.5), 0), 1)
        }
        for (function, expected) in [
            (UnaryFunction.hardSigmoid, gate), (.hardSwish, zip(x, gate).map { OneRounding.multiply($0, $1) }),
        ] {
            var node = OneNode(.unary(function))
            node.add("x", [9], x)
            #expect(try node.floats([9]) == expected)
        }
    }

    @Test func gatedFunctionsFollowTheirSteps() throws {
        let x: [Float] = [-3, -0.7, 0, 0.2, 1.9]
        let multiply = OneRounding.multiply
        let add = OneRounding.add
        let expected: [UnaryFunction: [Float]] = [
            .silu: x.map { multiply($0, Elementary.sigmoid($0)) },
            .gelu: x.map { multiply(multiply(0.5, $0), add(1, Elementary.erf(multiply($0, 0.70710677)))) },
            .geluTanh: x.map { x in
                let cubic = multiply(0.044715, multiply(multiply(x, x), x))
                return multiply(multiply(0.5, x), add(1, Elementary.tanh(multiply(0.7978846, add(x, cubic)))))
            },
            .sigmoid: x.map(Elementary.sigmoid), .tanh: x.map(Elementary.tanh), .exp: x.map(Elementary.exp),
            .log: x.map(Elementary.log), .rsqrt: x.map(Elementary.rsqrt), .erf: x.map(Elementary.erf),
            .sin: x.map(Elementary.sin), .cos: x.map(Elementary.cos),
        ]
        for (function, values) in expected {
            var node = OneNode(.unary(function))
            node.add("x", [5], x)
            #expect(try node.floats([5]).map(\.bitPattern) == values.map(\.bitPattern), "\(function)")
        }
    }

    @Test func clipOfCodesQuantisesItsBounds() throws {
        var node = OneNode(.clip(min: 0, max: 6))
        let encoding = TensorEncoding.codes(.int8, scale: .uniform(0.4), zero: .uniform(-100))
        node.add("x", [4], encoding, [-128, -100, -90, 127])
        // 0 is -100; 6 / 0.4 = 15 is -85.
        #expect(try node.integers([4], encoding) == [-100, -100, -90, -85])
        var floats = OneNode(.clip(min: -1, max: 1))
        floats.add("x", [3], [-2, 0.5, .infinity])
        #expect(try floats.floats([3]) == [-1, 0.5, 1])
    }

    @Test func halfPrecisionInputsAreWidenedExactly() throws {
        var node = OneNode(.binary(.add))
        let type = TensorType(shape: [3], encoding: TensorEncoding(codec: .float16))
        node.add("a", type, Tensor(shape: [3], storage: .float16([0x3C00, 0x0001, 0xFBFF])), .operand)
        node.add("b", [3], [0, 0, 0])
        #expect(try node.floats([3]) == [1, 0x1p-24, -65504])
    }

    @Test func malformedCodesAreErrorsThatNameTheTensor() {
        var node = OneNode(.dequantise)
        let type = TensorType(shape: [2], encoding: .codes(.ternary, scale: .uniform(1)))
        node.add("x", type, Tensor(shape: [2], storage: .uint8([2, 3])), .operand)
        let message = diagnostics { _ = try node.floats([2]) }
        #expect(message.contains("'node'") && message.contains("x") && message.contains("malformed ternary code 3"))
    }
}
