import Diagnostics
import Formats

/// What a step leaves to the next one, each [1, batch, hidden].
struct RecurrentState {
    var hidden: String
    /// Of an LSTM.
    var memory: String
    /// Whether what is hidden is 0 everywhere, and so is its product.
    var isZero = false
}

/// Tensors that the steps of a direction share.
private struct RecurrentWeights {
    /// What enters, multiplied: [steps, batch, parts * hidden].
    var entered: String
    var weights: Weights
    /// Of the product of what is remembered, where it is not added before.
    var bias: String?
    /// Of memories, for the gates input, output and forget.
    var peepholes: [String]

    enum Weights {
        case floats(String)
        case codes(DynamicWeights)
    }
}

extension ONNXLowering {
    mutating func unrolled(_ layer: RecurrentLayer, _ direction: Int, _ x: Value) throws(Diagnostic)
        -> (steps: [String], state: RecurrentState)
    {
        let shared = try recurrentWeights(layer, direction, x)
        var hasMemory = false
        if case .longShort = layer.cell { hasMemory = true }
        var state = RecurrentState(
            hidden: try initialState(5, layer, direction), memory: hasMemory ? try initialState(6, layer, direction) : "",
            isZero: try optional(5)?.constant?.floats().allSatisfy { $0 == 0 } ?? !node.has(5))
        let isReversed = layer.isReversed[direction]
        var steps: [String] = []
        for index in 0..<layer.steps {
            let place = isReversed ? layer.steps - 1 - index : index
            let entered = layer.steps == 1 ? shared.entered : cut(shared.entered, 0, place, place + 1)
            state =
                switch layer.cell {
                case .plain: try plainStep(entered, state, shared, layer)
                case .gated(let isResetBehind): try gatedStep(entered, state, shared, layer, isResetBehind)
                case .longShort: try longShortStep(entered, state, shared, layer)
                }
            steps.append(state.hidden)
        }
        return (isReversed ? steps.reversed() : steps, state)
    }

    // MARK: Parameters

    /// The part of a parameter that belongs to a direction, of this shape.
    func parameter(_ input: Int, _ direction: Int, _ layer: RecurrentLayer, _ shape: [Int], _ what: String)
        throws(Diagnostic) -> ConstantTensor
    {
        let constant = try constant(input, what)
        try refuse(constant.shape != [layer.isReversed.count] + shape, "\(what) of shape \(constant.shape)")
        return constant.sliced(
            starts: [direction] + shape.map { _ in 0 }, steps: constant.shape.map { _ in 1 }, counts: [1] + shape
        ).reshaped(shape)
    }

    private func range(_ constant: ConstantTensor, _ from: Int, _ to: Int) -> ConstantTensor {
        let rest = Array(constant.shape.dropFirst())
        return constant.sliced(
            starts: [from] + rest.map { _ in 0 }, steps: constant.shape.map { _ in 1 }, counts: [to - from] + rest)
    }

    private mutating func recurrentWeights(_ layer: RecurrentLayer, _ direction: Int, _ x: Value) throws(Diagnostic)
        -> RecurrentWeights
    {
        let (parts, hidden) = (layer.cell.parts, layer.hidden)
        guard let size = x.shape[2].number else { throw Diagnostic("an input whose size is a symbol (--bind)") }
        var (sum, behind): (Value?, String?) = (nil, nil)
        if node.has(3) {
            let biases = try parameter(3, direction, layer, [2 * parts * hidden], "a bias")
            let first = range(biases, 0, parts * hidden), second = range(biases, parts * hidden, 2 * parts * hidden)
            if layer.cell == .gated(isResetBehind: true) {
                (sum, behind) = (Value(first), declare(second, name: "\(wish).bias"))
            } else {
                sum = Value(first.combined(second, first.shape) { $0 + $1 })
            }
        }
        var peepholes: [String] = []
        if node.has(7) {
            let all = try parameter(7, direction, layer, [3 * hidden], "peepholes")
            for part in 0..<3 { peepholes.append(declare(range(all, part * hidden, (part + 1) * hidden), name: "\(wish).peephole")) }
        }
        if layer.cell == .longShort(isQuantised: true) {
            let input = try dynamicWeights(1, scale: 8, layer, direction, inputs: size)
            let recurrent = try dynamicWeights(2, scale: 10, layer, direction, inputs: hidden)
            var entered = try dynamicProduct(x, input)
            if let sum { entered = emit("add", [entered, try declareBias(sum)]) }
            return RecurrentWeights(entered: entered, weights: .codes(recurrent), bias: behind, peepholes: peepholes)
        }
        let input = try parameter(1, direction, layer, [parts * hidden, size], "weights")
        let recurrent = try parameter(2, direction, layer, [parts * hidden, hidden], "weights")
        let entered = try linear(x, Value(input), sum)
        return RecurrentWeights(
            entered: try plainReal(entered), weights: .floats(try declareWeights(Value(recurrent))), bias: behind,
            peepholes: peepholes)
    }

