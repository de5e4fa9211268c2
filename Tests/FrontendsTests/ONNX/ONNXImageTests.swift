import Foundation
import Frontends
import Graph
import Testing

/// Convolutions of ONNX against sums written down for N, C, H, W.
@Suite struct ONNXImageTests {
    struct Window {
        var groups = 1
        var stride = 1
        var dilation = 1
        /// top, left, bottom, right
        var pads = [0, 0, 0, 0]
    }

    /// x [C, H, W] by w [O, C / groups, K, K], on its own.
    static func convolution(_ x: [Float], _ size: [Int], _ w: [Float], _ kernel: [Int], _ window: Window) -> (
        values: [Float], size: [Int]
    ) {
        let span = window.dilation * (kernel[2] - 1) + 1
        let (height, width) = (
            (size[1] + window.pads[0] + window.pads[2] - span) / window.stride + 1,
            (size[2] + window.pads[1] + window.pads[3] - span) / window.stride + 1
        )
        var values: [Float] = []
        for o in 0..<kernel[0] {
            for row in 0..<height {
                for column in 0..<width {
                    var sum: Float = 0
                    for c in 0..<kernel[1] {
                        for u in 0..<kernel[2] {
                            for v in 0..<kernel[2] {
                                let y = row * window.stride + u * window.dilation - window.pads[0]
                                let z = column * window.stride + v * window.dilation - window.pads[1]
                                guard (0..<size[1]).contains(y), (0..<size[2]).contains(z) else { continue }
                                let channel = o / (kernel[0] / window.groups) * kernel[1] + c
                                sum +=
                                    x[(channel * size[1] + y) * size[2] + z]
                                    * w[((o * kernel[1] + c) * kernel[2] + u) * kernel[2] + v]
                            }
                        }
                    }
                    values.append(sum)
                }
            }
        }
        return (values, [kernel[0], height, width])
    }

    @Test(arguments: [
        Window(), Window(pads: [1, 1, 1, 1]), Window(stride: 2, pads: [0, 1, 2, 0]),
        Window(groups: 2, dilation: 2, pads: [2, 2, 2, 2]),
        Window(groups: 4, stride: 3, pads: [1, 0, 0, 1]),
    ])
    func convolutionIsTheSumOverItsWindow(window: Window) throws {
        let (x, kernel) = (small(4 * 7 * 8, seed: 1), [8, 4 / window.groups, 3, 3])
        let w = small(kernel.reduce(1, *), seed: 2)
        var model = ONNXModel()
        model.input("x", [1, 4, 7, 8])
        model.floats("w", kernel, w)
        model.node(
            "Conv", ["x", "w"], "y", integers: ["group": window.groups],
            lists: [
                "pads": window.pads, "strides": [window.stride, window.stride],
                "dilations": [window.dilation, window.dilation],
            ])
        model.output("y")
        let expected = Self.convolution(x, [4, 7, 8], w, kernel, window)
        let run = try model.run(["x": tensor([1, 4, 7, 8], x)])
        #expect(run.outputs["y"]?.shape == [1] + expected.size)
        #expect(try run.floats("y") == expected.values)
    }

    @Test func networkOfImagesIsTransposedAtItsInputOnly() throws {
        var model = ONNXModel()
        model.input("x", ["batch", 2, 6, 6])
        let (x, w, v) = (small(72, seed: 1), small(54, seed: 2), small(24, seed: 3))
        model.floats("w", [3, 2, 3, 3], w)
        model.floats("v", [2, 12], v)
        model.node("Conv", ["x", "w"], "a")
        model.node("Relu", ["a"], "b")
        model.node("MaxPool", ["b"], "c", lists: ["kernel_shape": [2, 2], "strides": [2, 2]])
        model.node("Flatten", ["c"], "d")
        model.node("Gemm", ["d", "v"], "y", integers: ["transB": 1])
        model.output("y")
        let run = try model.run(["x": tensor([1, 2, 6, 6], x)])
        #expect(run.operations == ["transpose", "conv2d", "relu", "max_pool", "reshape", "linear"])
        let image = Self.convolution(x, [2, 6, 6], w, [3, 2, 3, 3], Window()).values
        var pooled: [Float] = []
        for place in 0..<12 {
            let start: Int = place / 4 * 16 + place % 4 / 2 * 8 + place % 2 * 2
            let window: [Float] = [0, 1, 4, 5].map { image[start + $0] }
            pooled.append(max(0, window.max() ?? 0))
        }
        var expected: [Float] = [0, 0]
        for o in 0..<2 { for k in 0..<12 { expected[o] += pooled[k] * v[o * 12 + k] } }
        #expect(try run.floats("y") == expected)
    }

    /// Scale 2, offset 1: (x - 3) / sqrt(4) * 4 + 7.
    @Test func batchNormalisationGoesIntoWeights() throws {
        var model = ONNXModel()
        let (x, w) = (small(18, seed: 4), small(4, seed: 5))
        model.input("x", [1, 2, 3, 3])
        model.floats("w", [2, 2, 1, 1], w)
        for (name, value) in [("gamma", 4), ("beta", 7), ("mean", 3), ("variance", 4)] as [(String, Float)] {
            model.floats(name, [2], [value, value])
        }
        model.node("Conv", ["x", "w"], "a")
        model.node("BatchNormalization", ["a", "gamma", "beta", "mean", "variance"], "y", floats: ["epsilon": 0])
        model.output("y")
        let run = try model.run(["x": tensor([1, 2, 3, 3], x)])
        #expect(run.operations == ["transpose", "conv2d", "transpose"])
        let sums = Self.convolution(x, [2, 3, 3], w, [2, 2, 1, 1], Window()).values
        #expect(try run.floats("y") == sums.map { ($0 - 3) / 2 * 4 + 7 })
    }

    @Test func upperPaddingIsTheLesserHalf() throws {
        var model = ONNXModel()
        model.input("x", [1, 1, 4, 4])
        model.floats("w", [1, 1, 2, 2], [1, 1, 1, 1])
        model.node("Conv", ["x", "w"], "y")
        model.proto.graph.node[0].attribute.append(.with { ($0.name, $0.s) = ("auto_pad", Data("SAME_UPPER".utf8)) })
        model.output("y")
        let run = try model.run(["x": tensor([1, 1, 4, 4], [Float](repeating: 1, count: 16))])
        // One row and one column of padding, below and on the right.
        #expect(try run.floats("y") == [4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 4, 2, 2, 2, 2, 1])
    }

    @Test func blocksOfChannelsBecomePlaces() throws {
        var model = ONNXModel(version: 13)
        model.input("x", [1, 8, 1, 1])
        model.node("DepthToSpace", ["x"], "y", integers: ["blocksize": 2])
        model.output("y")
        // Channel 2 (2 row + column) + c is place (row, column) of channel c.
        #expect(
            try model.run(["x": tensor([1, 8, 1, 1], (0..<8).map { Float($0) })]).floats("y") == [
                0, 2, 4, 6, 1, 3, 5, 7,
            ])
    }
}
