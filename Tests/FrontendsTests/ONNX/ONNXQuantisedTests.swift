import Foundation
import Frontends
import Graph
import Testing

/// Quantised models of ONNX against integer arithmetic: round half to even (f32(sum) * f32(f32(sx * sw) / sy)) + zero, clamped.
@Suite struct ONNXQuantisedTests {
    /// Codes with zero points on both sides: the exact sum of (a - za) (b - zb), times both scales.
    @Test(arguments: [(0, 7), (128, 3), (200, 255)])
    func productsOfRunTimeTakeZeroPoints(zeros: (Int, Int)) throws {
        let (a, b) = ((0..<6).map { ($0 * 83 + 11) % 256 }, (0..<6).map { ($0 * 59 + 201) % 256 })
        var model = ONNXModel()
        for (name, shape, zero) in [("a", [2, 3], zeros.0), ("b", [3, 2], zeros.1)] {
            model.input(name, shape, type: 2)
            model.floats("\(name).s", [], [0.25])
            model.codes("\(name).z", [], [zero], type: 2)
            model.node("DequantizeLinear", [name, "\(name).s", "\(name).z"], "\(name).real")
        }
        model.node("MatMul", ["a.real", "b.real"], "y")
        model.output("y")
        let run = try model.run([
            "a": Tensor(shape: [2, 3], storage: .uint8(a.map { UInt8($0) })), "b": Tensor(shape: [3, 2], storage: .uint8(b.map { UInt8($0) })),
        ])
        let wanted = (0..<4).map { place in
            (0..<3).reduce(0) { $0 + (a[place / 2 * 3 + $1] - zeros.0) * (b[$1 * 2 + place % 2] - zeros.1) }
        }
        #expect(try run.floats("y") == wanted.map { Float($0) / 16 })
    }

    /// Rows of a table of codes are dequantised behind the look-up.
    @Test func tablesOfCodesAreLookedUp() throws {
        var model = ONNXModel()
        model.input("i", [2], type: 7)
        model.codes("table", [3, 2], [0, 1, 2, 3, 4, 255], type: 2)
        model.floats("s", [], [0.5])
        model.codes("z", [], [2], type: 2)
        model.node("Gather", ["table", "i"], "rows")
        model.node("DequantizeLinear", ["rows", "s", "z"], "y")
        model.output("y")
        let run = try model.run(["i": Tensor(shape: [2], storage: .int32([2, 0]))])
        #expect(try run.floats("y") == [1, 126.5, -1, -0.5])
    }

    private static let (sx, sw, sy): (Float, Float, Float) = (0.02, 0.005, 0.011)
    private static let x = [3, 250, 17, 128, 99, 0, 255, 64]
    private static let w = [12, -7, 127, -128, 5, 90, -33, 64, -1, 2, 3, -4]

    /// x [2, 4] with zero 120, w [4, 3] with one scale per column.
    private static var expected: [Int] {
        (0..<6).map { place in
            let (row, column) = (place / 3, place % 3)
            let sum = (0..<4).reduce(0) { $0 + (x[row * 4 + $1] - 120) * w[$1 * 3 + column] } + 10 * column
            let factor = sx * (sw * Float(column + 1)) / sy
            return min(max(Int((Float(sum) * factor).rounded(.toNearestOrEven)) + 100, 0), 255)
        }
    }

    private static func parameters(_ model: inout ONNXModel) {
        model.floats("sx", [], [sx])
        model.codes("zx", [], [120], type: 2)
        model.codes("w", [4, 3], w, type: 3)
        model.floats("sw", [3], [sw, sw * 2, sw * 3])
        model.codes("zw", [3], [0, 0, 0], type: 3)
        model.floats("sy", [], [sy])
        model.codes("zy", [], [100], type: 2)
        model.tensor("bias", [3], type: 6) { $0.int32Data = [0, 10, 20] }
    }

    private static var input: [String: Tensor] { ["x": Tensor(shape: [2, 4], storage: .uint8(x.map { UInt8($0) }))] }

    private func codes(_ run: ONNXModel.Imported) throws -> [Int] {
        guard case .uint8(let codes)? = run.outputs["y"]?.storage else { return [] }
        return codes.map { Int($0) }
    }

