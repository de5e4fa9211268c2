import Foundation
import Frontends
import Graph
import Testing

/// Operators that move, repeat, mirror or spread places.
@Suite struct ONNXPlaceTests {
    struct Spread: CustomTestStringConvertible {
        var groups = 1
        var strides = [1, 1]
        var dilations = [1, 1]
        /// top, left, bottom, right
        var pads = [0, 0, 0, 0]
        var extra = [0, 0]

        var testDescription: String { "\(groups) \(strides) \(dilations) \(pads) \(extra)" }
    }

    /// Every input place adds its number times the window to the output: the definition of a transposed convolution.
    private static func scattered(_ x: [Float], _ size: [Int], _ w: [Float], _ kernel: [Int], _ spread: Spread) -> (values: [Float], size: [Int]) {
        func length(_ axis: Int) -> Int {
            (size[axis + 1] - 1) * spread.strides[axis] + spread.dilations[axis] * (kernel[axis + 2] - 1) + 1 + spread.extra[axis]
                - spread.pads[axis] - spread.pads[axis + 2]
        }
        let (outputs, height, width) = (kernel[1] * spread.groups, length(0), length(1))
        var values = [Float](repeating: 0, count: outputs * height * width)
        for c in 0..<size[0] {
            let group = c / (size[0] / spread.groups)
            for o in 0..<kernel[1] {
                for place in 0..<size[1] * size[2] {
                    for tap in 0..<kernel[2] * kernel[3] {
                        let row = place / size[2] * spread.strides[0] + tap / kernel[3] * spread.dilations[0] - spread.pads[0]
                        let column = place % size[2] * spread.strides[1] + tap % kernel[3] * spread.dilations[1] - spread.pads[1]
                        guard (0..<height).contains(row), (0..<width).contains(column) else { continue }
                        values[((group * kernel[1] + o) * height + row) * width + column] +=
                            x[c * size[1] * size[2] + place] * w[(c * kernel[1] + o) * kernel[2] * kernel[3] + tap]
                    }
                }
            }
        }
        return (values, [outputs, height, width])
    }

    @Test(arguments: [
        Spread(), Spread(strides: [2, 3]), Spread(strides: [2, 2], pads: [1, 0, 1, 2], extra: [1, 0]),
        Spread(groups: 2, strides: [1, 2], dilations: [2, 1]), Spread(groups: 4, strides: [3, 2], pads: [2, 2, 2, 2]),
    ])
    func transposedConvolutionsScatterTheirWindow(spread: Spread) throws {
        let kernel = [4, 2, 3, 2]
        let (x, w) = (small(4 * 3 * 4, seed: 1), small(48, seed: 2))
        var model = ONNXModel()
        model.input("x", [1, 4, 3, 4])
        model.floats("w", kernel, w)
        model.floats("b", [2 * spread.groups], (0..<2 * spread.groups).map { Float($0) })
        model.node(
            "ConvTranspose", ["x", "w", "b"], "y", integers: ["group": spread.groups],
            lists: ["strides": spread.strides, "dilations": spread.dilations, "pads": spread.pads, "output_padding": spread.extra])
        model.output("y")
        let expected = Self.scattered(x, [4, 3, 4], w, kernel, spread)
        let run = try model.run(["x": tensor([1, 4, 3, 4], x)])
        #expect(run.outputs["y"]?.shape == [1] + expected.size)
        let plane = expected.size[1] * expected.size[2]
        #expect(try run.floats("y") == expected.values.enumerated().map { $1 + Float($0 / plane) })
    }

