import Diagnostics

/// Finds operators that exporters write as several: LayerNorm, RMSNorm, GELU and SiLU.
struct Raising {
    private(set) var nodes: [ONNXNode]
    /// Constants of one number.
    private let numbers: [String: Float]
    private var producers: [String: Int] = [:]
    private var readers: [String: [Int]] = [:]

    private init(_ nodes: [ONNXNode], _ numbers: [String: Float]) {
        self.nodes = nodes
        self.numbers = numbers
        for (index, node) in nodes.enumerated() {
            for output in node.outputs { producers[output] = index }
            for input in Set(node.reads) { readers[input, default: []].append(index) }
        }
    }

    /// The nodes with patterns replaced, without those that no output needs.
    ///
    /// - Parameter constants: constants of one number, by name.
    static func raised(_ nodes: [ONNXNode], constants: [String: Float], outputs: [String]) -> [ONNXNode] {
        var raising = Raising(nodes, constants)
        for index in nodes.indices {
            let found: (last: Int, node: ONNXNode)? =
                switch nodes[index].operation {
                case "Erf": raising.gelu(at: index)
                case "Tanh": raising.tanhGelu(at: index)
                case "Sigmoid": raising.silu(at: index)
                case "Sqrt": raising.norm(at: index)
                case "Where": raising.guarded(at: index)
                default: nil
                }
            if let found { raising.nodes[found.last] = found.node }
        }
        var needed = Set(outputs)
        var live: [ONNXNode] = []
        for node in raising.nodes.reversed() where !needed.isDisjoint(with: node.outputs) {
            needed.formUnion(node.reads)
            live.append(node)
        }
        return live.reversed()
    }

    // MARK: Parts of patterns

    private func producer(_ name: String, _ operation: String) -> ONNXNode? {
        producers[name].map { nodes[$0] }.flatMap { $0.operation == operation ? $0 : nil }
    }

    private func reader(_ name: String, _ operation: String) -> Int? {
        readers[name]?.first { nodes[$0].operation == operation }
    }

    private func onlyReader(_ name: String, _ operation: String) -> Int? {
        guard let all = readers[name], all.count == 1, nodes[all[0]].operation == operation else { return nil }
        return all[0]
    }

    private func isNumber(_ name: String, _ number: Float) -> Bool {
        numbers[name].map { abs($0 - number) <= 1e-3 * abs(number) } ?? false
    }

    /// The other operand of a node of two, one of which is `name`.
    private func other(_ node: ONNXNode, than name: String) -> String? {
        guard node.inputs.count == 2, let index = node.inputs.firstIndex(of: name) else { return nil }
        return node.inputs[1 - index]
    }

    /// The operand that is multiplied by this number.
    private func factor(_ name: String, _ number: Float) -> String? {
        guard let node = producer(name, "Mul"), node.inputs.count == 2 else { return nil }
        if isNumber(node.inputs[1], number) { return node.inputs[0] }
        return isNumber(node.inputs[0], number) ? node.inputs[1] : nil
    }

    /// Follows multiplications of `name` until it has been multiplied by x and by a number.
    private func product(of name: String, x: String, number: Float) -> Int? {
        var (current, hasX, hasNumber) = (name, false, false)
        for _ in 0..<2 {
            guard let index = onlyReader(current, "Mul"), let second = other(nodes[index], than: current) else {
                return nil
            }
            if second == x, !hasX {
                hasX = true
            } else if isNumber(second, number), !hasNumber {
                hasNumber = true
            } else if !hasX,
                !hasNumber, factor(second, number) == x
            {
                (hasX, hasNumber) = (true, true)
            } else {
                return nil
            }
            if hasX, hasNumber { return index }
            current = nodes[index].outputs[0]
        }
        return nil
    }

    private func replacement(_ operation: String, _ last: Int, _ inputs: [String]) -> (last: Int, node: ONNXNode) {
        (
            last,
            ONNXNode(operation, name: nodes[last].name, inputs: inputs, outputs: [nodes[last].outputs[0]], version: 20)
        )
    }

    // MARK: Patterns

    /// 0.5 x (1 + erf(x / sqrt 2))
    private func gelu(at index: Int) -> (last: Int, node: ONNXNode)? {
        let argument = nodes[index].inputs[0]
        let half: Float = 0.5
        var x = factor(argument, half.squareRoot())
        if let node = producer(argument, "Div"), node.inputs.count == 2, isNumber(node.inputs[1], Float(2).squareRoot())
        {
            x = node.inputs[0]
        }
        guard let x, let sum = onlyReader(nodes[index].outputs[0], "Add"),
            let one = other(nodes[sum], than: nodes[index].outputs[0]),
            isNumber(one, 1), let last = product(of: nodes[sum].outputs[0], x: x, number: half)
        else { return nil }
        return replacement("Gelu", last, [x])
    }

    /// 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
    private func tanhGelu(at index: Int) -> (last: Int, node: ONNXNode)? {
        guard let inner = factor(nodes[index].inputs[0], 0.797_884_6), let line = producer(inner, "Add"),
            line.inputs.count == 2
        else { return nil }
        for (x, term) in [(line.inputs[0], line.inputs[1]), (line.inputs[1], line.inputs[0])] {
            guard let cube = factor(term, 0.044_715), isCube(cube, of: x),
                let sum = onlyReader(nodes[index].outputs[0], "Add"),
                let one = other(nodes[sum], than: nodes[index].outputs[0]),
                isNumber(one, 1), let last = product(of: nodes[sum].outputs[0], x: x, number: 0.5)
            else { continue }
            var found = replacement("Gelu", last, [x])
            found.node.attributes["approximate"] = Onnx_AttributeProto.with { $0.s = .init("tanh".utf8) }
            return found
        }
        return nil
    }

