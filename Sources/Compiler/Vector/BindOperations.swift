import Arch
import Diagnostics
import Formats
import Graph

extension Operation {
    /// Vector operations that work element by element or row by row over the shape of their output.
    var isVector: Bool {
        switch self {
        case .binary, .unary, .clip, .softmax, .layerNorm, .rmsNorm, .rope, .quantise, .quantiseDynamic, .dequantise,
            .requantise, .mask, .encode:
            true
        default: false
        }
    }

    /// Needs whole rows of the last axis.
    var needsRows: Bool {
        switch self {
        case .softmax, .layerNorm, .rmsNorm, .rope, .quantiseDynamic: true
        default: false
        }
    }

    /// Looks at the last two axes as rows and columns.
    var needsMatrix: Bool {
        switch self {
        case .mask, .rope: true
        default: false
        }
    }
}

extension Graph {
    /// Pairs are neighbours along the last axis, which must not be cut between them.
    func needsRows(_ node: Node) -> Bool {
        node.operation.needsRows || node.outputs.contains { types[$0]?.encoding.codec.pairs != nil }
    }
}

extension VectorBinder {
    /// Appends the steps of the node.
    mutating func bind() throws {
        switch node.operation {
        case .binary(let function): try binary(function)
        case .unary(let function): try unary(function)
        case .clip(let min, let max): try clip(min: min, max: max)
        case .softmax: try softmax()
        case .layerNorm(let epsilon): try layerNorm(epsilon)
        case .rmsNorm(let epsilon): try rmsNorm(epsilon)
        case .rope(let rope): try self.rope(rope)
        case .mask(let position, let window):
            let x = try readWidened(node.inputs[0])
            let origin = lowering.graph.length?.origin(of: node.name, position: position) ?? position
            let mask = VectorStep.Mask(position: origin, window: window ?? 0, growth: lowering.growth(of: node))
            step(.mask(mask), node.outputs[0], .float32, x)
        case .quantise: try quantise()
        case .encode(let factor): try encode(factor: factor)
        case .quantiseDynamic(let granularity): try quantiseDynamic(granularity)
        case .dequantise: try dequantise()
        case .requantise(let requantisation): try requantise(requantisation)
        default: throw lowering.failure(node, "op", "is not a vector operation")
        }
    }

    /// For operations that copy elements, which does not convert: a narrow float times one is widened exactly.
    private mutating func readWidened(_ name: String) throws -> String {
        let x = try read(name)
        let codec = lowering.type(name).encoding.codec
        return codec.isFloat && codec != .float32 ? float(.multiplyFloat, x, .float(1)) : x
    }

    private mutating func binary(_ function: BinaryFunction) throws {
        let a = try read(node.inputs[0])
        let b = try read(node.inputs[1])
        let integer = lowering.type(node.outputs[0]).encoding.codec.isInteger
        let operation: ElementwiseFunction
        switch function {
        case .add: operation = integer ? .addInteger : .addFloat
        case .sub: operation = integer ? .subtractInteger : .subtractFloat
        case .mul: operation = integer ? .multiplyInteger : .multiplyFloat
        case .div: operation = .divideFloat
        }
        step(.elementwise(operation), node.outputs[0], integer ? .int32 : .float32, a, .value(b))
    }

    private mutating func unary(_ function: UnaryFunction) throws {
        let x = try read(node.inputs[0])
        let encoding = lowering.type(node.inputs[0]).encoding
        if encoding.codec.isInteger {
            guard case .uniform(let zero) = encoding.zeroPoint else {
                throw lowering.failure(node, "inputs[0]", "has a zero point per element group; one for the tensor expected")
            }
            step(.elementwise(.maxInteger), node.outputs[0], encoding.codec.elementType, x, .integer(Int32(clamping: zero + encoding.codec.memoryOffset)))
            return
        }
        step(.elementwise(.float(function.floatFunction)), node.outputs[0], .float32, x)
    }

    private mutating func clip(min: Float, max: Float) throws {
        let x = try read(node.inputs[0])
        let encoding = lowering.type(node.inputs[0]).encoding
        guard let range = encoding.codec.memoryRange else {
            step(.elementwise(.clampFloat(low: min, high: max)), node.outputs[0], .float32, x)
            return
        }
        guard case .uniform(let point) = encoding.zeroPoint, let scale = uniformScale(encoding.scale) else {
            throw lowering.failure(node, "inputs[0]", "has a scale per element group; one for the tensor expected")
        }
        let zero = point + encoding.codec.memoryOffset
        let low = Quantiser.quantised(min, scale: scale, zeroPoint: zero, range: range)
        let high = Quantiser.quantised(max, scale: scale, zeroPoint: zero, range: range)
        step(
            .elementwise(.clampInteger(low: Int32(low), high: Int32(high))), node.outputs[0],
            encoding.codec.elementType, x)
    }

    private func uniformScale(_ scale: Scale) -> Float? {
        switch lowering.term(scale, shape: [1]) {
        case .none: 1
        case .uniform(let value): value
        default: nil
        }
    }

