import Diagnostics
import Formats
import Graph
import Testing

/// Types derived by hand for every operation.
@Suite struct ShapeRuleTests {
    static let f32 = TensorEncoding.float32
    static let int8 = TensorEncoding(codec: .int8, scale: .uniform(0.5))
    static let column = TensorEncoding(codec: .signed(bits: 4), scale: .tensor("s", .axis(0)))
    static let uint8 = TensorEncoding(codec: .uint8, scale: .uniform(1), zeroPoint: .uniform(7))

    static func type(_ shape: [Int], _ encoding: TensorEncoding = .float32) -> TensorType {
        TensorType(shape: shape, encoding: encoding)
    }

    struct Rule: CustomStringConvertible, Sendable {
        var operation: Operation
        var inputs: [TensorType]
        var declared: TensorEncoding?
        var expected: [TensorType]
        var description: String { "\(operation)" }

        init(
            _ operation: Operation, _ inputs: [TensorType], declared: TensorEncoding? = nil, _ expected: TensorType...
        ) {
            self.operation = operation
            self.inputs = inputs
            self.declared = declared
            self.expected = expected
        }
    }

    static let sum = TensorEncoding(codec: .int32, scale: .product(int8.scale, column.scale))
    static let dynamic = TensorEncoding(codec: .int8, scale: .tensor("e", .group(size: 5)))
    static let conv = Convolution(stride: [2, 1], padding: [1, 0, 2, 1], dilation: [1, 2], groups: 2)
    static let pool = Pool(function: .max, window: [3, 2], stride: [2, 3], padding: [1, 0, 1, 1])

    static let rules: [Rule] = [
        Rule(.linear(output: .float32), [type([3, 7, 5]), type([11, 5])], type([3, 7, 11])),
        Rule(.linear(output: .float32), [type([5]), type([11, 5]), type([11])], type([11])),
        Rule(.linear(output: .accumulator), [type([7, 5], int8), type([11, 5], column)], type([7, 11], sum)),
        Rule(.linear(output: .float32), [type([7, 5], dynamic), type([11, 5], column)], type([7, 11])),
        Rule(.linear(output: .float32), [type([7, 5]), type([11, 5], column)], type([7, 11])),
        Rule(.tableLinear(.perTable(length: 4)), [type([7, 5]), type([11, 5], column)], type([7, 11])),
        Rule(.matmul(transposeB: false, output: .float32), [type([2, 9, 5]), type([5, 3])], type([2, 9, 3])),
        // 8 query heads share 2 key heads.
        Rule(
            .matmul(transposeB: true, output: .float32), [type([1, 8, 9, 5]), type([2, 3, 5])], type([1, 8, 9, 3])),
        Rule(
            .matmul(transposeB: true, output: .accumulator), [type([9, 5], int8), type([3, 5], int8)],
            type([9, 3], TensorEncoding(codec: .int32, scale: .product(int8.scale, int8.scale)))),
        // H: (7 + 1 + 2 - 3) / 2 + 1 = 4; W: window 2 * (3 - 1) + 1 = 5: (9 + 0 + 1 - 5) / 1 + 1 = 6.
        Rule(
            .conv2d(conv, output: .float32), [type([1, 7, 9, 4]), type([6, 3, 3, 2]), type([6])], type([1, 4, 6, 6])),
        Rule(.binary(.add), [type([4, 1, 3]), type([5, 1])], type([4, 5, 3])),
        Rule(.binary(.mul), [type([2], .int32), type([3, 2], .int32)], type([3, 2], .int32)),
        Rule(.binary(.sub), [type([7, 11], sum), type([11], .int32)], type([7, 11], sum)),
        Rule(.binary(.div), [type([]), type([3])], type([3])),
        Rule(.unary(.relu), [type([7, 11], sum)], type([7, 11], sum)),
        Rule(.unary(.relu), [type([3], uint8)], type([3], uint8)),
        Rule(.unary(.geluTanh), [type([3], TensorEncoding(codec: .float16))], type([3])),
        Rule(.clip(min: 0, max: 6), [type([3], uint8)], type([3], uint8)),
        Rule(.softmax, [type([3, 5])], type([3, 5])),
        Rule(.layerNorm(epsilon: 0), [type([3, 5]), type([5]), type([5])], type([3, 5])),
        Rule(.rmsNorm(epsilon: 1), [type([3, 5]), type([5])], type([3, 5])),
        Rule(
            .rope(Rope(pairs: .interleaved, base: 2, rotaryDimension: 4, position: 9)), [type([3, 5])], type([3, 5])),
        Rule(.mask(position: 3, window: 2), [type([4, 7])], type([4, 7])),
        // H: (8 + 1 + 1 - 3) / 2 + 1 = 4; W: (9 + 0 + 1 - 2) / 3 + 1 = 3.
        Rule(.pool(pool), [type([2, 8, 9, 3], uint8)], type([2, 4, 3, 3], uint8)),
        Rule(.globalPool(.average), [type([2, 8, 9, 3], uint8)], type([2, 1, 1, 3], uint8)),
        Rule(
            .resize(Resize(mode: .nearest, coordinates: .asymmetric, size: [3, 17])), [type([2, 8, 9, 3], uint8)],
            type([2, 3, 17, 3], uint8)),
        Rule(.reshape([15]), [type([3, 5], uint8)], type([15], uint8)),
        Rule(.reshape([]), [type([1, 1])], type([])),
        Rule(
            .transpose([1, 0]), [type([4, 5], column)],
            type([5, 4], TensorEncoding(codec: .signed(bits: 4), scale: .tensor("s", .axis(1))))),
        Rule(
            .concat(axis: 1), [type([3, 5], uint8), type([3, 2], uint8), type([3, 1], uint8)], type([3, 8], uint8)),
        Rule(
            .slice([SliceRange(start: 0, end: 3, step: 2), SliceRange(start: 1, end: 5, step: 3)]), [type([3, 5])],
            type([2, 2])),
        Rule(.split(axis: 1, sizes: [1, 4]), [type([3, 5])], type([3, 1]), type([3, 4])),
        Rule(.gather, [type([9, 2, 3], uint8), type([4, 5], .int32)], type([4, 5, 2, 3], uint8)),
        Rule(.gather, [type([9]), type([], .int32)], type([])),
        Rule(.pad([PadAmount(before: 1, after: 2)], value: 7), [type([3], uint8)], type([6], uint8)),
        Rule(.append(axis: 0, position: 3), [type([8, 2]), type([4, 2])], type([7, 2])),
        Rule(.quantise, [type([3, 5])], declared: int8, type([3, 5], int8)),
        Rule(
            .quantiseDynamic(.group(size: 2)), [type([3, 5])],
            declared: TensorEncoding(codec: .int8, scale: .tensor("e", .group(size: 2))),
            type([3, 5], TensorEncoding(codec: .int8, scale: .tensor("e", .group(size: 2)))), type([3, 3])),
        Rule(.dequantise, [type([7, 11], sum)], type([7, 11])),
        Rule(.requantise(Requantisation(kind: .float)), [type([7, 11], sum)], declared: uint8, type([7, 11], uint8)),
    ]

