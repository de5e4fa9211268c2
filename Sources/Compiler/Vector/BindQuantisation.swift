import Arch
import Diagnostics
import Formats
import Graph

extension VectorBinder {
    var outputEncoding: TensorEncoding { lowering.type(node.outputs[0]).encoding }

    func uniformZero(_ encoding: TensorEncoding, _ field: String) throws -> Int32 {
        guard case .uniform(let zero) = encoding.zeroPoint else {
            throw lowering.failure(node, field, "has a zero point per element group; one for the tensor expected")
        }
        return Int32(clamping: zero + encoding.codec.memoryOffset)
    }

    /// The scale as a second operand, and the group size when it changes along the last axis.
    /// A parameter that is no scale keeps the numbers of its tensor.
    private mutating func second(
        _ scale: Scale, shape: [Int], isScale: Bool = true
    ) throws -> (VectorStep.Second, group: Int?) {
        if !isScale, case .tensor(let name, .tensor) = scale { return (.value(try readColumn(name)), nil) }
        if case .tensor(let name, .axis(let axis)) = scale, axis != shape.count - 1 {
            return (.value(try readAxis(name, axis: axis, rank: shape.count)), nil)
        }
        switch lowering.term(scale, shape: shape) {
        case .none: return (.float(1), nil)
        case .uniform(let value): return (.float(value), nil)
        case .column(let name): return (.value(try readColumn(name)), nil)
        case .row(let name, let groups, let size):
            return (.value(try read(name, width: groups)), groups > 1 ? size : nil)
        }
    }

    /// A parameter with one value per index of an axis that is not the last.
    private mutating func readAxis(_ name: String, axis: Int, rank: Int) throws -> String {
        if binding.operands[name] != nil { return name }
        var view = try lowering.view(name)
        view.shape = (0..<rank).map { $0 == axis ? view.shape[0] : 1 }
        view.strides = (0..<rank).map { $0 == axis ? view.strides[0] : 0 }
        guard let bound = binding.domain.view(view) else { throw DoesNotBind() }
        binding.operands[name] = BoundOperand(view: bound, width: nil)
        return name
    }

    mutating func grouped(
        _ function: ElementwiseFunction, _ output: String, _ type: ElementType, _ a: String,
        _ second: (VectorStep.Second, group: Int?)
    ) {
        let kind: VectorStep.Kind = second.group.map { .elementwiseByGroup(function, size: $0) } ?? .elementwise(function)
        step(kind, output, type, a, second.0)
    }

    mutating func quantise() throws {
        let x = try read(node.inputs[0])
        let encoding = outputEncoding
        if encoding.codec.isFloat || encoding.codec.hasGaps { return try round(x, to: encoding) }
        if let pairs = encoding.codec.pairs {
            let scale = try second(encoding.scale, shape: lowering.type(node.outputs[0]).shape)
            return makePairs(pairs, of: x, scale)
        }
        let zero = try uniformZero(encoding, "encoding.zero")
        let range = encoding.codec.memoryRange ?? 0...0
        let function = ElementwiseFunction.quantise(
            zero: zero, low: Int32(range.lowerBound), high: Int32(range.upperBound))
        let scale = try second(encoding.scale, shape: lowering.type(node.outputs[0]).shape)
        grouped(function, node.outputs[0], encoding.codec.elementType, x, scale)
    }

    /// To a float codec, or flint: the vector unit rounds what it writes.
    private mutating func round(_ x: String, to encoding: TensorEncoding) throws {
        let type = encoding.codec.elementType
        guard encoding.scale != .none else { return step(.elementwise(.multiplyFloat), node.outputs[0], type, x, .float(1)) }
        let scale = try second(encoding.scale, shape: lowering.type(node.outputs[0]).shape)
        grouped(.divideFloat, node.outputs[0], type, x, scale)
    }

