import Diagnostics
import Formats

extension ONNXOperator {
    static let products: [String: ONNXOperator] = [
        "Conv": ONNXOperator(["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.convolution(try lowering.value(0), try lowering.value(1), lowering.optional(2))]
        },
        "ConvTranspose": ONNXOperator([
            "auto_pad", "dilations", "group", "kernel_shape", "output_padding", "output_shape", "pads", "strides",
        ]) { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.transposedConvolution()]
        },
        "Gemm": ONNXOperator(["alpha", "beta", "transA", "transB", "broadcast"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.gemm(try lowering.value(0), try lowering.value(1), lowering.optional(2))]
        },
        "MatMul": ONNXOperator { (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.matmul(try lowering.value(0), try lowering.value(1))]
        },
        "com.microsoft:MatMulNBits": ONNXOperator(["K", "N", "bits", "block_size", "accuracy_level"]) {
            (lowering: inout ONNXLowering) throws(Diagnostic) in
            [try lowering.blockedProduct()]
        },
    ]
}

extension ONNXLowering {
    // MARK: Matrices

    func refuse(_ condition: Bool, _ message: String, field: String? = nil) throws(Diagnostic) {
        if condition { throw Diagnostic(field: field, message) }
    }

    mutating func gemm(_ a: Value, _ b: Value, _ c: Value?) throws(Diagnostic) -> Value {
        try refuse(a.shape.count != 2 || b.shape.count != 2, "matrices of other than 2 axes")
        let (alpha, beta) = (node.float("alpha", default: 1), node.float("beta", default: 1))
        let left = node.integer("transA", default: 0) == 0 ? a : try transposed(a, [1, 0])
        let isScaled = alpha != 1 && b.constant != nil
        // A factor of the product goes into weights that are floats anyway.
        var right = isScaled ? Value(scaledConstant(b, alpha)) : b
        if node.integer("transB", default: 0) == 0 { right = try transposed(right, [1, 0]) }
        let bias = try c.map { value throws(Diagnostic) in
            beta == 1 ? value : value.constant.map { constant in Value(constant.map { $0 * beta }) } ?? value
        }
        if let bias, isBias(bias, right.shape[0]), alpha == 1 || isScaled, beta == 1 || bias.constant != nil {
            return try linear(left, right, bias)
        }
        var product = try linear(left, right, nil)
        if alpha != 1, !isScaled { product = try scaled(product, by: alpha) }
        guard let c else { return product }
        let offset = beta == 1 ? c : try scaled(c, by: beta)
        return try binary("add", product, offset) { $0 + $1 }
    }

    private func scaledConstant(_ value: Value, _ factor: Float) -> ConstantTensor {
        let constant = value.constant ?? ConstantTensor([], [Float(0)])
        return constant.map { $0 * factor }
    }

    /// One number for each of so many columns, known beforehand.
    private func isBias(_ value: Value, _ columns: Size) -> Bool {
        guard value.constant != nil, let count = columns.number, let shape = value.shape.numbers else { return false }
        return shape == [count] || shape == [1, count]
    }

    mutating func matmul(_ a: Value, _ b: Value) throws(Diagnostic) -> Value {
        try refuse(a.shape.isEmpty || b.shape.isEmpty, "a product of single numbers")
        if a.shape.count == 1 {
            let product = try matmul(try reshaped(a, [Size(1)] + a.shape), b)
            return try reshaped(product, product.shape.dropLast(2) + product.shape.suffix(1))
        }
        if b.shape.count == 1 {
            let product = try matmul(a, try reshaped(b, b.shape + [Size(1)]))
            return try reshaped(product, Array(product.shape.dropLast()))
        }
        try refuse(
            a.shape[a.shape.count - 1] != b.shape[b.shape.count - 2],
            "shapes \(a.shape.text) and \(b.shape.text), which do not fit")
        if b.shape.count == 2, b.constant != nil { return try linear(a, try transposed(b, [1, 0]), nil) }
        return try batched(a, b)
    }

