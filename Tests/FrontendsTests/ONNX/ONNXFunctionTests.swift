import Foundation
import Frontends
import Graph
import Testing

/// Functions, choices, reductions and norms that a graph makes of other operations, against formulas in binary64.
@Suite struct ONNXFunctionTests {
    private static let x: [Float] = [-30, -4, -1.5, -0.25, 0, 0.125, 0.5, 2, 7, 25]

    struct Function: CustomTestStringConvertible {
        var operation: String
        var floats: [String: Float] = [:]
        var formula: @Sendable (Double) -> Double

        var testDescription: String { operation }
    }

    @Test(arguments: [
        Function(operation: "Exp") { exp($0) }, Function(operation: "Erf") { erf($0) },
        Function(operation: "Sin") { sin($0) }, Function(operation: "Cos") { cos($0) },
        Function(operation: "Elu", floats: ["alpha": 2]) { $0 > 0 ? $0 : 2 * (exp($0) - 1) },
        Function(operation: "Celu", floats: ["alpha": 0.5]) { max(0, $0) + min(0, 0.5 * (exp($0 / 0.5) - 1)) },
        Function(operation: "Selu", floats: ["alpha": 2, "gamma": 3]) { 3 * ($0 > 0 ? $0 : 2 * (exp($0) - 1)) },
        Function(operation: "Softsign") { $0 / (1 + abs($0)) },
        Function(operation: "Mish") { $0 * tanh(log1p(exp($0))) },
    ])
    func functionsAreThoseOfTheirFormula(function: Function) throws {
        var model = ONNXModel(version: 18)
        model.input("x", [10])
        model.node(function.operation, ["x"], "y", floats: function.floats)
        model.output("y")
        let got = try model.run(["x": tensor([10], Self.x)]).floats("y")
        for (x, y) in zip(Self.x, got) {
            let wanted = function.formula(Double(x))
            #expect(abs(Double(y) - wanted) <= 2e-6 * abs(wanted) + 1e-12, "\(x)")
        }
    }

    @Test func greatestAndLeastAreExact() throws {
        let (a, b) = (small(6, seed: 1).map { $0 / 3 }, small(3, seed: 2).map { $0 / 7 })
        var model = ONNXModel()
        model.input("a", [2, 3])
        model.input("b", [3])
        model.floats("c", [], [0.1])
        model.node("Max", ["a", "b"], "high")
        model.node("Min", ["a", "b", "c"], "low")
        model.output("high")
        model.output("low")
        let run = try model.run(["a": tensor([2, 3], a), "b": tensor([3], b)])
        #expect(try run.floats("high") == (0..<6).map { max(a[$0], b[$0 % 3]) })
        #expect(try run.floats("low") == (0..<6).map { min(a[$0], b[$0 % 3], 0.1) })
    }

    @Test func choicesTakeMasksAndTruthValues() throws {
        let x = small(4, seed: 1).map { $0 / 3 }
        var model = ONNXModel()
        model.input("x", [2, 2])
        model.input("t", [2, 2], type: 9)
        model.tensor("mask", [2, 2], type: 9) { $0.int32Data = [1, 0, 1, 1] }
        model.floats("low", [], [-.infinity])
        model.floats("other", [], [5])
        model.node("Where", ["mask", "x", "low"], "masked")
        model.node("Not", ["t"], "n")
        model.node("Or", ["t", "mask"], "either")
        model.node("Xor", ["t", "mask"], "one")
        model.node("Where", ["n", "x", "other"], "chosen")
        for name in ["masked", "chosen"] { model.output(name) }
        for name in ["either", "one"] { model.output(name, type: 9) }
        let run = try model.run(["x": tensor([2, 2], x), "t": Tensor(shape: [2, 2], storage: .int32([1, 0, 0, 1]))])
        #expect(try run.floats("masked") == [x[0], -.infinity, x[2], x[3]])
        #expect(try run.floats("chosen") == [5, x[1], x[2], 5])
        #expect(run.outputs["either"]?.storage == .int32([1, 0, 1, 1]))
        #expect(run.outputs["one"]?.storage == .int32([0, 0, 1, 0]))
    }

    @Test func reductionsAndRunningSumsAreExactForWholeNumbers() throws {
        let x = small(8, seed: 3)
        var model = ONNXModel(version: 18)
        model.input("x", [2, 4])
        model.integers("axis", [1], [1])
        for (operation, name) in [("ReduceSum", "sum"), ("ReduceSumSquare", "squares"), ("ReduceL1", "sizes"), ("ReduceMin", "least")] {
            model.node(operation, ["x", "axis"], name, integers: ["keepdims": 0])
            model.output(name)
        }
        model.node("CumSum", ["x", "axis"], "running", integers: ["exclusive": 1, "reverse": 1])
        model.output("running")
        let run = try model.run(["x": tensor([2, 4], x)])
        let rows = [Array(x[..<4]), Array(x[4...])]
        #expect(try run.floats("sum") == rows.map { $0.reduce(0, +) })
        #expect(try run.floats("squares") == rows.map { $0.reduce(0) { $0 + $1 * $1 } })
        #expect(try run.floats("sizes") == rows.map { $0.reduce(0) { $0 + abs($1) } })
        #expect(try run.floats("least") == rows.map { $0.min() ?? 0 })
        #expect(try run.floats("running") == rows.flatMap { row in (0..<4).map { row[($0 + 1)...].reduce(0, +) } })
    }