    /// Of a row 1, 2, 3, 4, in the words of ONNX: how, what comes out.
    @Test(arguments: [
        // Places 0.333, 2 of width 1 / 0.6.
        (["mode": "linear"], [1, 1, 1, 0.6], [1.333_333_3, 3]),
        (["mode": "linear", "coordinate_transformation_mode": "align_corners"], [1, 1, 1, 0.6], [1, 3.142_857]),
        (["mode": "nearest", "coordinate_transformation_mode": "half_pixel", "nearest_mode": "ceil"], [1, 1, 1, 2], [1, 2, 2, 3, 3, 4, 4, 4]),
        (["mode": "nearest", "coordinate_transformation_mode": "align_corners", "nearest_mode": "floor"], [1, 1, 1, 0.75], [1, 2, 4]),
    ] as [([String: String], [Float], [Float])])
    func anyResizeIsASumOfNeighbours(how: [String: String], scales: [Float], expected: [Float]) throws {
        var model = ONNXModel(version: 18)
        model.input("x", [1, 1, 1, 4])
        model.floats("scales", [4], scales)
        model.node("Resize", ["x", "", "scales"], "y", texts: how)
        model.output("y")
        let got = try model.run(["x": tensor([1, 1, 1, 4], [1, 2, 3, 4])]).floats("y")
        #expect(got.count == expected.count)
        for (x, y) in zip(got, expected) { #expect(abs(x - y) < 1e-5) }
    }

    /// Cubic weights at a half are (a / 8, 1 / 2 - a / 8, ...), so that 1, 2, 3, 4 in the middle is 2.5 whatever a is.
    @Test func cubicsAndFiltersAreSymmetric() throws {
        var model = ONNXModel(version: 18)
        model.input("x", [1, 1, 4, 4])
        model.floats("scales", [4], [1, 1, 0.25, 0.25])
        model.node("Resize", ["x", "", "scales"], "cubic", texts: ["mode": "cubic"])
        model.node("Resize", ["x", "", "scales"], "filtered", integers: ["antialias": 1], texts: ["mode": "linear"])
        model.output("cubic")
        model.output("filtered")
        // Row and column are added, so each axis gives its middle.
        let x: [Float] = [1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24, 31, 32, 33, 34]
        let run = try model.run(["x": tensor([1, 1, 4, 4], x)])
        #expect(abs(try run.floats("cubic")[0] - 17.5) < 1e-4)
        #expect(abs(try run.floats("filtered")[0] - 17.5) < 1e-4)
    }

    @Test func paddingContinuesTheTensor() throws {
        for (mode, expected) in [("reflect", [3, 2, 1, 2, 3, 2]), ("edge", [1, 1, 1, 2, 3, 3]), ("wrap", [2, 3, 1, 2, 3, 1])] as [(String, [Float])] {
            var model = ONNXModel(version: 19)
            model.input("x", [1, 3])
            model.integers("pads", [4], [0, 2, 0, 1])
            model.node("Pad", ["x", "pads"], "y", texts: ["mode": mode])
            model.output("y")
            #expect(try model.run(["x": tensor([1, 3], [1, 2, 3])]).floats("y") == expected)
        }
    }

    @Test func slicesGoBackwardsAndTensorsAreRepeated() throws {
        var model = ONNXModel()
        model.input("x", [2, 3])
        for (name, numbers) in [("start", [-1]), ("end", [-100]), ("axis", [1]), ("step", [-2]), ("twice", [1, 2])] {
            model.integers(name, [numbers.count], numbers)
        }
        model.node("Slice", ["x", "start", "end", "axis", "step"], "back")
        model.node("Tile", ["x", "twice"], "tiled")
        model.node("Trilu", ["x"], "lower", integers: ["upper": 0])
        for name in ["back", "tiled", "lower"] { model.output(name) }
        let run = try model.run(["x": tensor([2, 3], [1, 2, 3, 4, 5, 6])])
        #expect(try run.floats("back") == [3, 1, 6, 4])
        #expect(try run.floats("tiled") == [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6])
        #expect(try run.floats("lower") == [1, 0, 0, 4, 5, 0])
    }

    @Test func productsAreNamedByTheirAxes() throws {
        let (a, b) = (small(24, seed: 1), small(24, seed: 2))
        var model = ONNXModel()
        model.input("a", [2, 3, 4])
        model.input("b", [4, 2, 3])
        model.node("Einsum", ["a", "b"], "y", texts: ["equation": "nik,knj->inj"])
        model.node("Einsum", ["a"], "sums", texts: ["equation": "nik->kn"])
        model.output("y")
        model.output("sums")
        let run = try model.run(["a": tensor([2, 3, 4], a), "b": tensor([4, 2, 3], b)])
        var expected: [Float] = []
        for i in 0..<3 {
            for n in 0..<2 {
                for j in 0..<3 {
                    expected.append((0..<4).reduce(Float(0)) { $0 + a[(n * 3 + i) * 4 + $1] * b[($1 * 2 + n) * 3 + j] })
                }
            }
        }
        #expect(run.outputs["y"]?.shape == [3, 2, 3])
        #expect(try run.floats("y") == expected)
        var sums: [Float] = []
        for k in 0..<4 { for n in 0..<2 { sums.append(a[n * 12 + k] + a[n * 12 + 4 + k] + a[n * 12 + 8 + k]) } }
        for (x, y) in zip(try run.floats("sums"), sums) { #expect(abs(x - y) < 1e-5) }
    }
}
