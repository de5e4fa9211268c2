import Foundation
import Frontends
import Graph
import Testing

/// Functions with steps, roots, logarithms and places of extremes, against formulas and by hand.
@Suite struct ONNXStepTests {
    private static let x: [Float] = [-8_388_609, -2.5, -1.5, -0.5, -1e-45, 0, 1e-45, 0.5, 1.5, 2.5, 4_194_304.5, 3e38]

    struct Function: CustomTestStringConvertible {
        var operation: String
        var formula: @Sendable (Float) -> Float

        var testDescription: String { operation }
    }

    @Test(arguments: [
        Function(operation: "Round") { $0.rounded(.toNearestOrEven) }, Function(operation: "Floor") { $0.rounded(.down) },
        Function(operation: "Ceil") { $0.rounded(.up) }, Function(operation: "Sign") { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 },
    ])
    func stepsAreExact(function: Function) throws {
        var model = ONNXModel()
        model.input("x", [12])
        model.node(function.operation, ["x"], "y")
        model.output("y")
        #expect(try model.run(["x": tensor([12], Self.x)]).floats("y") == Self.x.map(function.formula))
    }

    @Test func castsCutOffAndCountWhatIsNotZero() throws {
        var model = ONNXModel()
        model.input("x", [5])
        model.node("Cast", ["x"], "whole", integers: ["to": 7])
        model.node("Cast", ["x"], "truth", integers: ["to": 9])
        model.output("whole", type: 7)
        model.output("truth", type: 9)
        let run = try model.run(["x": tensor([5], [-2.75, -0.5, 0, 0.5, 100_000.9])])
        #expect(run.outputs["whole"]?.storage == .int32([-2, 0, 0, 0, 100_000]))
        #expect(run.outputs["truth"]?.storage == .int32([1, 1, 0, 1, 1]))
    }

    @Test func comparisonsTellNeighboursApart() throws {
        let (a, b): ([Float], [Float]) = ([1, 1, Float(1).nextUp, -1e-45, 3e38], [1, Float(1).nextUp, 1, 0, -3e38])
        let comparisons: [(String, @Sendable (Float, Float) -> Bool)] = [
            ("Equal", { $0 == $1 }), ("Greater", { $0 > $1 }), ("GreaterOrEqual", { $0 >= $1 }), ("Less", { $0 < $1 }),
            ("LessOrEqual", { $0 <= $1 }),
        ]
        var model = ONNXModel()
        model.input("a", [5])
        model.input("b", [5])
        for (name, _) in comparisons {
            model.node(name, ["a", "b"], name)
            model.output(name, type: 9)
        }
        let run = try model.run(["a": tensor([5], a), "b": tensor([5], b)])
        for (name, function) in comparisons {
            #expect(run.outputs[name]?.storage == .int32(zip(a, b).map { function($0, $1) ? 1 : 0 }), "\(name)")
        }
    }

    /// A mask of run time that makes scores infinite leaves the others as they are.
    @Test func choicesOfInfiniteNumbersAreExact() throws {
        var model = ONNXModel()
        model.input("x", [3])
        model.floats("edge", [], [0.5])
        model.floats("low", [], [-.infinity])
        model.node("Greater", ["x", "edge"], "t")
        model.node("Where", ["t", "low", "x"], "y")
        model.node("Where", ["t", "x", "low"], "z")
        model.output("y")
        model.output("z")
        let run = try model.run(["x": tensor([3], [0.1, 0.7, -3])])
        #expect(try run.floats("y") == [0.1, -.infinity, -3])
        #expect(try run.floats("z") == [-.infinity, 0.7, -.infinity])
    }

    @Test func extremesAreFoundAtTheirFirstOrLastPlace() throws {
        let x: [Float] = [1, 3, 3, -2, -2, 0, -1, -1]
        var model = ONNXModel()
        model.input("x", [2, 4])
        model.node("ArgMax", ["x"], "first", integers: ["axis": 1, "keepdims": 0])
        model.node("ArgMax", ["x"], "last", integers: ["axis": -1, "select_last_index": 1])
        model.node("ArgMin", ["x"], "least", integers: ["axis": 0, "keepdims": 0])
        for name in ["first", "last", "least"] { model.output(name, type: 7) }
        let run = try model.run(["x": tensor([2, 4], x)])
        #expect(run.outputs["first"]?.storage == .int32([1, 1]))
        #expect(run.outputs["last"]?.storage == .int32([2, 1]))
        #expect(run.outputs["last"]?.shape == [2, 1])
        #expect(run.outputs["least"]?.storage == .int32([1, 1, 1, 0]))
    }

