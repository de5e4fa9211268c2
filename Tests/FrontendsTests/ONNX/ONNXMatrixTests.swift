import Diagnostics
import Formats
import Foundation
import Frontends
import Graph
import Testing

/// Matrices, shapes and patterns of ONNX.
@Suite struct ONNXMatrixTests {
    @Test func gemmIsScaledSumOfProducts() throws {
        var model = ONNXModel()
        let (a, b) = (small(6, seed: 1), small(12, seed: 2))
        model.input("a", [3, 2])
        model.floats("b", [3, 4], b)
        model.floats("c", [4], [1, 2, 3, 4])
        model.node("Gemm", ["a", "b", "c"], "y", integers: ["transA": 1], floats: ["alpha": 0.5, "beta": 2])
        model.output("y")
        let run = try model.run(["a": tensor([3, 2], a)])
        var expected: [Float] = []
        for place in 0..<8 {
            var sum: Float = 0
            for k in 0..<3 { sum += a[k * 2 + place / 4] * b[k * 4 + place % 4] }
            expected.append(0.5 * sum + 2 * Float(place % 4 + 1))
        }
        #expect(try run.floats("y") == expected)
    }

    @Test func matricesOfCommonLeadingAxesAreMultipliedOneByOne() throws {
        var model = ONNXModel()
        let (a, b) = (small(24, seed: 1), small(24, seed: 3))
        model.input("a", [1, 2, 3, 4])
        model.input("b", [1, 2, 3, 4])
        model.node("Transpose", ["b"], "t", lists: ["perm": [0, 1, 3, 2]])
        model.node("MatMul", ["a", "t"], "y")
        model.output("y")
        let run = try model.run(["a": tensor([1, 2, 3, 4], a), "b": tensor([1, 2, 3, 4], b)])
        // The transpose is the product's own.
        #expect(run.operations == ["matmul"])
        let expected = (0..<18).map { place in
            let (head, row, column) = (place / 9, place % 9 / 3, place % 3)
            let (left, right) = (head * 12 + row * 4, head * 12 + column * 4)
            return (0..<4).reduce(Float(0)) { sum, k in sum + a[left + k] * b[right + k] }
        }
        #expect(try run.floats("y") == expected)
    }

    /// Places and frequencies: 4001 and 4000 are one number in f16.
    @Test func productsOfOneTermAreNoSums() throws {
        var model = ONNXModel()
        model.floats("a", [1, 2, 1], [1, 0.5])
        model.input("b", [1, 1, 2])
        model.node("MatMul", ["a", "b"], "y")
        model.output("y")
        let formats = try ImportFormats(weights: nil, activations: NumberFormat(codec: .float16))
        let run = try model.run(["b": tensor([1, 1, 2], [4001, 4000])], formats: formats)
        #expect(run.operations == ["mul"])
        #expect(try run.floats("y") == [4001, 4000, 2000.5, 2000])
    }

    @Test func shapesAreComputedWithSymbols() throws {
        var model = ONNXModel()
        model.input("x", ["batch", "sequence length", 6])
        model.node("Shape", ["x"], "s")
        model.integers("zero", [], [0])
        model.integers("two", [1], [2])
        model.integers("rest", [1], [-1])
        model.integers("ends", [1], [2])
        model.integers("start", [1], [0])
        model.node("Slice", ["s", "start", "ends"], "head")
        model.node("Concat", ["head", "two", "rest"], "shape", integers: ["axis": 0])
        model.node("Reshape", ["x", "shape"], "r")
        model.node("Transpose", ["r"], "y", lists: ["perm": [0, 2, 1, 3]])
        model.output("y")
        let run = try model.run(["x": tensor([1, 2, 6], (0..<12).map { Float($0) })], bindings: ["sequence_length": 2])
        #expect(run.outputs["y"]?.shape == [1, 2, 2, 3])
        #expect(try run.floats("y") == [0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11])
    }

