import Diagnostics
import Formats

extension ONNXOperator {
    static let elementwise: [String: ONNXOperator] = [
        "Add": binary("add") { $0 + $1 }, "Sub": binary("sub") { $0 - $1 }, "Mul": binary("mul") { $0 * $1 },
        "Div": binary("div") { $0 / $1 },
        "Sum": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            var sum = try lowering.value(0)
            for input in lowering.node.inputs.indices.dropFirst() {
                sum = try lowering.binary("add", sum, try lowering.value(input)) { $0 + $1 }
            }
            return [sum]
        },
        "Relu": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            // Sums and codes keep their units.
            guard let edge = value.edge, edge.numbers == .sums || edge.isRealCodes else {
                return [try lowering.unary("relu", value)]
            }
            return [value.replacing(edge, lowering.emit("relu", [edge.tensor]))]
        },
        "Sigmoid": unary("sigmoid"), "Tanh": unary("tanh"), "HardSwish": unary("hard_swish"), "Silu": unary("silu"),
        "Swish": ONNXOperator(["alpha"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            guard lowering.node.float("alpha", default: 1) == 1 else {
                throw Diagnostic(field: "alpha", "other than 1")
            }
            return [try lowering.unary("silu", try lowering.value(0))]
        },
        "Gelu": gelu, "com.microsoft:Gelu": gelu,
        "Neg": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.scaled(try lowering.value(0), by: -1)]
        },
        "Abs": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            let negative = try lowering.unary("relu", try lowering.scaled(value, by: -1))
            return [try lowering.binary("add", try lowering.unary("relu", value), negative) { $0 + $1 }]
        },
        "Reciprocal": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.binary("div", Value(ConstantTensor([], [Float(1)])), try lowering.value(0)) { $0 / $1 }]
        },
        "Pow": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.power(try lowering.value(0), try lowering.value(1))]
        },
        "LeakyRelu": ONNXOperator(["alpha"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let slope = ConstantTensor([], [lowering.node.float("alpha", default: 0.01)])
            return [try lowering.leaky(try lowering.value(0), Value(slope))]
        },
        "PRelu": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.leaky(try lowering.value(0), try lowering.value(1))]
        },
        "HardSigmoid": ONNXOperator(["alpha", "beta"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let value = try lowering.value(0)
            let (alpha, beta) = (lowering.node.float("alpha", default: 0.2), lowering.node.float("beta", default: 0.5))
            if abs(alpha - 1 / 6) < 1e-6, beta == 0.5 { return [try lowering.unary("hard_sigmoid", value)] }
            let line = try lowering.binary(
                "add", try lowering.scaled(value, by: alpha), Value(ConstantTensor([], [beta]))
            ) { $0 + $1 }
            return [try lowering.clip(line, 0, 1)]
        },
        "Clip": ONNXOperator(["min", "max"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let limit = Float.greatestFiniteMagnitude
            let low =
                lowering.node.has(1) ? try lowering.number(1, "a bound") : lowering.node.float("min", default: -limit)
            let high =
                lowering.node.has(2) ? try lowering.number(2, "a bound") : lowering.node.float("max", default: limit)
            // A lower bound above the upper one loses, as in ONNX.
            return [try lowering.clip(try lowering.value(0), min(max(low, -limit), high), min(high, limit))]
        },
    ]

    private static let gelu = ONNXOperator(["approximate"]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
        let isTanh = lowering.node.text("approximate", default: "none") == "tanh"
        return [try lowering.unary("gelu", try lowering.value(0), [("approximation", isTanh ? "tanh" : "erf")])]
    }

    private static func unary(_ operation: String) -> ONNXOperator {
        ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.unary(operation, try lowering.value(0))]
        }
    }

    private static func binary(
        _ operation: String, _ function: @escaping @Sendable (Float, Float) -> Float
    ) -> ONNXOperator {
        ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            let (a, b) = (try lowering.value(0), try lowering.value(1))
            if let sizes = try lowering.sizeArithmetic(operation, a, b) { return [sizes] }
            if operation == "add", let product = try lowering.biased(a, b) { return [product] }
            return [try lowering.binary(operation, a, b, function)]
        }
    }
}

extension Edge {
    var isRealCodes: Bool { if case .codes(_, isReal: true) = numbers { true } else { false } }
}

extension Value {
    /// The same value, computed into another tensor of the same kind.
    func replacing(_ edge: Edge, _ tensor: String) -> Value {
        var copy = edge
        copy.tensor = tensor
        return Value(shape, .edge(copy))
    }
}

extension ONNXLowering {
    mutating func unary(_ operation: String, _ value: Value, _ attributes: [(String, JSONValue)] = [])
        throws(Diagnostic) -> Value
    {
        var edge = try real(value)
        edge.tensor = emit(operation, [edge.tensor], attributes)
        return Value(value.shape, .edge(edge))
    }

    mutating func clip(_ value: Value, _ low: Float, _ high: Float) throws(Diagnostic) -> Value {
        try unary("clip", value, [("min", .float(low)), ("max", .float(high))])
    }