    @Test func fakeQuantisedGemmIsAnIntegerProduct() throws {
        var model = ONNXModel()
        Self.parameters(&model)
        model.input("x", [2, 4], type: 2)
        model.floats("sb", [3], [Self.sx * Self.sw, Self.sx * (Self.sw * 2), Self.sx * (Self.sw * 3)])
        model.node("DequantizeLinear", ["x", "sx", "zx"], "a")
        model.node("DequantizeLinear", ["w", "sw", "zw"], "b", integers: ["axis": 1])
        model.node("DequantizeLinear", ["bias", "sb"], "c", integers: ["axis": 0])
        model.node("Gemm", ["a", "b", "c"], "d")
        model.node("QuantizeLinear", ["d", "sy", "zy"], "y")
        model.output("y", type: 2)
        let run = try model.run(Self.input)
        #expect(run.operations == ["linear", "requantise"])
        #expect(try codes(run) == Self.expected)
    }

    @Test func quantisedGemmIsTheSame() throws {
        var model = ONNXModel()
        Self.parameters(&model)
        model.input("x", [2, 4], type: 2)
        model.node("QGemm", ["x", "sx", "zx", "w", "sw", "zw", "bias", "sy", "zy"], "y", domain: "com.microsoft")
        model.output("y", type: 2)
        #expect(try codes(try model.run(Self.input)) == Self.expected)
    }

    @Test func quantisedConvolutionIsTheSame() throws {
        var model = ONNXModel()
        Self.parameters(&model)
        // The same product as a convolution of one place with 4 channels.
        model.input("x", [2, 4, 1, 1], type: 2)
        let columns = (0..<3).flatMap { column in (0..<4).map { Self.w[$0 * 3 + column] } }
        model.codes("k", [3, 4, 1, 1], columns, type: 3)
        model.node("QLinearConv", ["x", "sx", "zx", "k", "sw", "zw", "sy", "zy", "bias"], "y")
        model.output("y", type: 2)
        let run = try model.run(["x": Tensor(shape: [2, 4, 1, 1], storage: .uint8(Self.x.map { UInt8($0) }))])
        #expect(run.operations.filter { $0 != "reshape" } == ["conv2d", "requantise"])
        #expect(try codes(run) == Self.expected)
    }

    /// Between codes 10 and 13 lie 10.75 and 12.25.
    @Test func resizedCodesAreCutOff() throws {
        var model = ONNXModel()
        model.input("x", [1, 1, 1, 2])
        model.floats("s", [], [0.5])
        model.codes("z", [], [7], type: 2)
        model.floats("scales", [4], [1, 1, 1, 2])
        model.node("QuantizeLinear", ["x", "s", "z"], "q")
        model.node("Resize", ["q", "", "scales"], "y", texts: ["mode": "linear"])
        model.output("y", type: 2)
        #expect(try codes(try model.run(["x": tensor([1, 1, 1, 2], [1.5, 3])])) == [10, 10, 12, 13])
    }

    @Test func scalesThatAreNotFiniteAreRefused() throws {
        var model = ONNXModel()
        model.input("x", [2])
        model.floats("s", [], [.infinity])
        model.node("QuantizeLinear", ["x", "s"], "y")
        model.output("y", type: 2)
        #expect(try model.problems().map(\.message).contains { $0.contains("input[1]: a scale of inf") })
    }

    @Test func poolsAndReshapesOfCodesKeepThem() throws {
        var model = ONNXModel()
        model.input("x", [1, 1, 2, 2], type: 2)
        model.floats("s", [], [0.5])
        model.codes("z", [], [7], type: 2)
        model.node("DequantizeLinear", ["x", "s", "z"], "a")
        model.node("MaxPool", ["a"], "b", lists: ["kernel_shape": [2, 2]])
        model.node("Flatten", ["b"], "c")
        model.node("QuantizeLinear", ["c", "s", "z"], "y")
        model.output("y", type: 2)
        let run = try model.run(["x": Tensor(shape: [1, 1, 2, 2], storage: .uint8([9, 200, 3, 4]))])
        #expect(!run.operations.contains("dequantise") && !run.operations.contains("quantise"))
        #expect(try codes(run) == [200])
    }

    /// Codes 1 to 4 in the low nibbles first; scales 2 and 3 of blocks of 16; zero points 8 and 1.
    @Test func blocksOfNibblesAreUnpackedLowFirst() throws {
        var model = ONNXModel()
        model.input("x", [1, 32])
        let codes = (0..<32).map { $0 % 16 }
        model.codes("w", [1, 2, 8], (0..<16).map { codes[2 * $0] | codes[2 * $0 + 1] << 4 }, type: 2)
        model.floats("s", [2], [2, 3])
        model.codes("z", [1], [8 | 1 << 4], type: 2)
        model.node(
            "MatMulNBits", ["x", "w", "s", "z"], "y", integers: ["K": 32, "N": 1, "bits": 4, "block_size": 16],
            domain: "com.microsoft")
        model.output("y")
        for k in [0, 5, 15, 16, 31] {
            var x = [Float](repeating: 0, count: 32)
            x[k] = 1
            let expected = k < 16 ? 2 * Float(codes[k] - 8) : 3 * Float(codes[k] - 1)
            #expect(try model.run(["x": tensor([1, 32], x)]).floats("y") == [expected])
        }
    }