    @Test func greatestNumbersComeInOrder() throws {
        var model = ONNXModel()
        model.input("x", [1, 5])
        model.integers("k", [1], [3])
        model.node("TopK", ["x", "k"], "high")
        model.proto.graph.node[0].output = ["high", "places"]
        model.node("TopK", ["x", "k"], "low", integers: ["largest": 0])
        model.output("high")
        model.output("places", type: 7)
        model.output("low")
        let run = try model.run(["x": tensor([1, 5], [2, -7, 2, 9.5, 0])])
        #expect(try run.floats("high") == [9.5, 2, 2])
        #expect(run.outputs["places"]?.storage == .int32([3, 0, 2]))
        #expect(try run.floats("low") == [-7, 0, 2])
    }

    @Test func rootsAndLogarithmsAreThoseOfTheirFormula() throws {
        let x: [Float] = [0, 1e-30, 0.25, 1, 3, 2e19]
        var model = ONNXModel()
        model.input("x", [6])
        for (name, exponent) in [("root", Float(0.5)), ("quarter", 0.75), ("below", -1.5)] {
            model.floats("\(name).e", [], [exponent])
            model.node("Pow", ["x", "\(name).e"], name)
            model.output(name)
        }
        model.node("Sqrt", ["x"], "sqrt")
        model.node("Log", ["x"], "log")
        model.node("Softplus", ["x"], "softplus")
        for name in ["sqrt", "log", "softplus"] { model.output(name) }
        let run = try model.run(["x": tensor([6], x)])
        let formulas: [String: (Double) -> Double] = [
            "root": { $0.squareRoot() }, "sqrt": { $0.squareRoot() }, "quarter": { pow($0, 0.75) }, "below": { pow($0, -1.5) },
            "log": { log($0) }, "softplus": { $0 > 50 ? $0 : log1p(exp($0)) },
        ]
        for (name, formula) in formulas {
            for (x, y) in zip(x, try run.floats(name)) {
                let wanted = Float(formula(Double(x)))
                #expect(y == wanted || abs(y - wanted) <= 1e-5 * abs(wanted), "\(name) of \(x)")
            }
        }
    }

    /// Three channels, windows of three: alpha / size times the sum of squares of the neighbours.
    @Test func localResponsesSeeTheirNeighbours() throws {
        let x: [Float] = [1, 2, -3, 4, 5, 6]
        var model = ONNXModel()
        model.input("x", [1, 3, 2, 1])
        model.node("LRN", ["x"], "y", integers: ["size": 3], floats: ["alpha": 0.3, "beta": 0.5, "bias": 2])
        model.output("y")
        let got = try model.run(["x": tensor([1, 3, 2, 1], x)]).floats("y")
        for channel in 0..<3 {
            for place in 0..<2 {
                let sum = (max(0, channel - 1)...min(2, channel + 1)).reduce(Float(0)) { $0 + x[$1 * 2 + place] * x[$1 * 2 + place] }
                let wanted = x[channel * 2 + place] / (2 + 0.1 * sum).squareRoot()
                #expect(abs(got[channel * 2 + place] - wanted) < 1e-5)
            }
        }
    }

    @Test func logarithmsOfSoftmaxAreNotThoseOfRoundedProbabilities() throws {
        var model = ONNXModel()
        model.input("x", [1, 3])
        model.node("LogSoftmax", ["x"], "y")
        model.node("ReduceLogSumExp", ["x"], "z", integers: ["keepdims": 0], lists: ["axes": [1]])
        model.output("y")
        model.output("z")
        let run = try model.run(["x": tensor([1, 3], [200, 0, 199])])
        let sum = Float(log1p(exp(-1.0)))
        for (y, wanted) in zip(try run.floats("y"), [-sum, -200 - sum, -1 - sum]) { #expect(abs(y - wanted) <= 2e-5) }
        #expect(abs(try run.floats("z")[0] - (200 + sum)) <= 2e-5)
    }

    /// The branch that the shape chooses; the other one may hold what nothing knows.
    @Test func branchesAreTakenAtImport() throws {
        func branch(_ operation: String) -> Onnx_GraphProto {
            .with { graph in
                graph.name = operation
                graph.node = [.with { ($0.opType, $0.input, $0.output) = (operation, ["x"], ["\(operation).y"]) }]
                graph.output = [.with { $0.name = "\(operation).y" }]
            }
        }
        var model = ONNXModel()
        model.input("x", [2, 3])
        model.integers("six", [], [6])
        model.node("Size", ["x"], "count")
        model.node("Equal", ["count", "six"], "t")
        model.node("If", ["t"], "y")
        model.proto.graph.node[2].attribute = [
            .with { ($0.name, $0.g) = ("then_branch", branch("Relu")) }, .with { ($0.name, $0.g) = ("else_branch", branch("Unheard")) },
        ]
        model.output("y")
        #expect(try model.run(["x": tensor([2, 3], [-1, 2, -3, 4, -5, 6])]).floats("y") == [0, 2, 0, 4, 0, 6])
        model.proto.graph.initializer[0].int64Data = [5]
        #expect(try model.problems().map(\.message) == ["not supported: operator Unheard (1 node: Unheard.y)"])
    }
}