    /// Products of matrices that belong together one by one, or of all with the same.
    private mutating func batched(_ a: Value, _ b: Value) throws(Diagnostic) -> Value {
        let leading = try broadcast(Array(a.shape.dropLast(2)), Array(b.shape.dropLast(2)))
        let own = Self.padded(Array(b.shape.dropLast(2)), leading.count)
        let isOne = own.allSatisfy { $0.number == 1 }
        if Self.padded(Array(a.shape.dropLast(2)), leading.count) != leading || !(isOne || own == leading) {
            return try batched(try repeated(a, leading), try repeated(b, leading))
        }
        // No sums: angles of rotary positions are such products, and f16 would not tell places apart.
        if a.shape[a.shape.count - 1].number == 1, codes(a) == nil || codes(b) == nil { return try binary("mul", a, b) { $0 * $1 } }
        let shape = leading + [a.shape[a.shape.count - 2], b.shape[b.shape.count - 1]]
        if let left = codes(a), let right = codes(b) {
            let tensors = [try plain(left, a.shape).tensor, try plain(right, b.shape).tensor]
            if case .codes(let format, _) = left.numbers, format.zero != 0 {
                return try centredProduct(tensors, format, b.shape, shape)
            }
            return Value(shape, .edge(Edge(emit("matmul", tensors, [("output", "int32")]), .sums, rank: shape.count)))
        }
        if let format = activationCodes { return try codedProduct(a, b, shape, format) }
        let left = try activation(a)
        // Codes beside codes only, so both are floats.
        let last = Array(b.shape.indices)
        var swapped = last
        swapped.swapAt(last.count - 1, last.count - 2)
        let edge = try real(b)
        if edge.inner == nil, edge.order == swapped {
            return floats(emit("matmul", [left, try half(edge.tensor)], [("transpose_b", true)]), shape)
        }
        return floats(emit("matmul", [left, try half(try plain(edge, b.shape).tensor)]), shape)
    }

    /// Matrices that are as many as others, one for each of them.
    private mutating func repeated(_ value: Value, _ leading: [Size]) throws(Diagnostic) -> Value {
        let matrix = Array(value.shape.suffix(2))
        try refuse(codes(value) != nil, "matrices of codes that are stretched over others: \(value.shape.text) over \(leading.text)")
        return try stretched(try reshaped(value, Self.padded(value.shape, leading.count + 2)), to: leading + matrix)
    }

    /// Codes that stand for numbers, computed at run time.
    func codes(_ value: Value) -> Edge? { value.edge.flatMap { $0.isRealCodes ? $0 : nil } }

    /// x [..., K] by weights [N, K].
    mutating func linear(_ x: Value, _ weight: Value, _ bias: Value?) throws(Diagnostic) -> Value {
        let shape = x.shape.dropLast() + [weight.shape[0]]
        if case .edge(let edge) = weight.content {
            return try runTimeLinear(x, weight, edge, bias, Array(shape))
        }
        var x = x
        var weight = weight
        if let (unfolded, permuted) = try flattenedOperand(x, weight) { (x, weight) = (unfolded, permuted) }
        let sums = try integerBias(x, weight, bias)
        if let edge = codes(x), case .quantised(let constant) = weight.content, let sums {
            let tensors = [try plain(edge, x.shape).tensor, declare(codes: constant)] + (sums.map { [$0] } ?? [])
            return Value(
                Array(shape), .edge(Edge(emit("linear", tensors, [("output", "int32")]), .sums, rank: shape.count)))
        }
        let isFloat: Bool
        let weights: String
        if case .quantised(let constant) = weight.content, isUsable(constant) {
            (weights, isFloat) = (declare(codes: constant), false)
        } else {
            (weights, isFloat) = (try declareWeights(weight), true)
        }
        var tensors = [
            codes(x) != nil && !isFloat ? try plain(try moved(x), x.shape).tensor : try activation(x), weights,
        ]
        let offset = try bias.map { value throws(Diagnostic) in try declareBias(value) }
        if let offset { tensors.append(offset) }
        let tensor = emit("linear", tensors, [("output", "f32")])
        products[tensor] = Product(weight: weights, bias: offset, output: wish)
        return floats(tensor, Array(shape))
    }

    private mutating func runTimeLinear(
        _ x: Value, _ weight: Value, _ edge: Edge, _ bias: Value?, _ shape: [Size]
    ) throws(Diagnostic) -> Value {
        let turned = try transposed(weight, [1, 0])
        let product = try batched(x, turned)
        return try bias.map { value throws(Diagnostic) in try binary("add", product, value) { $0 + $1 } } ?? product
    }

    /// Group scales run along K only, which is the last axis.
    private func isUsable(_ constant: QuantisedConstant) -> Bool {
        switch constant.sharing {
        case .tensor, .axis(0), .group: true
        case .axis: false
        }
    }