    mutating func scaled(_ value: Value, by factor: Float) throws(Diagnostic) -> Value {
        try binary("mul", value, Value(ConstantTensor([], [factor]))) { $0 * $1 }
    }

    /// x where it is positive, slope * x where it is negative; one of the two terms is always 0.
    mutating func leaky(_ value: Value, _ slope: Value) throws(Diagnostic) -> Value {
        let negative = try clip(value, -Float.greatestFiniteMagnitude, 0)
        let part = try binary("mul", negative, slope) { $0 * $1 }
        return try binary("add", try unary("relu", value), part) { $0 + $1 }
    }

    /// The shape of two tensors that are stretched to one another.
    func broadcast(_ a: [Size], _ b: [Size]) throws(Diagnostic) -> [Size] {
        let rank = max(a.count, b.count)
        let (left, right) = (Self.padded(a, rank), Self.padded(b, rank))
        var shape: [Size] = []
        for (x, y) in zip(left, right) {
            guard x == y || x.number == 1 || y.number == 1 else {
                throw Diagnostic("shapes \(a.text) and \(b.text), which do not fit")
            }
            shape.append(x.number == 1 ? y : x)
        }
        return shape
    }

    static func padded(_ shape: [Size], _ rank: Int) -> [Size] {
        [Size](repeating: Size(1), count: rank - shape.count) + shape
    }

    mutating func binary(
        _ operation: String, _ a: Value, _ b: Value, _ function: @escaping @Sendable (Float, Float) -> Float
    ) throws(Diagnostic) -> Value {
        let shape = try broadcast(a.shape, b.shape)
        if operation == "mul" {
            if let codes = try rescaled(a, b) { return codes }
            if let codes = try rescaled(b, a) { return codes }
        }
        if let left = a.constant, let right = b.constant, let sizes = shape.numbers {
            let count = shape.product.number ?? .max
            try refuse(
                count > ConstantTensor.stretchLimit && count > max(left.count, right.count),
                "a constant of \(count) elements")
            guard left.type.isFloat || right.type.isFloat else {
                return try Self.integers(operation, left, right, sizes)
            }
            return Value(left.combined(right, sizes, floats: function))
        }
        // The axes lie as in the operand that has them all, the first one that does not lie as in ONNX.
        let edges = [a, b].filter { $0.shape == shape }.compactMap(\.edge)
        let model = edges.first { !$0.isPlain } ?? edges.first
        let order = model?.order ?? Array(shape.indices)
        if let model, model.inner != nil {
            guard let result = try flattened(operation, a, b, shape, model) else {
                return try binary(operation, try unfolded(a), try unfolded(b), function)
            }
            return result
        }
        if isCounted(a), isCounted(b), a.edge != nil || b.edge != nil, operation != "div" {
            let tensors = [
                try aligned(try moved(a), a.shape, shape, order), try aligned(try moved(b), b.shape, shape, order),
            ]
            return Value(shape, .edge(Edge(emit(operation, tensors), .whole, order: order)))
        }
        if let codes = try narrowArithmetic(operation, a, b, function) { return codes }
        if operation == "div", isCounted(a), isCounted(b) { return try wholeQuotient(a, b) }
        let left = try operand(a, shape, order)
        let right = try operand(b, shape, order)
        return Value(shape, .edge(Edge(emit(operation, [left, right]), .floats, order: order)))
    }

    /// Whole numbers of run time, or known ones.
    func isCounted(_ value: Value) -> Bool {
        value.edge?.numbers == .whole || value.edge == nil && value.constant?.type.isFloat != true
    }

    /// The bias of a linear layer that is written as an addition: the sum of a product that nothing else reads and a row.
    mutating func biased(_ a: Value, _ b: Value) throws(Diagnostic) -> Value? {
        for (input, value, other) in [(0, a, b), (1, b, a)] {
            guard let edge = value.edge, edge.numbers == .floats, edge.isPlain, let product = products[edge.tensor],
                product.bias == nil,
                uses[node.inputs[input]] == 1, uses[product.output] == 1, let constant = other.constant, constant.type.isFloat,
                let columns = value.shape.last?.number,
                constant.shape.last == columns, constant.count == columns, constant.shape.count <= value.shape.count
            else { continue }
            let name = try declareBias(Value(constant))
            draft.append(input: name, toNodeOf: edge.tensor)
            products[edge.tensor]?.bias = name
            return value
        }
        return nil
    }

    /// Constant codes whose scale is 1, times constant scales of one axis.
    private func rescaled(_ a: Value, _ b: Value) throws(Diagnostic) -> Value? {
        guard case .quantised(let codes) = a.content, codes.sharing == .tensor, try codes.scales.floats() == [1],
            codes.zeros == nil,
            case .constant(let scales) = b.content, scales.type.isFloat, scales.shape.count <= codes.codes.shape.count,
            scales.shape.count(where: { $0 > 1 }) < 2, try scales.floats().allSatisfy({ $0 > 0 && $0.isFinite })
        else { return nil }
        let padded = Self.padded(scales.shape.map { Size($0) }, a.shape.count)
        guard zip(padded, a.shape).allSatisfy({ $0.number == 1 || $0 == $1 }) else { return nil }
        return try quantised(codes.codes, codes.codec, scales, nil)
    }

