import Diagnostics
import Formats

/// Goes through a model: initialisers and inputs, nodes in order, outputs.
struct ONNXGraphBuilder {
    private let file: ONNXFile
    private(set) var lowering: ONNXLowering
    private var unsupported = UnsupportedList()
    /// Tensors that nothing was made of, whose readers say nothing about it.
    private var missing: Set<String> = []

    init(_ file: ONNXFile, _ formats: ImportFormats) {
        self.file = file
        var uses: [String: Int] = [:]
        for (index, proto) in file.model.graph.node.enumerated() {
            for name in ONNXNode(proto, index: index, versions: file.versions).reads { uses[name, default: 0] += 1 }
        }
        for output in file.model.graph.output { uses[output.name, default: 0] += 1 }
        lowering = ONNXLowering(
            formats, TensorReading(folder: file.folder), reserved: file.model.graph.output.map(\.name), uses: uses)
    }

    /// Initialisers and inputs.
    mutating func read() throws(Diagnostics) {
        var problems = Diagnostics()
        for tensor in file.model.graph.initializer {
            do throws(Diagnostic) {
                lowering.values[tensor.name] = try lowering.stored(try lowering.reading.tensor(tensor))
            } catch {
                problems.report(error)
            }
        }
        for input in file.model.graph.input where lowering.values[input.name] == nil {
            do throws(Diagnostic) { lowering.values[input.name] = try self.input(input) } catch {
                problems.report(error)
            }
        }
        let sizes = lowering.openSizes.sorted()
        for name in lowering.formats.bindings.keys.sorted() where !sizes.contains(name) {
            let hint = Suggestion.hint(for: name, in: sizes)
            problems.report(Diagnostic(field: "--bind", "the model leaves no size '\(name)' open\(hint)"))
        }
        guard problems.isEmpty else { throw problems }
    }

    /// Small float constants, which patterns are told apart by.
    var numbers: [String: Float] {
        var numbers: [String: Float] = [:]
        for (name, value) in lowering.values {
            if let constant = value.constant, constant.count == 1, let number = try? constant.floats().first {
                numbers[name] = number
            }
        }
        for node in file.model.graph.node where node.opType == "Constant" {
            guard let output = node.output.first else { continue }
            for attribute in node.attribute where attribute.name == "value" {
                guard let tensor = try? lowering.reading.tensor(attribute.t), tensor.count == 1 else { continue }
                numbers[output] = try? tensor.floats().first
            }
            for attribute in node.attribute where attribute.name == "value_float" { numbers[output] = attribute.f }
        }
        return numbers
    }

    private mutating func input(_ info: Onnx_ValueInfoProto) throws(Diagnostic) -> Value {
        guard case .tensorType(let type)? = info.type.value, let element = ElementType(rawValue: type.elemType),
            type.hasShape
        else {
            throw Diagnostic(node: info.name, field: "type", "a tensor with a shape expected")
        }
        guard type.shape.dim.count <= 8 else {
            throw Diagnostic(node: info.name, field: "shape", "has \(type.shape.dim.count) axes, at most 8 are allowed")
        }
        var shape: [Size] = []
        for (axis, dimension) in type.shape.dim.enumerated() {
            switch dimension.value {
            case .dimValue(let size)? where size > 0: shape.append(Size(Int(size)))
            case .dimParam(let name)? where !name.isEmpty: shape.append(open(name))
            default: shape.append(open("\(info.name).\(axis)"))
            }
        }
        // Nothing to give: a past before the first step.
        if shape.contains(where: { $0.number == 0 }), let sizes = shape.numbers {
            return Value(element.isFloat ? ConstantTensor(sizes, [Float]()) : ConstantTensor(sizes, [Int]()))
        }
        let (numbers, encoding) = try kind(info.name, element)
        let name = lowering.draft.input(info.name, shape, encoding: encoding)
        if numbers == .floats, encoding != "f32" { lowering.narrow.insert(name) }
        return Value(shape, .edge(Edge(name, numbers, rank: shape.count)))
    }

    /// A size that the model leaves open: the number that it is bound to, else a symbol.
    private mutating func open(_ text: String) -> Size {
        let name = ONNXDraft.symbolName(text)
        lowering.openSizes.insert(name)
        if let number = lowering.formats.bindings[name] { return Size(number) }
        lowering.draft.declare(symbol: name)
        return Size(symbol: name)
    }

    private func kind(_ name: String, _ element: ElementType) throws(Diagnostic) -> (Edge.Numbers, JSONValue) {
        switch element {
        case .float32, .float64: return (.floats, "f32")
        case .float16: return (.floats, "f16")
        case .bfloat16: return (.floats, "bf16")
        case .int32, .int64, .bool: return (.whole, "int32")
        case .float8e4m3, .float8e5m2, .float4e2m1: return (.floats, .string(element.minifloat?.name ?? ""))
        default:
            guard let codec = element.codes else {
                throw Diagnostic(node: name, field: "type", "inputs of \(element.name) are not supported")
            }
            let format = codeFormat(name, codec)
            return (.codes(format, isReal: false), format.json)
        }
    }