    mutating func quantiseDynamic(_ granularity: Granularity) throws {
        guard case .group(let asked) = granularity else {
            throw lowering.failure(node, "dynamic", "\"token\" or a group along the last axis expected")
        }
        let x = try read(node.inputs[0])
        let encoding = outputEncoding
        let columns = lowering.type(node.inputs[0]).shape.last ?? 1
        let size = min(asked, columns)
        let groups = (columns + size - 1) / size
        let limit = Int32(Quantiser.dynamicLimit(bits: encoding.codec.bits))
        let maximum = binding.temporary(node.name)
        let kind: VectorStep.Kind =
            groups == 1 ? .reduceRow(.absoluteMaxFloat) : .reduceGroups(.absoluteMaxFloat, size: size)
        step(kind, maximum, .float32, x, width: groups)
        let scale = node.outputs[1]
        step(.elementwise(.dynamicScale), scale, .float32, maximum, .float(Float(limit)), width: groups)
        let function = ElementwiseFunction.quantise(zero: 0, low: -limit, high: limit)
        grouped(
            function, node.outputs[0], encoding.codec.elementType, x, (.value(scale), groups > 1 ? size : nil))
    }

    mutating func dequantise() throws {
        let input = lowering.type(node.inputs[0])
        let x = try read(node.inputs[0])
        if case .product(let row, let column) = input.encoding.scale {
            let scale = try productScale(row, column, shape: input.shape)
            step(.elementwise(.dequantise(zero: 0)), node.outputs[0], .float32, x, scale)
            return
        }
        guard input.encoding.codec.pairs == nil else {
            throw lowering.failure(
                node, "inputs[0]", "is \(input.encoding.codec.name), pairs that only an engine decodes; numbers expected")
        }
        if input.encoding.codec.isFloat || input.encoding.codec.hasGaps {
            let scale = try second(input.encoding.scale, shape: input.shape)
            return grouped(.multiplyFloat, node.outputs[0], .float32, x, scale)
        }
        var codes = x
        var zero = input.encoding.codec.memoryOffset
        if case .bipolar(let bits) = input.encoding.codec {
            codes = binding.temporary(node.name)
            step(.elementwise(.multiplyInteger), codes, .int32, x, .integer(2))
            zero = (1 << bits) - 1
        }
        switch input.encoding.zeroPoint {
        case .uniform(let value): zero += value
        case .tensor(let name, let granularity):
            zero -= lowering.type(name).encoding.codec.memoryOffset
            codes = try subtractZeros(name, granularity, from: codes, shape: input.shape)
        }
        let scale = try second(input.encoding.scale, shape: input.shape)
        grouped(.dequantise(zero: Int32(clamping: zero)), node.outputs[0], .float32, codes, scale)
    }

    private mutating func subtractZeros(
        _ name: String, _ granularity: Granularity, from codes: String, shape: [Int]
    ) throws -> String {
        if case .bipolar = lowering.type(name).encoding.codec {
            throw lowering.failure(node, "inputs[0]", "has zero points stored as bipolar codes; int or uint expected")
        }
        let (zeros, group) = try second(.tensor(name, granularity), shape: shape, isScale: false)
        let result = binding.temporary(node.name)
        grouped(.subtractInteger, result, .int32, codes, (zeros, group))
        return result
    }

    /// f32(row scale * column scale) of an accumulator, as the second operand of a step.
    mutating func productScale(_ row: Scale, _ column: Scale, shape: [Int]) throws -> VectorStep.Second {
        let rows = try accumulatorRow(row, shape: shape)
        let columns = accumulatorColumn(column)
        switch (rows, columns) {
        case (.none, .none): return .float(1)
        case (.uniform(let a), .uniform(let b)): return .float(a * b)
        case (.uniform(let a), .none), (.none, .uniform(let a)): return .float(a)
        case (.none, .column(let name)): return .value(try readColumn(name))
        case (.uniform(let a), .column(let name)): return .value(try scaledColumn(name, by: a))
        case (.row(let name, _, _), .none): return .value(try read(name, width: 1))
        case (.row(let name, _, _), .uniform(let b)):
            let value = try read(name, width: 1)
            return .value(float(.multiplyFloat, value, .float(b), width: 1))
        case (.row(let name, _, _), .column(let columnName)):
            let column = try readColumn(columnName)
            let value = try read(name, width: 1)
            return .value(float(.multiplyFloat, column, .value(value)))
        case (.column, _), (_, .row):
            throw lowering.failure(node, "inputs[0]", "has a scale that changes along K")
        }
    }