    private mutating func softmax() throws {
        let x = try read(node.inputs[0])
        let maximum = reduceRow(.maxFloat, x)
        let shifted = float(.subtractFloat, x, .value(maximum))
        let powers = float(.float(.exp), shifted)
        let sum = reduceRow(.sumFloat, powers)
        let reciprocal = float(.float(.reciprocal), sum, width: 1)
        step(.elementwise(.multiplyFloat), node.outputs[0], .float32, powers, .value(reciprocal))
    }

    private var columns: Float { Float(lowering.type(node.inputs[0]).shape.last ?? 1) }

    private mutating func inverseDeviation(_ x: String, epsilon: Float) -> String {
        let squares = float(.multiplyFloat, x, .value(x))
        let sum = reduceRow(.sumFloat, squares)
        let mean = float(.divideFloat, sum, .float(columns), width: 1)
        let shifted = float(.addFloat, mean, .float(epsilon), width: 1)
        return float(.float(.rsqrt), shifted, width: 1)
    }

    private mutating func layerNorm(_ epsilon: Float) throws {
        let x = try read(node.inputs[0])
        let sum = reduceRow(.sumFloat, x)
        let mean = float(.divideFloat, sum, .float(columns), width: 1)
        let centred = float(.subtractFloat, x, .value(mean))
        let scale = inverseDeviation(centred, epsilon: epsilon)
        let normal = float(.multiplyFloat, centred, .value(scale))
        let gamma = try read(node.inputs[1])
        let scaled = float(.multiplyFloat, normal, .value(gamma))
        if node.inputs.count > 2 {
            let beta = try read(node.inputs[2])
            _ = float(.addFloat, scaled, .value(beta))
        }
        finish()
    }

    private mutating func rmsNorm(_ epsilon: Float) throws {
        let x = try read(node.inputs[0])
        let scale = inverseDeviation(x, epsilon: epsilon)
        let normal = float(.multiplyFloat, x, .value(scale))
        if node.inputs.count > 1 {
            let gamma = try read(node.inputs[1])
            _ = float(.multiplyFloat, normal, .value(gamma))
        }
        finish()
    }

    private mutating func rope(_ rope: Rope) throws {
        let x = try readWidened(node.inputs[0])
        let rows = lowering.type(node.inputs[0]).shape.dropLast().last ?? 1
        let pairs = rope.rotaryDimension / 2
        let tables = try [false, true].map { isSine in
            try read(lowering.rotaryTable(rope, node, rows: rows, isSine: isSine), width: pairs)
        }
        step(.rope(rope), node.outputs[0], .float32, x, .value(tables[0]), c: tables[1])
    }
}

extension Lowering {
    /// By how much the node's position grows with the graph's open length.
    func growth(of node: Node) -> Int { graph.length?.growth[node.name] ?? 0 }

    /// Name of a constant with cosines or sines [rows][pairs]. With an open length it has rows for all lengths, one
    /// after the other, and the view of those for one length moves along it.
    fileprivate mutating func rotaryTable(_ rope: Rope, _ node: Node, rows: Int, isSine: Bool) throws -> String {
        let lengths = graph.length?.range ?? 0...0
        let growth = growth(of: node)
        var first = rope
        first.position -= growth * (lengths.count - 1)
        let scaling = rope.factors.isEmpty && rope.magnitude == 1 ? "" : " \(rope.factors) \(rope.magnitude)"
        let name =
            "rope \(rope.base) \(rope.rotaryDimension) \(first.position) \(growth) \(rows)\(scaling) \(isSine ? "sine" : "cosine")"
        guard views[name] == nil else { return name }
        let pairs = rope.rotaryDimension / 2
        let stored = rows + growth * (lengths.count - 1)
        var view = try parameter(name, shape: [stored, pairs], type: .float32, traffic: .weights) { [first] _ in
            first.table(rows: stored, isSine: isSine)
        }
        view.shape = [rows, pairs]
        view.growth = growth * pairs * view.elementBytes
        view.address -= view.growth * lengths.lowerBound
        views[name] = view
        return name
    }
}

extension Rope {
    /// Cosines or sines [rows][pairs], little-endian f32.
    fileprivate func table(rows: Int, isSine: Bool) -> [UInt8] {
        let frequencies = RotaryTable.frequencies(rotaryDimension: rotaryDimension, base: base, factors: factors)
        let values = (0..<rows).flatMap { row in
            frequencies.map { frequency in
                let turn = frequency.cosineSine(position: position + row)
                return (isSine ? turn.sine : turn.cosine) * magnitude
            }
        }
        return values.littleEndianBytes
    }
}

extension UnaryFunction {
    fileprivate var floatFunction: FloatFunction {
        switch self {
        case .relu: .relu
        case .gelu: .gelu
        case .geluTanh: .geluTanh
        case .silu: .silu
        case .sigmoid: .sigmoid
        case .tanh: .tanh
        case .hardSwish: .hardSwish
        case .hardSigmoid: .hardSigmoid
        case .exp: .exp
        case .log: .log
        case .rsqrt: .rsqrt
        case .erf: .erf
        case .sin: .sin
        case .cos: .cos
        }
    }
}