    /// With tensors whose reshape has been put off, only where both are, or one is a single number.
    private mutating func flattened(
        _ operation: String, _ a: Value, _ b: Value, _ shape: [Size], _ model: Edge
    ) throws(Diagnostic) -> Value? {
        func fits(_ value: Value) -> Bool {
            if let edge = value.edge { return edge.inner == model.inner && edge.order == model.order }
            return value.shape.product.number == 1
        }
        guard fits(a), fits(b) else { return nil }
        var result = model
        result.tensor = emit(operation, [try real(scalar(a)).tensor, try real(scalar(b)).tensor])
        result.numbers = .floats
        return Value(shape, .edge(result))
    }

    private func scalar(_ value: Value) -> Value { value.constant.map { Value($0.reshaped([1])) } ?? value }

    private mutating func unfolded(_ value: Value) throws(Diagnostic) -> Value {
        guard let edge = value.edge else { return value }
        return Value(value.shape, .edge(try plain(edge, value.shape)))
    }

    /// An operand of numbers as it has to lie beside others of this order.
    private mutating func operand(_ value: Value, _ shape: [Size], _ order: [Int]) throws(Diagnostic) -> String {
        if let constant = value.constant {
            if constant.count == 1 { return try number(constant.floats()[0]) }
            // Leading axes of size 1 need not be there.
            let isPlain = order == Array(order.indices)
            let padded =
                isPlain
                ? constant
                : constant.reshaped([Int](repeating: 1, count: shape.count - constant.shape.count) + constant.shape)
            return declare(isPlain ? padded : padded.transposed(order), name: "\(wish).operand")
        }
        return try aligned(try real(value), value.shape, shape, order)
    }

    private mutating func aligned(_ edge: Edge, _ own: [Size], _ shape: [Size], _ order: [Int]) throws(Diagnostic)
        -> String
    {
        let isPlain = order == Array(order.indices)
        if isPlain || own.count == shape.count {
            return try ordered(edge, own, isPlain ? Array(own.indices) : order).tensor
        }
        let flat = try plain(edge, own)
        let padded = Self.padded(own, shape.count)
        let wide = draft.node("\(flat.tensor).wide", "reshape", [flat.tensor], [("shape", padded.json)])[0]
        return try ordered(Edge(wide, edge.numbers, rank: shape.count), padded, order).tensor
    }

    /// Constants of whole numbers; narrow ones wrap.
    private static func integers(
        _ operation: String, _ a: ConstantTensor, _ b: ConstantTensor, _ shape: [Int]
    ) throws(Diagnostic) -> Value {
        let codec = a.type.codes
        guard [ElementType.int32, .int64].contains(a.type) || codec != nil, a.type == b.type else {
            throw Diagnostic("integer arithmetic of \(a.type.name)")
        }
        let (left, right) = (a.broadcast(to: shape), b.broadcast(to: shape))
        return Value(
            ConstantTensor(a.type, shape) { () throws(Diagnostic) in
                let (x, y) = (try left.integers(), try right.integers())
                var results: [Int] = []
                for index in x.indices {
                    let result =
                        switch operation {
                        case "add": x[index].addingReportingOverflow(y[index])
                        case "sub": x[index].subtractingReportingOverflow(y[index])
                        case "mul": x[index].multipliedReportingOverflow(by: y[index])
                        default: x[index].dividedReportingOverflow(by: y[index])
                        }
                    guard !result.overflow else { throw Diagnostic("whole numbers that overflow in \(operation)") }
                    results.append(codec.map { result.partialValue.wrapped($0) } ?? result.partialValue)
                }
                return .integers(results)
            })
    }

    /// Arithmetic of few whole numbers, which shapes are made of.
    func sizeArithmetic(_ operation: String, _ a: Value, _ b: Value) throws(Diagnostic) -> Value? {
        guard case .sizes(let left) = a.content, case .sizes(let right) = b.content else { return nil }
        let count = max(left.count, right.count)
        guard left.count == count || left.count == 1, right.count == count || right.count == 1 else { return nil }
        var result: [Size] = []
        for index in 0..<count {
            let (x, y) = (left[left.count == 1 ? 0 : index], right[right.count == 1 ? 0 : index])
            switch operation {
            case "add": result.append(x + y)
            case "sub": result.append(x - y)
            case "mul": result.append(x * y)
            default:
                if let p = x.number, let q = y.number, q != 0, p != Int.min { result.append(Size(p / q)); continue }
                guard let quotient = x.divided(by: y) else {
                    throw Diagnostic("the size \(x.text) / \(y.text), which a graph cannot say")
                }
                result.append(quotient)
            }
        }
        return Value(left.count >= right.count && a.shape.count >= b.shape.count ? a.shape : b.shape, .sizes(result))
    }
}
