import Foundation
import Frontends
import Graph
import Testing

/// Dynamic quantisation of ONNX against its definition: scale = (max - min) / 255 with 0 among the numbers, zero point
/// round(-min / scale), sums of (code - zero point) (weight - zero point) in whole numbers.
@Suite struct ONNXDynamicTests {
    struct Codes {
        var values: [Int]
        var scale: Float
        var zero: Int

        init(_ x: [Float]) {
            let (low, high) = (min(0, x.min() ?? 0), max(0, x.max() ?? 0))
            scale = high == low ? 1 : (high - low) / 255
            let step = scale
            let offset = Int(min(max(-low / step, 0), 255).rounded(.toNearestOrEven))
            zero = offset
            values = x.map { min(max(Int(($0 / step).rounded(.toNearestOrEven)) + offset, 0), 255) }
        }
    }

    private static func quantised(_ model: inout ONNXModel, _ shape: [Int]) {
        model.input("x", shape)
        model.node("DynamicQuantizeLinear", ["x"], "q")
        model.proto.graph.node[0].output = ["q", "s", "z"]
    }

    @Test(arguments: [
        [-1.3, 2.7, 0.1, 0.5, -0.7, 0], [1, 2, 3, 4, 5, 6], [-1, -2, -3, -0.5, -0.1, -9], [0, 0, 0, 0, 0, 0],
    ])
    func codesAreThoseOfTheWholeTensor(x: [Float]) throws {
        var model = ONNXModel()
        Self.quantised(&model, [2, 3])
        for (name, type) in [("q", 2), ("s", 1), ("z", 2)] as [(String, Int32)] { model.output(name, type: type) }
        let run = try model.run(["x": tensor([2, 3], x)])
        let expected = Codes(x)
        #expect(run.outputs["q"]?.storage == .uint8(expected.values.map { UInt8($0) }))
        #expect(run.outputs["z"]?.storage == .uint8([UInt8(expected.zero)]))
        if x.contains(where: { $0 != 0 }) { #expect(try run.floats("s") == [expected.scale]) }
    }

    @Test func integerProductsTakeTheZeroPointOfRunTime() throws {
        let (x, w) = (small(8, seed: 3).map { $0 * 0.37 + 0.4 }, [12, 200, 127, 128, 5, 90, 33, 64])
        var model = ONNXModel()
        Self.quantised(&model, [2, 4])
        model.codes("w", [4, 2], w, type: 2)
        model.codes("zw", [], [120], type: 2)
        model.floats("sw", [], [0.02])
        model.node("MatMulInteger", ["q", "w", "z", "zw"], "i")
        model.node("Cast", ["i"], "f", integers: ["to": 1])
        model.node("Mul", ["s", "sw"], "both")
        model.node("Mul", ["f", "both"], "y")
        model.output("i", type: 6)
        model.output("y")
        let codes = Codes(x)
        let sums = (0..<4).map { place in
            (0..<4).reduce(0) { $0 + (codes.values[place / 2 * 4 + $1] - codes.zero) * (w[$1 * 2 + place % 2] - 120) }
        }
        let run = try model.run(["x": tensor([2, 4], x)])
        #expect(run.outputs["i"]?.storage == .int32(sums.map { Int32($0) }))
        #expect(try run.floats("y") == sums.map { Float($0) * (codes.scale * 0.02) })
    }

    /// Strides, groups and padding that is not the same on all sides.
    @Test func integerConvolutionsAreSurroundedByTheNumberZero() throws {
        let window = ONNXImageTests.Window(groups: 2, stride: 2, pads: [1, 0, 0, 2])
        let (x, kernel) = (small(4 * 5 * 6, seed: 1).map { $0 * 0.21 + 0.3 }, [4, 2, 3, 3])
        let w = (0..<72).map { ($0 * 37 + 11) % 255 - 127 }
        var model = ONNXModel()
        Self.quantised(&model, [1, 4, 5, 6])
        model.codes("w", kernel, w, type: 3)
        model.codes("zw", [], [3], type: 3)
        model.node(
            "ConvInteger", ["q", "w", "z", "zw"], "y", integers: ["group": 2],
            lists: ["pads": window.pads, "strides": [2, 2]])
        model.output("y", type: 6)
        let codes = Codes(x)
        #expect(codes.zero > 0)
        // Below 2^24, so that sums of floats are exact.
        let expected = ONNXImageTests.convolution(
            codes.values.map { Float($0 - codes.zero) }, [4, 5, 6], w.map { Float($0 - 3) }, kernel, window)
        let run = try model.run(["x": tensor([1, 4, 5, 6], x)])
        #expect(run.outputs["y"]?.shape == [1] + expected.size)
        #expect(run.outputs["y"]?.storage == .int32(expected.values.map { Int32($0) }))
    }

    @Test func rowsAreConvolvedLikeImages() throws {
        let x = small(10, seed: 2).map { $0 * 0.5 - 0.3 }
        var model = ONNXModel()
        Self.quantised(&model, [1, 2, 5])
        model.codes("w", [1, 2, 3], [1, -2, 3, -4, 5, -6], type: 3)
        model.node("ConvInteger", ["q", "w", "z"], "y", lists: ["pads": [1, 1]])
        model.output("y", type: 6)
        let codes = Codes(x)
        let w = [1, -2, 3, -4, 5, -6]
        let sums = (0..<5).map { place -> Int32 in
            var sum = 0
            for channel in 0..<2 {
                for tap in 0..<3 where (0..<5).contains(place + tap - 1) {
                    sum += (codes.values[channel * 5 + place + tap - 1] - codes.zero) * w[channel * 3 + tap]
                }
            }
            return Int32(sum)
        }
        #expect(try model.run(["x": tensor([1, 2, 5], x)]).outputs["y"]?.storage == .int32(sums))
    }

    @Test func volumesAreConvolvedLikeImages() throws {
        let x: [Float] = [0.7, -0.4, 1.9]
        var model = ONNXModel()
        Self.quantised(&model, [1, 1, 3, 1, 1])
        model.codes("w", [2, 1, 2, 1, 1], [3, -2, 100, 7], type: 3)
        model.node("ConvInteger", ["q", "w", "z"], "y", lists: ["pads": [1, 0, 0, 0, 0, 0]])
        model.output("y", type: 6)
        let codes = Codes(x)
        let padded = [0] + codes.values.map { $0 - codes.zero }
        func sums(_ first: Int, _ second: Int) -> [Int32] {
            (0..<3).map { place in Int32(padded[place] * first + padded[place + 1] * second) }
        }
        let run = try model.run(["x": tensor([1, 1, 3, 1, 1], x)])
        #expect(run.outputs["y"]?.shape == [1, 2, 3, 1, 1])
        #expect(run.outputs["y"]?.storage == .int32(sums(3, -2) + sums(100, 7)))
    }

    /// Codes of a table have no zero point of their own.
    @Test func constantCodesAreReadWithAnyZeroPoint() throws {
        var model = ONNXModel()
        model.input("i", [2], type: 7)
        model.codes("table", [3, 2], [0, 1, 2, 3, 4, 255], type: 2)
        model.codes("zero", [], [131], type: 2)
        model.codes("w", [2, 2], [3, -2, 100, 7], type: 3)
        model.node("Gather", ["table", "i"], "rows")
        model.node("MatMulInteger", ["rows", "w", "zero"], "y")
        model.output("y", type: 6)
        let run = try model.run(["i": Tensor(shape: [2], storage: .int32([2, 0]))])
        func sums(_ first: Int32, _ second: Int32) -> [Int32] {
            let (a, b) = (first - 131, second - 131)
            return [3 * a + 100 * b, 7 * b - 2 * a]
        }
        let wanted = sums(4, 255) + sums(0, 1)
        #expect(run.outputs["y"]?.storage == .int32(wanted))
    }

    @Test func anotherZeroPointThanThatOfTheCodesIsRefused() throws {
        var model = ONNXModel()
        Self.quantised(&model, [1, 4])
        model.codes("w", [4, 1], [1, 2, 3, 4], type: 3)
        model.input("other", [], type: 2)
        model.node("MatMulInteger", ["q", "w", "other"], "y")
        model.output("y", type: 6)
        #expect(try model.problems().map(\.message).contains { $0.contains("a zero point computed at run time") })
    }
}
