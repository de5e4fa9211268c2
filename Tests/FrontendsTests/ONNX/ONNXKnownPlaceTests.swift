import Foundation
import Frontends
import Graph
import Testing

/// Elements of places that are known, and of places that are no numbers, against what is written down by hand.
@Suite struct ONNXKnownPlaceTests {
    private static let x: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]

    @Test func elementsAndRunsAreTaken() throws {
        var model = ONNXModel(version: 18)
        model.input("x", [3, 4])
        model.integers("elements", [3, 2], [0, -1, 2, 1, 3, 3])
        model.integers("rows", [2, 1], [2, -3])
        model.integers("batches", [3, 1], [3, 0, 1])
        model.node("GatherElements", ["x", "elements"], "a", integers: ["axis": 1])
        model.node("GatherND", ["x", "rows"], "b")
        model.node("GatherND", ["x", "batches"], "c", integers: ["batch_dims": 1])
        for name in ["a", "b", "c"] { model.output(name) }
        let run = try model.run(["x": tensor([3, 4], Self.x)])
        #expect(try run.floats("a") == [1, 4, 7, 6, 12, 12] && run.outputs["a"]?.shape == [3, 2])
        #expect(try run.floats("b") == [9, 10, 11, 12, 1, 2, 3, 4] && run.outputs["b"]?.shape == [2, 4])
        #expect(try run.floats("c") == [4, 5, 10])
    }

    @Test func updatesArePutOrAdded() throws {
        var model = ONNXModel(version: 18)
        model.input("x", [3, 4])
        model.input("row", [2, 4])
        model.input("u", [1, 3])
        model.integers("rows", [2, 1], [0, 0])
        model.integers("elements", [1, 3], [1, 1, -4])
        model.node("ScatterND", ["x", "rows", "row"], "put")
        model.node("ScatterND", ["x", "rows", "row"], "sum", texts: ["reduction": "add"])
        model.node("ScatterElements", ["x", "elements", "u"], "elements put", integers: ["axis": 1])
        model.node("ScatterElements", ["x", "elements", "u"], "elements max", integers: ["axis": 1], texts: ["reduction": "max"])
        let outputs = ["put", "sum", "elements put", "elements max"]
        for name in outputs { model.output(name) }
        let row: [Float] = [10, 20, 30, 40, 100, 200, 300, 400]
        let run = try model.run(["x": tensor([3, 4], Self.x), "row": tensor([2, 4], row), "u": tensor([1, 3], [0.5, -7, 50])])
        let rest = Array(Self.x.dropFirst(4))
        #expect(try run.floats("put") == [100, 200, 300, 400] + rest)
        #expect(try run.floats("sum") == [111, 222, 333, 444] + rest)
        #expect(try run.floats("elements put") == [50, -7, 3, 4] + rest)
        #expect(try run.floats("elements max") == [50, 2, 3, 4] + rest)
    }

    @Test func indicesOutOfRangeAreRefused() throws {
        for (operation, indices) in [("GatherND", [[3]]), ("ScatterND", [[-4]]), ("GatherElements", [[4, 0, 0, 0]]), ("ScatterElements", [[0, 0, 0, -5]])] {
            var model = ONNXModel(version: 18)
            model.input("x", [3, 4])
            model.integers("i", [1, indices[0].count], indices[0])
            model.floats("u", [1, 4], [1, 2, 3, 4])
            let inputs = operation.hasPrefix("Gather") ? ["x", "i"] : ["x", "i", "u"]
            model.node(operation, inputs, "y", integers: operation.hasSuffix("Elements") ? ["axis": 1] : [:])
            model.output("y")
            #expect(try model.problems().contains { $0.message.contains("out of range") }, "\(operation)")
        }
    }

    @Test(arguments: [Float.nan, .infinity, 0, -3, 2.5, 1e9]) func depthsAreChecked(depth: Float) throws {
        var model = ONNXModel()
        model.input("i", [3], type: 7)
        model.floats("depth", [], [depth])
        model.floats("values", [2], [0, 1])
        model.node("OneHot", ["i", "depth", "values"], "y")
        model.output("y")
        #expect(try model.problems().contains { $0.message.contains("a depth of") })
    }

    @Test func placesBecomeOne() throws {
        var model = ONNXModel()
        model.input("i", [3], type: 7)
        model.integers("depth", [], [4])
        model.floats("values", [2], [-0.5, 2])
        model.node("OneHot", ["i", "depth", "values"], "y", integers: ["axis": 0])
        model.output("y")
        let run = try model.run(["i": Tensor(shape: [3], storage: .int32([0, -1, 9]))])
        #expect(try run.floats("y") == [2, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5, -0.5, 2, -0.5])
        #expect(run.outputs["y"]?.shape == [4, 3])
    }

    /// Attention whose mask leaves nothing of a row, as torch exports it.
    @Test func whatIsNoNumberIsChosenAway() throws {
        let x: [Float] = [1, .nan, -.infinity, 3e38, .infinity, -0.0]
        var model = ONNXModel()
        model.input("x", [2, 3])
        model.floats("zero", [], [0])
        model.node("IsNaN", ["x"], "nan")
        model.node("IsInf", ["x"], "infinite")
        model.node("IsInf", ["x"], "below", integers: ["detect_positive": 0])
        for name in ["nan", "infinite", "below"] { model.output(name, type: 9) }
        model.input("scores", [2, 3])
        model.input("mask", [2, 3])
        model.floats("one", [], [1])
        model.node("Add", ["scores", "mask"], "masked")
        model.node("Softmax", ["masked"], "weights", integers: ["axis": -1])
        model.node("IsNaN", ["weights"], "empty")
        model.node("Where", ["empty", "zero", "weights"], "y")
        model.node("Where", ["empty", "one", "weights"], "z")
        model.output("y")
        model.output("z")
        let mask: [Float] = [0, 0, -.infinity, -.infinity, -.infinity, -.infinity]
        let run = try model.run(["x": tensor([2, 3], x), "scores": tensor([2, 3], [1, 1, 2, 3, 4, 5]), "mask": tensor([2, 3], mask)])
        #expect(run.outputs["nan"]?.storage == .int32([0, 1, 0, 0, 0, 0]))
        #expect(run.outputs["infinite"]?.storage == .int32([0, 0, 1, 0, 1, 0]))
        #expect(run.outputs["below"]?.storage == .int32([0, 0, 1, 0, 0, 0]))
        #expect(try run.floats("y") == [0.5, 0.5, 0, 0, 0, 0])
        #expect(try run.floats("z") == [0.5, 0.5, 0, 1, 1, 1])
    }

    @Test func remaindersOfRunTime() throws {
        let (a, b): ([Int32], [Int32]) = ([7, -7, 7, -7, 6, 0], [3, 3, -3, -3, 3, 5])
        var model = ONNXModel()
        model.input("a", [6], type: 7)
        model.input("b", [6], type: 7)
        model.node("Mod", ["a", "b"], "floor")
        model.node("Mod", ["a", "b"], "cut", integers: ["fmod": 1])
        for name in ["floor", "cut"] { model.output(name, type: 7) }
        let run = try model.run(["a": Tensor(shape: [6], storage: .int32(a)), "b": Tensor(shape: [6], storage: .int32(b))])
        #expect(run.outputs["floor"]?.storage == .int32([1, 2, -2, -1, 0, 0]))
        #expect(run.outputs["cut"]?.storage == .int32([1, -1, 1, -1, 0, 0]))
    }
}
