import Diagnostics
import Formats

/// RNN, GRU and LSTM of ONNX: as many steps as the sequence is long, one behind another, made of products, sums and functions.
///
/// What enters is multiplied for all steps at once; each step multiplies what the last one left.
struct RecurrentLayer {
    enum Cell: Equatable {
        case plain
        /// Whether the reset gate is applied behind the product.
        case gated(isResetBehind: Bool)
        /// Whether weights are codes [inputs, columns], multiplied with codes of run time.
        case longShort(isQuantised: Bool)

        /// Parts of the weights, each as large as what is remembered.
        var parts: Int {
            switch self {
            case .plain: 1
            case .gated: 3
            case .longShort: 4
            }
        }

        var activations: [String] {
            switch self {
            case .plain: ["Tanh"]
            case .gated: ["Sigmoid", "Tanh"]
            case .longShort: ["Sigmoid", "Tanh", "Tanh"]
            }
        }
    }

    var cell: Cell
    /// Whether batches are the first axis.
    var isBatchFirst: Bool
    /// For each direction, whether it goes from the last step to the first.
    var isReversed: [Bool]
    var hidden: Int
    var steps: Int
    var batch: Size
}

extension ONNXOperator {
    private static let attributes: Set<String> = [
        "activations", "activation_alpha", "activation_beta", "clip", "direction", "hidden_size", "layout",
        "linear_before_reset", "input_forget", "output_sequence",
    ]

    static let recurrent: [String: ONNXOperator] = [
        "RNN": ONNXOperator(attributes) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.recurrent(.plain)
        },
        "GRU": ONNXOperator(attributes) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.recurrent(.gated(isResetBehind: lowering.node.integer("linear_before_reset", default: 0) != 0))
        },
        "LSTM": ONNXOperator(attributes) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.recurrent(.longShort(isQuantised: false))
        },
        "com.microsoft:DynamicQuantizeLSTM": ONNXOperator(attributes) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            try lowering.recurrent(.longShort(isQuantised: true))
        },
    ]
}

extension ONNXLowering {
    mutating func recurrent(_ cell: RecurrentLayer.Cell) throws(Diagnostic) -> [Value] {
        let isBatchFirst = node.integer("layout", default: 0) != 0
        var x = try value(0)
        try refuse(x.shape.count != 3, "an input of other than 3 axes")
        if isBatchFirst { x = try transposed(x, [1, 0, 2]) }
        let layer = try recurrentLayer(cell, x, isBatchFirst)
        var (sequences, hiddens, memories): ([String], [String], [String]) = ([], [], [])
        for direction in layer.isReversed.indices {
            let run = try unrolled(layer, direction, x)
            let sequence = run.steps.count == 1 ? run.steps[0] : emit("concat", run.steps, [("axis", 0)])
            let shape = [Size(layer.steps), Size(1), layer.batch, Size(layer.hidden)]
            sequences.append(draft.node("\(wish).direction", "reshape", [sequence], [("shape", shape.json)])[0])
            hiddens.append(run.state.hidden)
            memories.append(run.state.memory)
        }
        let count = Size(layer.isReversed.count)
        func joined(_ parts: [String], axis: Int, _ shape: [Size], _ batchFirst: [Int]) -> Value {
            let tensor = parts.count == 1 ? parts[0] : emit("concat", parts, [("axis", .integer(axis))])
            let result = floats(tensor, shape)
            return isBatchFirst ? Value(batchFirst.map { shape[$0] }, moved(result, batchFirst)) : result
        }
        let state = [count, layer.batch, Size(layer.hidden)]
        return [
            joined(sequences, axis: 1, [Size(layer.steps)] + state, [2, 0, 1, 3]), joined(hiddens, axis: 0, state, [1, 0, 2]),
            joined(memories, axis: 0, state, [1, 0, 2]),
        ]
    }

    /// The same tensor with its axes called otherwise.
    private func moved(_ value: Value, _ permutation: [Int]) -> Value.Content {
        guard var edge = value.edge else { return value.content }
        edge.order = edge.order.map { axis in permutation.firstIndex(of: axis) ?? axis }
        return .edge(edge)
    }

    private func recurrentLayer(_ cell: RecurrentLayer.Cell, _ x: Value, _ isBatchFirst: Bool) throws(Diagnostic)
        -> RecurrentLayer
    {
        guard let steps = x.shape[0].number, steps <= 1 << 12 else {
            throw Diagnostic("a sequence whose length is a symbol or above 4096 (--bind)")
        }
        let direction = node.text("direction", default: "forward")
        guard let isReversed = ["forward": [false], "reverse": [true], "bidirectional": [false, true]][direction] else {
            throw Diagnostic(field: "direction", "is '\(direction)'")
        }
        let given = node.attributes["activations"]?.strings.compactMap { String(bytes: $0, encoding: .utf8) } ?? []
        let expected = isReversed.flatMap { _ in cell.activations }
        try refuse(!given.isEmpty && given != expected, "other functions than \(expected)", field: "activations")
        try refuse(node.attributes["clip"] != nil, "limits of sums", field: "clip")
        try refuse(node.integer("input_forget", default: 0) != 0, "a coupled forget gate", field: "input_forget")
        if node.has(4) {
            let lengths = try constant(4, "lengths of sequences").integers()
            try refuse(lengths.contains { $0 != steps }, "sequences that are shorter than \(steps)")
        }
        guard let weights = try value(2).shape.numbers, weights.count == 3, weights[0] == isReversed.count,
            case let (hidden, columns) = cell == .longShort(isQuantised: true) ? (weights[1], weights[2]) : (weights[2], weights[1]),
            hidden <= 1 << 24, columns == cell.parts * hidden
        else { throw Diagnostic("weights of another shape") }
        return RecurrentLayer(
            cell: cell, isBatchFirst: isBatchFirst, isReversed: isReversed, hidden: hidden, steps: steps,
            batch: x.shape[1])
    }
}