    @Test(arguments: rules)
    func typesFollow(_ rule: Rule) throws {
        let types = try ShapeRules.outputs(of: rule.operation, inputs: rule.inputs, declared: rule.declared)
        #expect(types == rule.expected)
    }

    static let refused: [(Operation, [TensorType], String)] = [
        // A scale per k cannot leave the sum.
        (
            .linear(output: .float32),
            [type([7, 5], TensorEncoding(codec: .int8, scale: .tensor("s", .axis(1)))), type([3, 5], int8)], "inputs[0]"
        ),
        (
            .linear(output: .float32),
            [type([7, 5], int8), type([3, 5], TensorEncoding(codec: .int8, scale: .tensor("s", .axis(1))))], "inputs[1]"
        ),
        (.matmul(transposeB: false, output: .float32), [type([7, 5], int8), type([5, 3], dynamic)], "inputs[1]"),
        (
            .conv2d(Convolution(), output: .float32), [type([1, 3, 3, 5], dynamic), type([2, 1, 1, 5], int8)],
            "inputs[0]"
        ),
        (.tableLinear(.perTable(length: 4)), [type([7, 5], uint8), type([3, 5], int8)], "inputs[0]"),
        (
            .binary(.add), [type([7, 11], sum), type([7, 11], TensorEncoding(codec: .int32, scale: .uniform(2)))],
            "inputs[1]"
        ),
        (.binary(.mul), [type([7, 11], sum), type([7, 11], sum)], "inputs[1]"),
        (.binary(.add), [type([1, 11], sum), type([7, 11], .int32)], "inputs[0]"),
        (.pool(pool), [type([2, 8, 9, 3], TensorEncoding(codec: .int8, scale: .tensor("s", .axis(1))))], "inputs[0]"),
        (.gather, [type([9, 5], dynamic), type([2], .int32)], "inputs[0]"),
        (.pad([PadAmount(before: 1, after: 2)], value: 256), [type([3], uint8)], "value"),
        (.pad([PadAmount(before: .max, after: 2)], value: 0), [type([3], uint8)], "amounts[0]"),
        (.slice([SliceRange(start: 0, end: 4)]), [type([3])], "starts"),
        (.split(axis: 0, sizes: [.max, .max]), [type([3])], "sizes"),
        (.reshape([.max, .max]), [type([3])], "shape"),
        (.gather, [type([2, 1 << 20]), type([1 << 20], .int32)], "outputs"),
    ]

    @Test(arguments: refused.indices)
    func unsoundOperandsAreRefused(_ index: Int) {
        let (operation, inputs, field) = Self.refused[index]
        #expect {
            try ShapeRules.outputs(of: operation, inputs: inputs)
        } throws: { ($0 as? Diagnostics)?.all.map(\.field) == [field] }
    }

    @Test func verifyFindsWhatAPassBroke() throws {
        let sound = try SampleGraph.read(
            SampleGraph.text(
                #"{"name": "a", "op": "relu", "inputs": ["x"]}, {"name": "b", "op": "relu", "inputs": ["a"]}"#)
        ).graph
        func fields(_ change: (inout Graph) -> Void) -> [String] {
            var broken = sound
            change(&broken)
            do throws(Diagnostics) { try broken.verify() } catch {
                return error.all.map { "\($0.node ?? "") \($0.field ?? "")" }
            }
            return []
        }
        #expect(fields { _ in } == [])
        #expect(fields { $0.nodes.reverse() } == ["b inputs[0]"])
        #expect(fields { $0.types["b"]?.shape = [64] } == ["b outputs[0]"])
        #expect(fields { $0.types["b"] = nil } == ["b outputs[0]"])
        #expect(fields { $0.nodes[1].outputs = ["a"] } == ["b outputs[0]"])
        #expect(fields { $0.outputs = ["q"] } == [" outputs[0]"])
    }
}
