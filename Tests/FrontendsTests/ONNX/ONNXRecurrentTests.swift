import Foundation
import Frontends
import Testing

/// RNN, GRU and LSTM against the equations of ONNX, step by step in binary64.
@Suite struct ONNXRecurrentTests {
    struct Layer: CustomTestStringConvertible {
        var operation: String
        var parts: Int
        var direction = "forward"
        var isResetBehind = false
        var hasPeepholes = false
        var isBatchFirst = false

        var directions: Int { direction == "bidirectional" ? 2 : 1 }
        var testDescription: String { "\(operation) \(direction) \(isResetBehind) \(hasPeepholes) \(isBatchFirst)" }
    }

    private static let (steps, batch, input, hidden) = (3, 2, 4, 3)

    private static func drawn(_ count: Int, seed: Int) -> [Float] { small(count, seed: seed).map { $0 / 8 } }

    private static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }

    /// Parameters of a layer by name, each with all directions.
    struct Parameters {
        var x, w, r, b, h, c, p: [Float]

        init(_ layer: Layer) {
            let (d, rows) = (layer.directions, layer.parts * hidden)
            x = drawn(steps * batch * input, seed: 1)
            w = drawn(d * rows * input, seed: 2)
            r = drawn(d * rows * hidden, seed: 3)
            b = drawn(d * 2 * rows, seed: 4)
            h = drawn(d * batch * hidden, seed: 5)
            c = drawn(d * batch * hidden, seed: 6)
            p = drawn(d * 3 * hidden, seed: 7)
        }
    }

    /// Hidden states [steps][batch * hidden] of a direction, and what is left at its end.
    private static func expected(_ layer: Layer, _ all: Parameters, direction: Int) -> (steps: [[Double]], h: [Double], c: [Double]) {
        let rows = layer.parts * hidden
        func number(_ list: [Float], _ index: Int) -> Double { Double(list[index]) }
        var h = (0..<batch * hidden).map { number(all.h, direction * batch * hidden + $0) }
        var c = (0..<batch * hidden).map { number(all.c, direction * batch * hidden + $0) }
        func entered(_ t: Int, _ n: Int, _ row: Int) -> Double {
            (0..<input).reduce(number(all.b, direction * 2 * rows + row)) {
                $0 + number(all.x, (t * batch + n) * input + $1) * number(all.w, (direction * rows + row) * input + $1)
            }
        }
        func remembered(_ state: [Double], _ n: Int, _ row: Int, biased: Bool = true) -> Double {
            (0..<hidden).reduce(biased ? number(all.b, direction * 2 * rows + rows + row) : 0) {
                $0 + state[n * hidden + $1] * number(all.r, (direction * rows + row) * hidden + $1)
            }
        }
        func peephole(_ gate: Int, _ k: Int) -> Double { layer.hasPeepholes ? number(all.p, (direction * 3 + gate) * hidden + k) : 0 }
        let isReversed = layer.direction == "reverse" || direction == 1
        var result = [[Double]](repeating: [], count: steps)
        for t in isReversed ? (0..<steps).reversed() : Array(0..<steps) {
            var (newH, newC) = (h, c)
            for n in 0..<batch {
                func sum(_ part: Int, _ k: Int) -> Double { entered(t, n, part * hidden + k) + remembered(h, n, part * hidden + k) }
                let reset = (0..<hidden).map { layer.parts == 3 ? sigmoid(sum(1, $0)) * h[n * hidden + $0] : 0 }
                for k in 0..<hidden {
                    let place = n * hidden + k
                    switch layer.operation {
                    case "RNN": newH[place] = tanh(sum(0, k))
                    case "GRU":
                        let update = sigmoid(sum(0, k)), row = 2 * hidden + k
                        let part =
                            layer.isResetBehind
                            ? sigmoid(sum(1, k)) * remembered(h, n, row)
                            : remembered([Double](repeating: 0, count: n * hidden) + reset, n, row)
                        newH[place] = (1 - update) * tanh(entered(t, n, row) + part) + update * h[place]
                    default:
                        let i = sigmoid(sum(0, k) + peephole(0, k) * c[place]), f = sigmoid(sum(2, k) + peephole(2, k) * c[place])
                        newC[place] = f * c[place] + i * tanh(sum(3, k))
                        newH[place] = sigmoid(sum(1, k) + peephole(1, k) * newC[place]) * tanh(newC[place])
                    }
                }
            }
            (h, c) = (newH, newC)
            result[t] = h
        }
        return (result, h, c)
    }

    private static func model(_ layer: Layer, _ all: Parameters) -> ONNXModel {
        let (d, rows) = (layer.directions, layer.parts * hidden)
        var model = ONNXModel()
        model.input("x", layer.isBatchFirst ? [batch, steps, input] : [steps, batch, input])
        let state = layer.isBatchFirst ? [batch, d, hidden] : [d, batch, hidden]
        model.floats("w", [d, rows, input], all.w)
        model.floats("r", [d, rows, hidden], all.r)
        model.floats("b", [d, 2 * rows], all.b)
        model.input("h", state)
        model.tensor("lengths", [batch], type: 6) { $0.int32Data = [Int32](repeating: Int32(steps), count: batch) }
        var inputs = ["x", "w", "r", "b", "lengths", "h"]
        if layer.operation == "LSTM" {
            model.input("c", state)
            inputs.append("c")
            model.floats("p", [d, 3 * hidden], all.p)
            if layer.hasPeepholes { inputs.append("p") }
        }
        var integers = ["hidden_size": hidden]
        if layer.isBatchFirst { integers["layout"] = 1 }
        if layer.isResetBehind { integers["linear_before_reset"] = 1 }
        model.node(layer.operation, inputs, "y", integers: integers, texts: ["direction": layer.direction])
        model.proto.graph.node[0].output = layer.operation == "LSTM" ? ["y", "last", "memory"] : ["y", "last"]
        for name in model.proto.graph.node[0].output { model.output(name) }
        return model
    }

    /// Steps or directions first, batches second, as batches first.
    private static func turned(_ list: [Float], _ first: Int, _ rest: Int) -> [Float] {
        (0..<batch).flatMap { n in (0..<first).flatMap { d in (0..<rest).map { list[(d * batch + n) * rest + $0] } } }
    }

    @Test(arguments: [
        Layer(operation: "RNN", parts: 1), Layer(operation: "RNN", parts: 1, direction: "reverse"),
        Layer(operation: "GRU", parts: 3), Layer(operation: "GRU", parts: 3, direction: "bidirectional", isResetBehind: true),
        Layer(operation: "LSTM", parts: 4), Layer(operation: "LSTM", parts: 4, direction: "bidirectional", hasPeepholes: true),
        Layer(operation: "LSTM", parts: 4, direction: "reverse", isBatchFirst: true),
    ])
    func statesFollowTheEquations(layer: Layer) throws {
        let all = Parameters(layer)
        let (d, run) = (layer.directions, layer.isBatchFirst)
        let state = run ? [Self.batch, d, Self.hidden] : [d, Self.batch, Self.hidden]
        var inputs = [
            "x": run
                ? tensor([Self.batch, Self.steps, Self.input], Self.turned(all.x, Self.steps, Self.input))
                : tensor([Self.steps, Self.batch, Self.input], all.x),
            "h": tensor(state, run ? Self.turned(all.h, d, Self.hidden) : all.h),
        ]
        if layer.operation == "LSTM" { inputs["c"] = tensor(state, run ? Self.turned(all.c, d, Self.hidden) : all.c) }
        let imported = try Self.model(layer, all).run(inputs)
        let directions = (0..<d).map { Self.expected(layer, all, direction: $0) }
        var y = (0..<Self.steps).flatMap { t in directions.flatMap { $0.steps[t] } }.map { Float($0) }
        var (last, memory) = (directions.flatMap(\.h).map { Float($0) }, directions.flatMap(\.c).map { Float($0) })
        if run {
            y = Self.turned(y, Self.steps, Self.hidden)
            (last, memory) = (Self.turned(last, d, Self.hidden), Self.turned(memory, d, Self.hidden))
        }
        let names = layer.operation == "LSTM" ? ["y", "last", "memory"] : ["y", "last"]
        for (name, wanted) in zip(names, [y, last, memory]) {
            let got = try imported.floats(name)
            #expect(got.count == wanted.count)
            #expect(zip(got, wanted).allSatisfy { abs($0 - $1) < 1e-6 }, "\(name)")
        }
        #expect(imported.outputs["y"]?.shape == (run ? [2, 3, d, 3] : [3, d, 2, 3]))
    }

    @Test func shorterSequencesAndOtherFunctionsAreRefused() throws {
        let layer = Layer(operation: "LSTM", parts: 4)
        var model = Self.model(layer, Parameters(layer))
        let index = try #require(model.proto.graph.initializer.firstIndex { $0.name == "lengths" })
        model.proto.graph.initializer[index].int32Data = [3, 2]
        #expect(try model.problems().map(\.message).contains { $0.contains("sequences that are shorter than 3") })
        model.proto.graph.initializer[index].int32Data = [3, 3]
        model.proto.graph.node[0].attribute.append(
            .with { ($0.name, $0.strings) = ("activations", ["Sigmoid", "Relu", "Tanh"].map { Data($0.utf8) }) })
        #expect(try model.problems().map(\.message).contains { $0.contains("other functions") })
    }
}