    private func isCube(_ name: String, of x: String) -> Bool {
        if let power = producer(name, "Pow"), power.inputs.count == 2 {
            return power.inputs[0] == x && isNumber(power.inputs[1], 3)
        }
        guard let node = producer(name, "Mul"), let square = other(node, than: x) else { return false }
        return isSquare(square, of: x)
    }

    private func isSquare(_ name: String, of x: String) -> Bool {
        if let power = producer(name, "Pow"), power.inputs.count == 2 {
            return power.inputs[0] == x && isNumber(power.inputs[1], 2)
        }
        return producer(name, "Mul")?.inputs == [x, x]
    }

    /// x sigmoid(x)
    private func silu(at index: Int) -> (last: Int, node: ONNXNode)? {
        let (x, gate) = (nodes[index].inputs[0], nodes[index].outputs[0])
        guard let last = onlyReader(gate, "Mul"), other(nodes[last], than: gate) == x else { return nil }
        return replacement("Silu", last, [x])
    }

    /// 0 where a softmax is no number: a mask may leave nothing of a row. Without one all scores are finite, and so is the softmax.
    private func guarded(at index: Int) -> (last: Int, node: ONNXNode)? {
        let inputs = nodes[index].inputs
        guard inputs.count == 3, numbers[inputs[1]] == 0, producer(inputs[0], "IsNaN")?.inputs == [inputs[2]],
            let softmax = producer(inputs[2], "Softmax"), let scores = softmax.inputs.first
        else {
            return nil
        }
        let isMasked = producer(scores, "Add") != nil || producer(scores, "Where") != nil
        return replacement(isMasked ? "SoftmaxOrZero" : "Identity", index, [inputs[2]])
    }

    /// (x - mean) / sqrt(variance + epsilon) * gamma + beta, or without the mean and beta; the square root is found first.
    private func norm(at index: Int) -> (last: Int, node: ONNXNode)? {
        guard let sum = producer(nodes[index].inputs[0], "Add"), sum.inputs.count == 2 else { return nil }
        let (first, second) = (numbers[sum.inputs[0]], numbers[sum.inputs[1]])
        guard let epsilon = second ?? first,
            let mean = producer(second == nil ? sum.inputs[1] : sum.inputs[0], "ReduceMean"),
            let axis = self.axis(mean), let square = producers[mean.inputs[0]].map({ nodes[$0] }),
            let centred = square.inputs.first,
            isSquare(mean.inputs[0], of: centred), let quotient = quotient(nodes[index].outputs[0], of: centred)
        else { return nil }
        guard let scaling = onlyReader(nodes[quotient].outputs[0], "Mul"),
            let gamma = other(nodes[scaling], than: nodes[quotient].outputs[0])
        else { return nil }
        func norm(_ operation: String, _ last: Int, _ inputs: [String]) -> (last: Int, node: ONNXNode) {
            var found = replacement(operation, last, inputs)
            found.node.attributes["axis"] = Onnx_AttributeProto.with { $0.i = Int64(axis) }
            found.node.attributes["epsilon"] = Onnx_AttributeProto.with { $0.f = epsilon }
            return found
        }
        guard let difference = producer(centred, "Sub"), difference.inputs.count == 2,
            let average = producer(difference.inputs[1], "ReduceMean"),
            average.inputs.first == difference.inputs[0], self.axis(average) == axis
        else { return norm(Self.rowRMS, scaling, [centred, gamma]) }
        guard let shift = onlyReader(nodes[scaling].outputs[0], "Add"),
            let beta = other(nodes[shift], than: nodes[scaling].outputs[0])
        else {
            return norm(Self.rowLayer, scaling, [difference.inputs[0], gamma])
        }
        return norm(Self.rowLayer, shift, [difference.inputs[0], gamma, beta])
    }

    /// Norms of the last axis alone.
    static let rowLayer = "(row LayerNormalization)", rowRMS = "(row RMSNormalization)"

    /// x / root, or x times its reciprocal.
    private func quotient(_ root: String, of x: String) -> Int? {
        if let index = reader(root, "Div"), nodes[index].inputs == [x, root] { return index }
        let reciprocals = [
            reader(root, "Reciprocal"), reader(root, "Div").flatMap { isNumber(nodes[$0].inputs[0], 1) ? $0 : nil },
        ]
        for case let index? in reciprocals {
            if let last = reader(nodes[index].outputs[0], "Mul"), other(nodes[last], than: nodes[index].outputs[0]) == x
            {
                return last
            }
        }
        return nil
    }

    private func axis(_ node: ONNXNode) -> Int? {
        guard node.integer("keepdims", default: 1) != 0 else { return nil }
        if let axes = node.integers("axes") { return axes.count == 1 ? axes[0] : nil }
        return node.has(1) ? numbers[node.inputs[1]].map { Int($0) } : nil
    }
}