    @Test func writtenOutNormsAreRaised() throws {
        var model = ONNXModel()
        model.input("x", [2, 4])
        model.floats("power", [], [2])
        model.floats("epsilon", [], [1e-5])
        model.floats("gamma", [4], [1, 2, 3, 4])
        model.floats("beta", [4], [0, 1, 0, 1])
        model.node("ReduceMean", ["x"], "mean", lists: ["axes": [-1]])
        model.node("Sub", ["x", "mean"], "d")
        model.node("Pow", ["d", "power"], "square")
        model.node("ReduceMean", ["square"], "variance", lists: ["axes": [-1]])
        model.node("Add", ["variance", "epsilon"], "sum")
        model.node("Sqrt", ["sum"], "root")
        model.node("Div", ["d", "root"], "n")
        model.node("Mul", ["n", "gamma"], "g")
        model.node("Add", ["g", "beta"], "y")
        model.output("y")
        let run = try model.run(["x": tensor([2, 4], [1, 3, 5, 7, 2, 2, 2, 2])])
        #expect(run.operations == ["layer_norm"])
        // Variance 5 of -3, -1, 1, 3.
        let root: Double = (5 + 1e-5).squareRoot()
        let expected: [Double] = [-3 / root, -2 / root + 1, 3 / root, 12 / root + 1, 0, 1, 0, 1]
        for (got, wanted) in zip(try run.floats("y"), expected) { #expect(abs(Double(got) - wanted) < 1e-6) }
    }

    @Test func writtenOutGELUAndSiLUAreRaised() throws {
        var model = ONNXModel()
        model.input("x", [3])
        model.floats("root", [], [Float(2).squareRoot()])
        model.floats("one", [], [1])
        model.floats("half", [], [0.5])
        model.node("Div", ["x", "root"], "u")
        model.node("Erf", ["u"], "e")
        model.node("Add", ["e", "one"], "f")
        model.node("Mul", ["half", "f"], "h")
        model.node("Mul", ["x", "h"], "g")
        model.node("Sigmoid", ["g"], "s")
        model.node("Mul", ["s", "g"], "y")
        model.output("y")
        let run = try model.run(["x": tensor([3], [0, 1, -1])])
        #expect(run.operations == ["gelu", "silu"])
        // x Phi(x) at 1 and -1 by tables of the normal distribution, then x / (1 + e^-x).
        for (got, wanted) in zip(try run.floats("y"), [0, 0.587_7, -0.073_0] as [Float]) {
            #expect(abs(got - wanted) < 1e-3)
        }
    }

    @Test func addedRowIsTheBiasOfALinearLayer() throws {
        var model = ONNXModel()
        model.input("x", [1, 2])
        model.floats("w", [2, 2], [1, 2, 3, 4])
        model.floats("b", [2], [10, 20])
        model.node("MatMul", ["x", "w"], "m")
        model.node("Add", ["b", "m"], "y")
        model.output("y")
        let run = try model.run(["x": tensor([1, 2], [1, 1])])
        #expect(run.operations == ["linear"])
        #expect(try run.floats("y") == [14, 26])
        // A product that is read twice keeps its values.
        model.output("m")
        let twice = try model.run(["x": tensor([1, 2], [1, 1])])
        #expect(try twice.floats("m") == [4, 6])
        #expect(try twice.floats("y") == [14, 26])
    }

    @Test func masksOfKnownSizesAreFolded() throws {
        var model = ONNXModel()
        model.input("mask", ["batch", "n"], type: 7)
        model.floats("zero", [], [0])
        model.floats("low", [], [-100])
        model.integers("none", [], [0])
        model.integers("one", [], [1])
        model.integers("axes", [1], [1])
        model.node("Cast", ["mask"], "t", integers: ["to": 9])
        model.node("Shape", ["mask"], "s", integers: ["start": 1])
        model.node("Squeeze", ["s"], "n")
        model.node("Range", ["none", "n", "one"], "r")
        model.node("Unsqueeze", ["r", "axes"], "column")
        model.node("GreaterOrEqual", ["column", "none"], "all")
        model.node("And", ["all", "t"], "both")
        model.node("Where", ["both", "zero", "low"], "y")
        model.output("y")
        var formats = ImportFormats()
        formats.bindings = ["batch": 1, "n": 3]
        let run = try model.run(["mask": Tensor(shape: [1, 3], storage: .int32([1, 0, 1]))], formats: formats)
        #expect(run.outputs["y"]?.shape == [3, 3])
        #expect(try run.floats("y") == [0, -100, 0, 0, -100, 0, 0, -100, 0])
        #expect(try model.problems().count == 1)
    }

    @Test func weightsAndActivationsTakeTheFormatsAskedFor() throws {
        var model = ONNXModel()
        model.input("x", [1, 4])
        model.floats("w", [4, 2], [1, 2, 3, 4, 5, 6, 7, 2049])
        model.node("MatMul", ["x", "w"], "y")
        model.output("y")
        let half = NumberFormat(codec: .float16)
        let run = try model.run(
            ["x": tensor([1, 4], [0, 0, 0, 1])], formats: try ImportFormats(weights: half, activations: half))
        #expect(run.operations == ["quantise", "linear"])
        // 2049 is no f16 number.
        #expect(try run.floats("y") == [7, 2048])
    }

    @Test func numbersAsTheyAreNeedNoQuantisation() throws {
        var model = ONNXModel()
        model.input("x", [1, 2])
        model.floats("w", [2, 1], [1, 2049])
        model.node("MatMul", ["x", "w"], "y")
        model.output("y")
        let single = NumberFormats.single
        let run = try model.run(
            ["x": tensor([1, 2], [0, 1])], formats: try ImportFormats(weights: single.weights, activations: single.activations))
        #expect(run.operations == ["linear"])
        #expect(try run.floats("y") == [2049])
    }

    @Test func kernelsHaveAScalePerChannel() throws {
        var model = ONNXModel()
        model.input("x", [1, 2, 1, 1])
        model.floats("w", [2, 2, 1, 1], [1, 127, 200, 100])
        model.node("Conv", ["x", "w"], "y")
        model.output("y")
        let formats = try ImportFormats(
            weights: NumberFormat("int8:group=1", field: "--weights"), activations: NumberFormat(codec: .float16))
        let run = try model.run(["x": tensor([1, 2, 1, 1], [1, 1])], formats: formats)
        #expect(try run.floats("y") == [128, Float(64 + 127) * (Float(200) / 127)])
    }

    @Test func formatsOfSingleWeightsAreChosenByTensorOrNode() throws {
        var model = ONNXModel()
        model.input("x", [1, 2])
        model.floats("w", [2, 1], [1, 2049])
        model.floats("v", [1, 1], [2049])
        model.node("MatMul", ["x", "w"], "y")
        model.node("MatMul", ["y", "v"], "z")
        model.output("z")
        func run(_ overrides: String...) throws -> [Float] {
            let formats = try ImportFormats(
                weights: nil, activations: nil, overrides: overrides.map { try FormatOverride($0, field: "--override") })
            return try model.run(["x": tensor([1, 2], [0, 1])], formats: formats).floats("z")
        }
        #expect(try run("w=f16") == [2048 * 2049])
        #expect(try run("z=f16") == [2049 * 2048])
        #expect(try run("?=f16") == [2048 * 2048])
        #expect(try run("w=keep", "*=f16") == [2049 * 2048])
        let problems = #expect(throws: Diagnostics.self) { try run("u*=f16", "w=f16") }
        #expect(problems?.all.count == 1 && problems?.all.first?.field == "--override")
    }
}