    /// Groups of two channels of two places: mean and deviation of four numbers.
    @Test func groupsOfChannelsAreNormalised() throws {
        let x: [Float] = [1, 3, 5, 7, 2, 2, 4, 8]
        var model = ONNXModel(version: 21)
        model.input("x", [1, 4, 2])
        model.floats("scale", [4], [1, 2, 3, 4])
        model.floats("offset", [4], [0, 1, 0, 1])
        model.node("GroupNormalization", ["x", "scale", "offset"], "y", integers: ["num_groups": 2], floats: ["epsilon": 0.25])
        model.node("InstanceNormalization", ["x", "scale", "offset"], "z", floats: ["epsilon": 0.25])
        model.output("y")
        model.output("z")
        let run = try model.run(["x": tensor([1, 4, 2], x)])
        func normal(_ place: Int, _ length: Int) -> Double {
            let row = x[(place / length * length)..<(place / length * length + length)].map { Double($0) }
            let mean = row.reduce(0, +) / Double(length)
            let variance = row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(length)
            return (Double(x[place]) - mean) / (variance + 0.25).squareRoot() * Double(place / 2 + 1) + Double(place / 2 % 2)
        }
        for (name, length) in [("y", 4), ("z", 2)] {
            for (place, value) in try run.floats(name).enumerated() { #expect(abs(Double(value) - normal(place, length)) < 1e-5) }
        }
    }

    @Test func powersHaveSmallWholeExponents() throws {
        var model = ONNXModel()
        model.input("x", [3])
        model.floats("e", [], [-2])
        model.node("Pow", ["x", "e"], "y")
        model.output("y")
        #expect(try model.run(["x": tensor([3], [2, -4, 0.5])]).floats("y") == [0.25, 0.0625, 4])
        model.proto.graph.initializer[0].floatData = [9]
        #expect(try model.problems().map(\.message).contains { $0.contains("an exponent of 9") })
    }

    /// E4M3: eighths between 1 and 2, half to even, and 448 beyond.
    @Test func numbersAreCastToEightBits() throws {
        var model = ONNXModel(version: 19)
        model.input("x", [5])
        model.node("Cast", ["x"], "narrow", integers: ["to": 17])
        model.node("Cast", ["narrow"], "y", integers: ["to": 1])
        model.output("y")
        #expect(try model.run(["x": tensor([5], [1.0625, 1.1875, -0.3, 1e6, -.infinity])]).floats("y") == [1, 1.25, -0.3125, 448, -448])
    }

    @Test func sumOfSkippedInputsIsNormalised() throws {
        var model = ONNXModel()
        let (x, s) = (small(4, seed: 1), small(4, seed: 2))
        for name in ["x", "s"] { model.input(name, [1, 4]) }
        model.floats("g", [4], [1, 1, 2, 2])
        model.node("SkipSimplifiedLayerNormalization", ["x", "s", "g"], "y", floats: ["epsilon": 1], domain: "com.microsoft")
        model.proto.graph.node[0].output = ["y", "", "", "sum"]
        model.output("y")
        model.output("sum")
        let run = try model.run(["x": tensor([1, 4], x), "s": tensor([1, 4], s)])
        let sum = zip(x, s).map { Double($0 + $1) }
        let root = (sum.reduce(0) { $0 + $1 * $1 } / 4 + 1).squareRoot()
        #expect(try run.floats("sum").map { Double($0) } == sum)
        for (place, value) in try run.floats("y").enumerated() {
            #expect(abs(Double(value) - sum[place] / root * (place < 2 ? 1 : 2)) < 1e-5)
        }
    }

    /// A few bytes of a broken file ask for any size.
    @Test func sizesThatNothingHoldsAreRefused() throws {
        var model = ONNXModel(version: 18)
        model.input("x", [1, 3, 1 << 40])
        model.floats("g", [3], [1, 1, 1])
        model.floats("one", [], [1])
        model.integers("axis", [1], [0])
        model.integers("pads", [6], [0, 0, 1, 0, 0, 1])
        model.node("InstanceNormalization", ["x", "g", "g"], "a")
        model.node("Trilu", ["x"], "b")
        model.node("Pad", ["x", "pads"], "c", texts: ["mode": "edge"])
        model.node("CumSum", ["one", "axis"], "d")
        for name in "abcd" { model.output(String(name)) }
        let problems = try model.problems().map(\.message)
        for operation in ["InstanceNormalization", "Trilu", "Pad", "CumSum"] {
            #expect(problems.contains { $0.contains("not supported: \(operation) with") }, "\(operation)")
        }
    }
}