    @Test func quantOfQONNXClampsThenRounds() throws {
        var model = ONNXModel(version: 11)
        model.input("x", [6])
        model.floats("s", [], [0.25])
        model.floats("z", [], [0])
        model.floats("bits", [], [3])
        model.node(
            "Quant", ["x", "s", "z", "bits"], "y", integers: ["signed": 1, "narrow": 1],
            domain: "qonnx.custom_op.general")
        model.output("y")
        // Levels -3 to 3; 0.125 and 0.375 are ties.
        #expect(
            try model.run(["x": tensor([6], [-9, 0.125, 0.375, 0.3, 0.7, 9])]).floats("y") == [
                -0.75, 0, 0.5, 0.25, 0.75, 0.75,
            ])
    }

    @Test func narrowFloatsAreRoundedUnderTheirScaleAndSaturate() throws {
        var model = ONNXModel()
        model.input("x", [1, 6])
        model.floats("s", [], [0.5])
        for (name, number) in [("e", 4), ("m", 3), ("b", 7), ("high", 448)] as [(String, Float)] { model.floats(name, [], [number]) }
        model.floats("c", [1, 6], [0, 0, 0, 0, 0, 1.1])
        let inputs = ["s", "e", "m", "b", "high"]
        model.node("FloatQuant", ["x"] + inputs, "y", domain: "qonnx.custom_op.general")
        model.node("FloatQuant", ["c"] + inputs, "k", domain: "qonnx.custom_op.general")
        model.node("Add", ["y", "k"], "z")
        model.output("z")
        // In units of 0.5: 2.1 to eighths of 2, 17 to the even one of 16 and 18, 2^-10 to half of 2^-9, thus to 0, 449 and more to 448.
        let run = try model.run(["x": tensor([1, 6], [1.05, -8.5, 0x1p-11, 300, -1e9, 0])])
        #expect(try run.floats("z") == [1, -8, 0, 224, -224, 1.125])
        model.proto.graph.initializer[4].floatData = [240]
        #expect(try model.problems().map(\.message).contains { $0.contains("greatest number of 240") })
    }

    @Test func convolutionsOfIntegersAreExactAndPadWithTheZeroPoint() throws {
        var model = ONNXModel()
        model.input("x", [1, 1, 2, 2], type: 2)
        model.codes("w", [1, 1, 2, 2], [3, 2, 1, 0], type: 3)
        model.codes("zx", [], [10], type: 2)
        model.codes("zw", [], [1], type: 3)
        model.node("ConvInteger", ["x", "w", "zx", "zw"], "y", lists: ["pads": [0, 0, 1, 1]])
        model.output("y", type: 6)
        let x = try #require(Tensor(shape: [1, 1, 2, 2], codec: .unsigned(bits: 8), bytes: [11, 12, 13, 255]))
        let run = try model.run(["x": x])
        #expect(run.operations.contains("conv2d"))
        // Numbers 1 2 / 3 245 by weights 2 1 / 0 -1, zeros around.
        #expect(run.outputs["y"]?.storage == .int32([2 + 2 - 245, 4, 6 + 245, 490]))
    }

    /// 8 bits of scale 0.5 lose 2: quarters of their steps, rounded down or half to even, in the same scale.
    @Test(arguments: [("FLOOR", [-3, -1, 0, 0, 1, 31]), ("ROUND", [-2, 0, 0, 1, 2, 32]), ("CEIL", [-2, 0, 0, 1, 2, 32])])
    func truncLosesTheLowestBits(rounding: String, expected: [Float]) throws {
        var model = ONNXModel(version: 11)
        model.input("x", [6])
        for (name, number) in [("s", 0.5), ("z", 0), ("in", 8), ("out", 6)] as [(String, Float)] { model.floats(name, [], [number]) }
        model.node(
            "Trunc", ["x", "s", "z", "in", "out"], "y", texts: ["rounding_mode": rounding], domain: "qonnx.custom_op.general")
        model.output("y")
        // Steps -9, -1, 0, 3, 6, 127.
        let run = try model.run(["x": tensor([6], [-4.5, -0.5, 0, 1.5, 3, 63.5])])
        #expect(try run.floats("y") == expected.map { $0 / 2 })
    }
}