    /// What is remembered before the first step, [1, batch, hidden]: zeros when it is left out.
    private mutating func initialState(_ input: Int, _ layer: RecurrentLayer, _ direction: Int) throws(Diagnostic) -> String {
        guard node.has(input) else {
            let zeros = ConstantTensor([1, 1, layer.hidden], [Float](repeating: 0, count: layer.hidden))
            return declare(zeros, name: "\(wish).start")
        }
        var given = try value(input)
        try refuse(given.shape.count != 3, "a first state of other than 3 axes")
        if layer.isBatchFirst { given = try transposed(given, [1, 0, 2]) }
        try refuse(
            given.shape != [Size(layer.isReversed.count), layer.batch, Size(layer.hidden)], "a first state of shape \(given.shape.text)")
        let tensor = try plainReal(given)
        return layer.isReversed.count == 1 ? tensor : cut(tensor, 0, direction, direction + 1)
    }

    // MARK: Steps

    private mutating func cut(_ tensor: String, _ axis: Int, _ from: Int, _ to: Int) -> String {
        let places: [(String, JSONValue)] = [("axes", [.integer(axis)]), ("starts", [.integer(from)]), ("ends", [.integer(to)])]
        return emit("slice", [tensor], places)
    }

    /// - Parameter hidden: [1, batch, hidden].
    private mutating func recurrentProduct(_ hidden: String, _ shared: RecurrentWeights, _ layer: RecurrentLayer)
        throws(Diagnostic) -> String
    {
        switch shared.weights {
        case .floats(let weights):
            let bias = shared.bias.map { [$0] } ?? []
            return emit("linear", [try activationRows(hidden), weights] + bias, [("output", "f32")])
        case .codes(let weights):
            return try dynamicProduct(floats(hidden, [Size(1), layer.batch, Size(layer.hidden)]), weights)
        }
    }

    private mutating func parts(_ tensor: String, _ count: Int, _ hidden: Int) -> [String] {
        let sizes = [Int](repeating: hidden, count: count)
        return draft.node(wish, "split", [tensor], [("axis", 2), ("sizes", integers(sizes))], outputs: count)
    }

    private mutating func plainStep(
        _ entered: String, _ state: RecurrentState, _ shared: RecurrentWeights, _ layer: RecurrentLayer
    ) throws(Diagnostic) -> RecurrentState {
        let sum = emit("add", [entered, try recurrentProduct(state.hidden, shared, layer)])
        return RecurrentState(hidden: emit("tanh", [sum]), memory: "")
    }

    /// Gates input, output and forget, and what may be remembered, in this order.
    private mutating func longShortStep(
        _ entered: String, _ state: RecurrentState, _ shared: RecurrentWeights, _ layer: RecurrentLayer
    ) throws(Diagnostic) -> RecurrentState {
        let isAlone = state.isZero && layer.cell == .longShort(isQuantised: true)
        let sum = isAlone ? entered : emit("add", [entered, try recurrentProduct(state.hidden, shared, layer)])
        let sums = parts(sum, 4, layer.hidden)
        func gate(_ index: Int, _ memory: String) -> String {
            guard !shared.peepholes.isEmpty else { return emit("sigmoid", [sums[index]]) }
            return emit("sigmoid", [emit("add", [sums[index], emit("mul", [memory, shared.peepholes[index]])])])
        }
        let kept = emit("mul", [gate(2, state.memory), state.memory])
        let new = emit("mul", [gate(0, state.memory), emit("tanh", [sums[3]])])
        let memory = emit("add", [kept, new])
        return RecurrentState(hidden: emit("mul", [gate(1, memory), emit("tanh", [memory])]), memory: memory)
    }

    /// Gates update and reset, and what may be remembered, in this order.
    private mutating func gatedStep(
        _ entered: String, _ state: RecurrentState, _ shared: RecurrentWeights, _ layer: RecurrentLayer, _ isResetBehind: Bool
    ) throws(Diagnostic) -> RecurrentState {
        let hidden = layer.hidden
        let sums = parts(entered, 3, hidden), products = parts(try recurrentProduct(state.hidden, shared, layer), 3, hidden)
        let update = emit("sigmoid", [emit("add", [sums[0], products[0]])])
        let reset = emit("sigmoid", [emit("add", [sums[1], products[1]])])
        var part = emit("mul", [reset, isResetBehind ? products[2] : state.hidden])
        // The product of what was reset has all three parts too; two of them are not looked at.
        if !isResetBehind { part = parts(try recurrentProduct(part, shared, layer), 3, hidden)[2] }
        let new = emit("tanh", [emit("add", [sums[2], part])])
        let rest = emit("sub", [number(1), update])
        let sum = emit("add", [emit("mul", [rest, new]), emit("mul", [update, state.hidden])])
        return RecurrentState(hidden: sum, memory: "")
    }
}
