import Foundation
import Frontends
import Graph
import Testing

/// Narrow integers that stand for nothing but themselves: images of bytes, casts, arithmetic that wraps.
@Suite struct ONNXCodeArithmeticTests {
    /// As exporters of image models have it: bytes come in, and are made numbers first.
    @Test func imagesOfBytesBecomeNumbers() throws {
        var model = ONNXModel()
        model.input("image", [1, 2, 2, 3], type: 2)
        model.floats("scale", [1], [1.0 / 255])
        model.node("Transpose", ["image"], "turned", lists: ["perm": [0, 3, 1, 2]])
        model.node("Cast", ["turned"], "numbers", integers: ["to": 1])
        model.node("Mul", ["numbers", "scale"], "y")
        model.output("y")
        let bytes: [UInt8] = [0, 1, 2, 127, 128, 129, 253, 254, 255, 7, 8, 9]
        let run = try model.run(["image": Tensor(shape: [1, 2, 2, 3], storage: .uint8(bytes))])
        let wanted = [0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11].map { Float(bytes[$0]) * (1.0 / 255) }
        #expect(try run.floats("y") == wanted)
    }

    /// Behind the point is cut off, beyond the range wraps.
    @Test(arguments: [(2, 0...255), (3, -128...127), (4, 0...65535), (5, -32768...32767), (21, 0...15), (22, -8...7)])
    func castsWrap(type: Int, range: ClosedRange<Int>) throws {
        let numbers: [Float] = [-70_000, -32_769, -300.9, -129, -9, -8.5, -1, -0.9, 0, 0.9, 1, 7.9, 8, 15.5, 16, 127.5, 255, 256, 65_536, 70_001]
        var model = ONNXModel(version: 21)
        model.input("x", [20])
        model.floats("known", [20], numbers)
        for name in ["x", "known"] {
            model.node("Cast", [name], "\(name).code", integers: ["to": type])
            model.node("Cast", ["\(name).code"], "\(name).number", integers: ["to": 1])
            model.output("\(name).number")
        }
        let run = try model.run(["x": tensor([20], numbers)])
        let wanted = numbers.map { Float(Self.wrapped(Int($0), range)) }
        #expect(try run.floats("x.number") == wanted)
        #expect(try run.floats("known.number") == wanted)
    }

    private static func wrapped(_ number: Int, _ range: ClosedRange<Int>) -> Int {
        let rest = (number - range.lowerBound) % range.count
        return range.lowerBound + (rest < 0 ? rest + range.count : rest)
    }

    @Test(arguments: [(2, 0...255), (3, -128...127), (4, 0...65535), (5, -32768...32767)])
    func arithmeticWraps(type: Int, range: ClosedRange<Int>) throws {
        let least = range.lowerBound, greatest = range.upperBound
        let a = [least, greatest, 100, 101, greatest, 7, greatest - 1, least + 3], b = [1, 1, 3, 7, greatest, 100, 2, 5]
        let operations: [(String, @Sendable (Int, Int) -> Int)] = [("Add", { $0 + $1 }), ("Sub", { $0 - $1 }), ("Mul", { $0 * $1 }), ("Div", { $0 / $1 })]
        var model = ONNXModel()
        model.input("a", [8], type: Int32(type))
        model.input("b", [8], type: Int32(type))
        for (name, _) in operations {
            model.node(name, ["a", "b"], name)
            model.node("Cast", [name], "\(name).number", integers: ["to": 1])
            model.output("\(name).number")
        }
        let run = try model.run(["a": Self.codes(a, type), "b": Self.codes(b, type)])
        for (name, function) in operations {
            #expect(try run.floats("\(name).number") == zip(a, b).map { Float(Self.wrapped(function($0, $1), range)) }, "\(name)")
        }
    }

    private static func codes(_ numbers: [Int], _ type: Int) -> Tensor {
        let storage: Tensor.Storage =
            switch type {
            case 2: .uint8(numbers.map { UInt8($0) })
            case 3: .int8(numbers.map { Int8($0) })
            case 4: .uint16(numbers.map { UInt16($0) })
            default: .int16(numbers.map { Int16($0) })
            }
        return Tensor(shape: [numbers.count], storage: storage)
    }

    @Test func wholeNumbersOfRunTimeAreDividedTowardsZero() throws {
        let (a, b): ([Int32], [Int32]) = ([7, -7, 16_777_214, -1, 0, 9], [2, 2, 16_777_215, 3, 5, -3])
        var model = ONNXModel()
        model.input("a", [6], type: 7)
        model.input("b", [6], type: 7)
        model.node("Div", ["a", "b"], "y")
        model.node("ReduceMax", ["a"], "greatest", integers: ["keepdims": 0])
        model.output("y", type: 7)
        model.output("greatest", type: 7)
        let run = try model.run(["a": Tensor(shape: [6], storage: .int32(a)), "b": Tensor(shape: [6], storage: .int32(b))])
        #expect(run.outputs["y"]?.storage == .int32([3, -3, 0, 0, 0, -3]))
        #expect(run.outputs["greatest"]?.storage == .int32([16_777_214]))
    }

    /// Quantisation that is written out: what the cast yields stands for what its reader says.
    @Test func castCodesAreDequantised() throws {
        var model = ONNXModel()
        model.input("x", [4])
        model.floats("scale", [], [0.5])
        model.codes("zero", [], [3], type: 2)
        model.node("Cast", ["x"], "q", integers: ["to": 2])
        model.node("DequantizeLinear", ["q", "scale", "zero"], "y")
        model.output("y")
        #expect(try model.run(["x": tensor([4], [0, 3.9, 10, 255])]).floats("y") == [-1.5, 0, 3.5, 126])
    }

    /// Codes that stand for something are no numbers by themselves.
    @Test func codesWithAScaleAreNotCast() throws {
        var model = ONNXModel()
        model.input("x", [4])
        model.floats("scale", [], [0.5])
        model.codes("zero", [], [3], type: 2)
        model.node("QuantizeLinear", ["x", "scale", "zero"], "q")
        model.node("Cast", ["q"], "y", integers: ["to": 1])
        model.output("y")
        #expect(try model.problems().contains { $0.message.contains("codes as float32") })
    }

    @Test func nothingIsReducedToWhatLeavesSumsAsTheyAre() throws {
        let expected: [String: Float] = [
            "ReduceSum": 0, "ReduceSumSquare": 0, "ReduceL1": 0, "ReduceL2": 0, "ReduceLogSum": -.infinity, "ReduceLogSumExp": -.infinity,
            "ReduceMax": -.infinity, "ReduceMin": .infinity,
        ]
        var model = ONNXModel(version: 18)
        model.floats("x", [2, 0], [])
        model.integers("axes", [1], [1])
        for name in expected.keys.sorted() {
            model.node(name, ["x", "axes"], name)
            model.output(name)
        }
        let run = try model.run([:])
        for (name, number) in expected {
            #expect(try run.floats(name) == [number, number] && run.outputs[name]?.shape == [2, 1], "\(name)")
        }
    }

    /// Operators that have not changed since.
    @Test func olderModelsOfTheseOperatorsAreTaken() throws {
        var model = ONNXModel(version: 1)
        model.input("x", [3], type: 9)
        model.node("Not", ["x"], "y")
        model.output("y", type: 9)
        #expect(try model.run(["x": Tensor(shape: [3], storage: .int32([1, 0, 1]))]).outputs["y"]?.storage == .int32([0, 1, 0]))
    }
}
