import Foundation
import Testing

/// DynamicQuantizeLSTM against its definition: everything that enters has one scale, and so has what is hidden after each step.
@Suite struct ONNXDynamicRecurrentTests {
    private static let (steps, batch, input, hidden) = (3, 2, 4, 3)
    private static var columns: Int { 4 * hidden }

    struct Weights {
        var codes: [Int]
        /// One, or one for each column.
        var scales: [Float]
        var zero: Int
    }

    /// Rows of numbers by weights [inputs, columns]: sums of whole numbers, then one factor.
    private static func product(_ rows: [[Float]], _ weights: Weights) -> [[Double]] {
        let codes = ONNXDynamicTests.Codes(rows.flatMap { $0 })
        return rows.indices.map { row in
            (0..<columns).map { column in
                let sum = rows[row].indices.reduce(0) { sum, place in
                    sum + (codes.values[row * rows[row].count + place] - codes.zero) * (weights.codes[place * columns + column] - weights.zero)
                }
                return Double(sum) * Double(codes.scale * weights.scales[weights.scales.count == 1 ? 0 : column])
            }
        }
    }

    /// Hidden states [steps][batch][hidden].
    private static func expected(_ x: [[Float]], _ w: Weights, _ r: Weights, _ bias: [Float], start: [Float], isReversed: Bool) -> [[[Float]]] {
        func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
        let entered = product(x, w)
        var h = (0..<batch).map { Array(start[$0 * hidden..<($0 + 1) * hidden]) }
        var c = [[Double]](repeating: [Double](repeating: 0, count: hidden), count: batch)
        var result = [[[Float]]](repeating: [], count: steps)
        for t in isReversed ? (0..<steps).reversed() : Array(0..<steps) {
            let remembered = product(h, r)
            for n in 0..<batch {
                let sums = (0..<columns).map { entered[t * batch + n][$0] + remembered[n][$0] + Double(bias[$0] + bias[columns + $0]) }
                for k in 0..<hidden {
                    c[n][k] = sigmoid(sums[2 * hidden + k]) * c[n][k] + sigmoid(sums[k]) * tanh(sums[3 * hidden + k])
                    h[n][k] = Float(sigmoid(sums[hidden + k]) * tanh(c[n][k]))
                }
            }
            result[t] = h
        }
        return result
    }

    private static func drawn(_ count: Int, seed: Int) -> [Float] { small(count, seed: seed).map { $0 / 7 + 0.05 } }

    @Test(arguments: [("forward", false, false), ("reverse", true, false), ("bidirectional", true, true), ("bidirectional", false, true)])
    func statesAreQuantisedStepByStep(direction: String, isPerColumn: Bool, hasStart: Bool) throws {
        let d = direction == "bidirectional" ? 2 : 1
        let zero = isPerColumn ? 0 : 131
        var model = ONNXModel()
        model.input("x", [Self.steps, Self.batch, Self.input])
        func weights(_ name: String, _ inputs: Int, seed: Int) -> [Weights] {
            let each = (0..<d).map { direction in
                let codes = (0..<inputs * Self.columns).map { (($0 + direction) * 37 + seed * 11) % (isPerColumn ? 255 : 256) - (isPerColumn ? 127 : 0) }
                let scales = (0..<(isPerColumn ? Self.columns : 1)).map { Float(0.004 + 0.0003 * Double($0 + direction)) }
                return Weights(codes: codes, scales: scales, zero: zero)
            }
            let shape = isPerColumn ? [d, Self.columns] : [d]
            let type: Int32 = isPerColumn ? 3 : 2
            model.codes(name, [d, inputs, Self.columns], each.flatMap(\.codes), type: type)
            model.floats(name + ".scale", shape, each.flatMap(\.scales))
            model.codes(name + ".zero", shape, [Int](repeating: zero, count: shape.reduce(1, *)), type: type)
            return each
        }
        let (w, r) = (weights("w", Self.input, seed: 1), weights("r", Self.hidden, seed: 2))
        let bias = Self.drawn(d * 2 * Self.columns, seed: 3)
        model.floats("b", [d, 2 * Self.columns], bias)
        var start = [Float](repeating: 0, count: d * Self.batch * Self.hidden)
        if hasStart { start = Self.drawn(start.count, seed: 4) }
        model.floats("h", [d, Self.batch, Self.hidden], start)
        let inputs = ["x", "w", "r", "b", "", "h", "", "", "w.scale", "w.zero", "r.scale", "r.zero"]
        model.node(
            "DynamicQuantizeLSTM", inputs, "y", integers: ["hidden_size": Self.hidden], texts: ["direction": direction], domain: "com.microsoft")
        model.output("y")
        let x = Self.drawn(Self.steps * Self.batch * Self.input, seed: 5)
        let rows = stride(from: 0, to: x.count, by: Self.input).map { Array(x[$0..<$0 + Self.input]) }
        let each = (0..<d).map { index in
            let (first, count) = (index * Self.batch * Self.hidden, 2 * Self.columns)
            return Self.expected(
                rows, w[index], r[index], Array(bias[index * count..<(index + 1) * count]),
                start: Array(start[first..<first + Self.batch * Self.hidden]), isReversed: direction == "reverse" || index == 1)
        }
        let wanted = (0..<Self.steps).flatMap { t in each.flatMap { $0[t].flatMap { $0 } } }
        let got = try model.run(["x": tensor([Self.steps, Self.batch, Self.input], x)]).floats("y")
        #expect(got.count == wanted.count)
        // A code that is another one would make a thousandth.
        #expect(zip(got, wanted).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test func weightsWithoutCodesAreRefused() throws {
        var model = ONNXModel()
        model.input("x", [3, 2, 4])
        model.floats("w", [1, 4, 12], Self.drawn(48, seed: 1))
        model.floats("r", [1, 3, 12], Self.drawn(36, seed: 2))
        model.floats("s", [1], [0.1])
        model.codes("z", [1], [0], type: 3)
        model.node(
            "DynamicQuantizeLSTM", ["x", "w", "r", "", "", "", "", "", "s", "z", "s", "z"], "y", integers: ["hidden_size": 3],
            domain: "com.microsoft")
        model.output("y")
        #expect(try model.problems().map(\.message).contains { $0.contains("weights of other types than int8 and uint8") })
    }
}