    /// Instead of an image that is transposed and flattened, weights whose inputs are in the order of the image.
    private mutating func flattenedOperand(_ x: Value, _ weight: Value) throws(Diagnostic) -> (Value, Value)? {
        guard let edge = x.edge, let inner = edge.inner, edge.order.first == 0, x.shape.count == 2,
            x.shape[0] == inner[0],
            let sizes = Array(inner.dropFirst()).numbers, let rows = weight.shape[0].number
        else { return nil }
        let permutation = [0] + edge.order.dropFirst()
        func permuted(_ tensor: ConstantTensor) -> ConstantTensor {
            tensor.reshaped([rows] + sizes).transposed(permutation).reshaped([rows, sizes.reduce(1, *)])
        }
        let moved: Value
        switch weight.content {
        case .quantised(var constant):
            if case .group = constant.sharing { return nil }
            constant.codes = permuted(constant.codes)
            moved = Value(weight.shape, .quantised(constant))
        default:
            guard let constant = weight.constant else { return nil }
            moved = Value(permuted(constant))
        }
        let tensor = draft.node("\(edge.tensor).flat", "reshape", [edge.tensor], [("shape", x.shape.json)])[0]
        return (Value(x.shape, .edge(Edge(tensor, edge.numbers, rank: 2))), moved)
    }

    // MARK: Constants of products

    /// The float operand of a product, in the format of activations.
    mutating func activation(_ value: Value) throws(Diagnostic) -> String { try activationRows(try plainReal(value)) }

    /// Narrower floats where the import asks for them.
    mutating func half(_ tensor: String) throws(Diagnostic) -> String {
        guard let format = formats.activations else { return tensor }
        let codec = JSONValue.string(format.codec.name)
        if !format.needsScale {
            return draft.node("\(tensor).\(format.codec.name)", "quantise", [tensor], [("encoding", codec)])[0]
        }
        return tensor
    }

    mutating func declareWeights(_ weight: Value) throws(Diagnostic) -> String {
        guard let constant = weight.constant else { throw Diagnostic("weights out of open sizes (--bind)") }
        let name = weightName
        overridable += [name, wish]
        guard let format = formats.weights(of: [name, wish]) else { return declare(constant, name: name) }
        if !format.scalesWeights { return declare(constant, name: name, codec: format.codec) }
        var fitted = format
        let isKernel = constant.shape.count == 4
        guard isKernel || constant.shape.count == 2 else { return declare(constant, name: name) }
        if case .group(let group) = format.sharing, isKernel || group > (constant.shape.last ?? 1) { fitted.sharing = .channel }
        return draft.constant(ImportedConstant(name: name, content: .weights(constant, fitted)))
    }

    private var weightName: String {
        let second = node.inputs.indices.contains(1) ? node.inputs[1] : ""
        return second.isEmpty ? "\(wish).weight" : second
    }

    mutating func declare(codes: QuantisedConstant) -> String {
        draft.constant(ImportedConstant(name: weightName, content: .codes(codes)))
    }

    mutating func declareBias(_ value: Value) throws(Diagnostic) -> String {
        guard let constant = value.constant else { throw Diagnostic("a bias computed at run time") }
        return declare(constant.reshaped([constant.count]), name: "\(wish).bias")
    }

    /// The int32 bias of a sum of codes: none, or one that counts in units of the sum. The outer `nil` when it is another one.
    mutating func integerBias(_ x: Value, _ weight: Value, _ bias: Value?) throws(Diagnostic) -> String?? {
        guard let bias else { return .some(nil) }
        guard let edge = codes(x), case .codes(let format, _) = edge.numbers,
            case .quantised(let codes) = weight.content,
            case .quantised(let offsets) = bias.content, offsets.codec == .signed(bits: 32)
        else { return nil }
        let (units, scales) = (try offsets.scales.floats(), try codes.scales.floats())
        let expected = scales.map { $0 * (format.scale ?? 1) }
        let count = max(units.count, expected.count)
        let fits = (0..<count).allSatisfy { index in
            let (unit, sum) = (
                units[units.count == 1 ? 0 : index % units.count],
                expected[expected.count == 1 ? 0 : index % expected.count]
            )
            return abs(unit - sum) <= 1e-5 * abs(sum)
        }
        let zeros = try offsets.zeros?.integers() ?? []
        guard fits, zeros.allSatisfy({ $0 == 0 }) else { return nil }
        let flat = offsets.codes.reshaped([offsets.codes.count])
        return draft.constant(ImportedConstant(name: "\(wish).bias", content: .whole(flat)))
    }
}
