import Diagnostics
import Formats
import Foundation
import Frontends
import Graph
import Testing

/// Models of floats whose activations become codes at import, against whole numbers written out here.
@Suite struct ONNXCodedActivationTests {
    private static let formats = try? ImportFormats(weights: NumberFormat(codec: .signed(bits: 8)), activations: NumberFormat(codec: .signed(bits: 8)))

    private static func drawn(_ count: Int, _ seed: Int) -> [Float] { small(count, seed: seed).enumerated().map { $1 / 8 + Float($0 % 5) / 64 } }

    /// Codes under the scale that the greatest magnitude gives.
    private static func codes(_ numbers: some Collection<Float>) -> (codes: [Float], scale: Float) {
        let greatest = numbers.map(abs).max() ?? 0
        let scale = greatest > 0 ? greatest / 127 : 1
        return (numbers.map { ($0 / scale).rounded(.toNearestOrEven) }, scale)
    }

    /// Rows [.., K] as whole numbers times their scales.
    private static func rounded(_ numbers: [Float], rows: Int) -> [Double] {
        let depth = numbers.count / rows
        return (0..<rows).flatMap { row -> [Double] in
            let (codes, scale) = codes(numbers[row * depth..<(row + 1) * depth])
            return codes.map { Double($0) * Double(scale) }
        }
    }

    private static func product(_ a: [Double], _ b: [Double], rows: Int, columns: Int) -> [Double] {
        let depth = a.count / rows
        return (0..<rows * columns).map { place in
            (0..<depth).reduce(0.0) { $0 + a[place / columns * depth + $1] * b[place % columns * depth + $1] }
        }
    }

    private func expectClose(_ got: [Float], _ expected: [Double]) {
        #expect(got.count == expected.count)
        for (one, other) in zip(got, expected) { #expect(abs(Double(one) - other) < 1e-5 * max(1, abs(other))) }
    }

    @Test func rowsOfLinearLayersHaveScales() throws {
        var model = ONNXModel()
        let (x, w, b) = (Self.drawn(15, 1), Self.drawn(20, 2), Self.drawn(4, 3))
        model.input("x", [3, 5])
        model.floats("w", [5, 4], w)
        model.floats("b", [4], b)
        model.node("Gemm", ["x", "w", "b"], "y")
        model.output("y")
        let run = try model.run(["x": tensor([3, 5], x)], formats: try #require(Self.formats))
        #expect(run.operations == ["quantise", "linear"])
        let turned = (0..<20).map { place -> Float in w[place % 5 * 4 + place / 5] }
        let sums = Self.product(Self.rounded(x, rows: 3), Self.rounded(turned, rows: 4), rows: 3, columns: 4)
        expectClose(try run.floats("y"), sums.enumerated().map { $1 + Double(b[$0 % 4]) })
    }

    @Test func bothOperandsOfRunTimeAreCodes() throws {
        var model = ONNXModel()
        let (a, b) = (Self.drawn(12, 1), Self.drawn(20, 2))
        model.input("a", [1, 3, 4])
        model.input("b", [1, 4, 5])
        model.node("MatMul", ["a", "b"], "y")
        model.output("y")
        let run = try model.run(["a": tensor([1, 3, 4], a), "b": tensor([1, 4, 5], b)], formats: try #require(Self.formats))
        let columns = (0..<20).map { place -> Float in b[place % 4 * 5 + place / 4] }
        expectClose(try run.floats("y"), Self.product(Self.rounded(a, rows: 3), Self.rounded(columns, rows: 5), rows: 3, columns: 5))
    }

    /// Zeros around the image, one scale for all of it, and a norm that is folded into filters before they become codes.
    @Test(arguments: [false, true])
    func imagesHaveOneScale(_ hasBias: Bool) throws {
        var model = ONNXModel()
        let (x, w) = (Self.drawn(18, 1), Self.drawn(24, 2))
        let (gamma, beta, mean, variance): ([Float], [Float], [Float], [Float]) = ([2, 0.5, 1], [0.25, -1, 0], [0.5, 0, 1], [4, 1, 0.25])
        model.input("x", [1, 2, 3, 3])
        model.floats("w", [3, 2, 2, 2], w)
        model.floats("b", [3], [1, 2, 3])
        for (name, numbers) in [("g", gamma), ("e", beta), ("m", mean), ("v", variance)] { model.floats(name, [3], numbers) }
        model.node("Conv", hasBias ? ["x", "w", "b"] : ["x", "w"], "c", lists: ["pads": [1, 0, 0, 1]])
        model.node("BatchNormalization", ["c", "g", "e", "m", "v"], "y", floats: ["epsilon": 0])
        model.output("y")
        let run = try model.run(["x": tensor([1, 2, 3, 3], x)], formats: try #require(Self.formats))
        #expect(run.operations.count { $0 == "mul" } == 2, "the negative for its least number, and the scale")
        let image = Self.rounded(x, rows: 1)
        let factors = (0..<3).map { gamma[$0] / variance[$0].squareRoot() }
        let filters = Self.rounded(w.enumerated().map { $1 * factors[$0 / 8] }, rows: 3)
        let expected = (0..<27).map { place -> Double in
            let (channel, row, column) = (place / 9, place / 3 % 3, place % 3)
            let bias: Float = hasBias ? Float(channel + 1) : 0
            var sum = Double(beta[channel] + factors[channel] * (bias - mean[channel]))
            for tap in 0..<8 {
                let (input, y, x) = (tap / 4, row + tap / 2 % 2 - 1, column + tap % 2)
                if (0..<3).contains(y), (0..<3).contains(x) { sum += image[input * 9 + y * 3 + x] * filters[channel * 8 + tap] }
            }
            return sum
        }
        expectClose(try run.floats("y"), expected)
    }

    /// A tensor of zeros stays zeros.
    @Test func zerosAreZeros() throws {
        var model = ONNXModel()
        model.input("x", [1, 1, 2, 2])
        model.floats("w", [1, 1, 1, 1], [3])
        model.node("Conv", ["x", "w"], "y")
        model.node("MatMul", ["y", "y"], "z")
        model.output("z")
        let run = try model.run(["x": tensor([1, 1, 2, 2], [0, 0, 0, 0])], formats: try #require(Self.formats))
        #expect(try run.floats("z") == [0, 0, 0, 0])
    }

    /// What a norm goes into must have no reader beside it, under whatever name.
    @Test func normsAreNotFoldedIntoWhatOthersRead() throws {
        var model = ONNXModel()
        model.input("x", [1, 1, 1, 2])
        model.floats("w", [1, 1, 1, 1], [3])
        for (name, number) in [("g", 2), ("e", 1), ("m", 0), ("v", 1)] as [(String, Float)] { model.floats(name, [1], [number]) }
        model.node("Conv", ["x", "w"], "c")
        model.node("Identity", ["c"], "i")
        model.node("BatchNormalization", ["i", "g", "e", "m", "v"], "n", floats: ["epsilon": 0])
        model.node("Add", ["n", "c"], "y")
        model.output("y")
        let run = try model.run(["x": tensor([1, 1, 1, 2], [1, 2])])
        // 2 * 3 x + 1, and 3 x.
        let expected: [Float] = [10, 19]
        #expect(try run.floats("y") == expected)
    }

    @Test(arguments: [NumberFormat(codec: .unsigned(bits: 8)), NumberFormat(codec: .signed(bits: 16)), NumberFormat(codec: .signed(bits: 8), sharing: .tensor)])
    func otherCodesAreRefused(_ format: NumberFormat) {
        #expect(throws: Diagnostic.self) { try ImportFormats(weights: nil, activations: format) }
    }
}