    /// Scale and zero point with which the first reader takes codes.
    private func codeFormat(_ name: String, _ codec: Codec) -> CodeFormat {
        func constant(_ name: String) -> ConstantTensor? { lowering.values[name]?.constant }
        for (index, proto) in file.model.graph.node.enumerated() {
            let node = ONNXNode(proto, index: index, versions: file.versions)
            if ["MatMulInteger", "ConvInteger"].contains(node.operation), node.inputs.first == name {
                let zero = node.has(2) ? (try? constant(node.inputs[2])?.integers().first) ?? 0 : 0
                return CodeFormat(codec: codec, scale: nil, zero: zero)
            }
            for input in ONNXOperator.codeInputs[node.operation] ?? []
            where node.has(input) && node.inputs[input] == name {
                guard node.has(input + 1), let scale = constant(node.inputs[input + 1]), scale.count == 1 else {
                    continue
                }
                let zero = node.has(input + 2) ? (try? constant(node.inputs[input + 2])?.integers().first) ?? 0 : 0
                return CodeFormat(codec: codec, scale: try? scale.floats().first, zero: zero)
            }
        }
        return CodeFormat(codec: codec, scale: nil, zero: 0)
    }

    /// All nodes; then everything that could not be made, together.
    mutating func lower(_ nodes: [ONNXNode]) throws(Diagnostics) {
        make(nodes)
        try unsupported.throwIfAny(open: lowering.openSizes.subtracting(lowering.formats.bindings.keys).sorted())
    }

    private mutating func make(_ nodes: [ONNXNode]) {
        for node in nodes {
            if node.operation == "If" {
                makeBranch(node)
                continue
            }
            let isBlocked = node.inputs.contains { missing.contains($0) }
            lowering.node = node
            var outputs: [Value]?
            if !isBlocked, let known = ONNXOperator.all[node.operation] {
                do throws(Diagnostic) { outputs = try known.lower(&lowering) } catch {
                    let field = error.field.map { "\($0): " } ?? ""
                    unsupported.add("\(node.operation) with \(field)\(error.message)", node.name)
                }
            } else if !isBlocked {
                unsupported.add("operator \(node.operation)", node.name)
            }
            for (index, name) in node.outputs.enumerated() where !name.isEmpty {
                if let outputs, index < outputs.count {
                    lowering.values[name] = outputs[index]
                } else {
                    missing.insert(name)
                }
            }
        }
    }

    /// The branch of an `If` whose condition is known, in its place.
    private mutating func makeBranch(_ node: ONNXNode) {
        lowering.node = node
        do throws(Diagnostic) {
            if !node.inputs.contains(where: { missing.contains($0) }), let graph = node.branch(try lowering.condition()) {
                for tensor in graph.initializer {
                    lowering.values[tensor.name] = try lowering.stored(try lowering.reading.tensor(tensor))
                }
                let inner = graph.node.enumerated().map { ONNXNode($1, index: $0, versions: file.versions) }
                make(Raising.raised(inner, constants: numbers, outputs: graph.output.map(\.name)))
                for (name, output) in zip(node.outputs, graph.output) { lowering.values[name] = lowering.values[output.name] }
            }
        } catch {
            unsupported.add("\(node.operation) with \(error.message)", node.name)
        }
        for name in node.outputs where lowering.values[name] == nil { missing.insert(name) }
    }

    /// Gives the outputs their names.
    mutating func finish() throws(Diagnostics) -> [String] {
        var names: [String] = []
        for output in file.model.graph.output {
            lowering.node = ONNXNode("", name: output.name, inputs: [], outputs: [output.name + ".plain"], version: 0)
            do throws(Diagnostic) {
                guard let value = lowering.values[output.name], value.edge != nil || value.constant != nil else {
                    throw Diagnostic("nothing in the model computes it")
                }
                var edge = try lowering.moved(value)
                if !edge.isRaw { edge = try lowering.real(value) }
                edge = try lowering.plain(edge, value.shape)
                lowering.draft.copies[edge.tensor] = value.shape
                lowering.draft.finish(output: output.name, tensor: edge.tensor)
                for (name, other) in lowering.values {
                    // The tensor goes by its new name from now on.
                    if var moved = other.edge, moved.tensor == edge.tensor,
                        !lowering.draft.inputs.contains(where: { $0.name == edge.tensor })
                    {
                        moved.tensor = output.name
                        lowering.values[name] = Value(other.shape, .edge(moved))
                    }
                }
                names.append(output.name)
            } catch { throw Diagnostics(Diagnostic(node: output.name, error.message)) }
        }
        return names
    }
}