    private mutating func accumulatorRow(_ scale: Scale, shape: [Int]) throws -> ScaleTerm {
        switch scale {
        case .none, .product: .none
        case .uniform(let value): .uniform(value)
        case .tensor(let name, .tensor): lowering.uniformTensor(name)
        case .tensor(let name, .axis(let axis)):
            .row(try rowsOfAxis(name, axis: axis, shape: shape), groups: 1, size: shape.last ?? 1)
        case .tensor(let name, .group): .row(name, groups: 1, size: shape.last ?? 1)
        }
    }

    /// One scale per row from one per index of `axis`, so that all leading axes can be merged.
    private mutating func rowsOfAxis(_ name: String, axis: Int, shape: [Int]) throws -> String {
        let rows = "\(name) by row of \(shape.dropLast())"
        let inner = shape[(axis + 1)...].dropLast().reduce(1, *)
        _ = try lowering.parameter(rows, shape: shape.dropLast() + [1], type: .float32, traffic: .scales) { constant in
            let tensor = try constant(name)
            let count = shape.dropLast().reduce(1, *)
            return (0..<count).map { tensor.float(at: $0 / inner % shape[axis]) }.littleEndianBytes
        }
        return rows
    }

    private func accumulatorColumn(_ scale: Scale) -> ScaleTerm {
        switch scale {
        case .none, .product: .none
        case .uniform(let value): .uniform(value)
        case .tensor(let name, .tensor): lowering.uniformTensor(name)
        case .tensor(let name, _): .column(name)
        }
    }

    /// The column scales times a number: a constant when the scales are one, a step otherwise.
    private mutating func scaledColumn(_ name: String, by factor: Float) throws -> String {
        guard lowering.graph.constants.contains(name) else {
            let column = try readColumn(name)
            return float(.multiplyFloat, column, .float(factor))
        }
        let scaled = "\(name) * \(factor)"
        let count = lowering.type(name).count
        _ = try lowering.parameter(scaled, shape: [count], type: .float32, traffic: .scales) { constant in
            let tensor = try constant(name)
            return (0..<count).map { factor * tensor.float(at: $0) }.littleEndianBytes
        }
        return try readColumn(scaled)
    }

    mutating func requantise(_ requantisation: Requantisation) throws {
        let input = lowering.type(node.inputs[0])
        let encoding = outputEncoding
        if encoding.codec.pairs != nil || encoding.codec.hasGaps { return try requantiseToNearest(input) }
        guard let range = encoding.codec.memoryRange else { return }
        let zero = try uniformZero(encoding, "encoding.zero")
        let low = Int32(range.lowerBound)
        let high = Int32(range.upperBound)
        let x = try read(node.inputs[0])
        let ratios = try RequantisationRatios(node: node, input: input, output: encoding, lowering: lowering)
        switch requantisation.kind {
        case .float:
            let name = "\(node.name) scales"
            _ = try lowering.parameter(name, shape: [ratios.count], type: .float32, traffic: .scales) { constant in
                try ratios.floats(constant).littleEndianBytes
            }
            let scales = try readColumn(name)
            step(
                .elementwise(.requantiseFloat(zero: zero, low: low, high: high)), node.outputs[0],
                encoding.codec.elementType, x, .value(scales))
        case .dyadic(let rounding):
            let bias = binding.takeBias(of: x)
            let count = max(ratios.count, bias?.count ?? 1, ratios.explicitCount(requantisation, lowering: lowering))
            let name = "\(node.name) records"
            _ = try lowering.parameter(
                name, shape: [count], type: .int32, elementBytes: 12, traffic: .scales
            ) { constant in
                try ratios.records(constant, requantisation, bias: bias, count: count).littleEndianBytes
            }
            let records = try readColumn(name)
            let function = ElementwiseFunction.requantiseDyadic(rounding.code, zero: zero, low: low, high: high)
            step(.elementwise(function), node.outputs[0], encoding.codec.elementType, bias?.accumulator ?? x, .value(records))
        }
    }
}

extension RoundingRule {
    var code: RoundingRuleCode {
        switch self {
        case .halfToEven: .halfToEven
        case .halfUp: .halfUp
        case .halfAwayFromZero: .halfAwayFromZero
        }
    }
}
