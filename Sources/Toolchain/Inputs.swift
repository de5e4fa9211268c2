import Diagnostics
import Formats
import Graph

/// Values for a graph's inputs: from files, and made up for the rest.
public struct Inputs: Sendable {
    public private(set) var tensors: [String: Tensor] = [:]
    /// Names of those that were drawn.
    public private(set) var drawn: [String] = []

    /// - Parameters:
    ///   - files: `.npy` file by input name.
    ///   - seed: of the inputs without a file.
    public init(for graph: Graph, files: [String: String] = [:], seed: UInt64) throws(Diagnostics) {
        try graph.checkHostMemory()
        var problems = Diagnostics()
        for name in files.keys.sorted() where !graph.inputs.contains(name) {
            let hint = Suggestion.hint(for: name, in: graph.inputs)
            problems.report(Diagnostic(node: name, "the graph has no input of this name\(hint)"))
        }
        for name in graph.inputs {
            guard let type = graph.types[name] else { continue }
            guard let file = files[name] else {
                tensors[name] = DrawnTensor.draw(name, type, rows: graph.rowsIndexed(by: name), seed: seed)
                drawn.append(name)
                continue
            }
            do throws(Diagnostic) {
                tensors[name] = try Npy.read(path: file).input(name, of: type)
            } catch { problems.report(error.inFile(file)) }
        }
        guard problems.isEmpty else { throw problems }
    }
}

extension Tensor {
    /// The tensor as an input of this type, if it is one: shape, element type and codes are checked.
    func input(_ name: String, of type: TensorType) throws(Diagnostic) -> Tensor {
        guard shape == type.shape else {
            throw Diagnostic(node: name, field: "shape", "is \(shape), the graph's input is \(type.shape)")
        }
        let codec = type.encoding.codec
        guard let tensor = Tensor(shape: shape, codec: codec, bytes: bytes), isStored(as: codec) || holdsCodes(of: codec)
        else {
            throw Diagnostic(node: name, field: "descr", "holds \(elementName) elements, the input is \(codec.name)")
        }
        if codec.pairs != nil, let index = tensor.firstMalformed(codec) {
            throw Diagnostic(node: name, field: "[\(index)]", "begins no pair of \(codec.name)")
        }
        for index in 0..<count where !isCode(at: index, of: codec) {
            throw Diagnostic(
                node: name, field: "[\(index)]",
                "\(Int32(bitPattern: code(at: index))) is no code of \(codec.name)")
        }
        return tensor
    }

    /// NumPy has no bfloat16 and no minifloats: their bit patterns come as unsigned numbers.
    private func holdsCodes(of codec: Codec) -> Bool {
        switch (storage, codec) {
        case (.uint16, .bfloat16), (.uint8, .minifloat): true
        default: false
        }
    }

    private func isCode(at index: Int, of codec: Codec) -> Bool {
        let code = code(at: index)
        switch codec {
        case .signed: return codec.value(ofCode: code) == Int32(bitPattern: code)
        case .unsigned, .bipolar, .ternary, .minifloat, .outlierVictim, .flint: return codec.isWellFormed(code: code)
        case .float32, .float16, .bfloat16: return true
        }
    }

    private var elementName: String {
        switch storage {
        case .int8: "int8"
        case .uint8: "uint8"
        case .int16: "int16"
        case .uint16: "uint16"
        case .int32: "int32"
        case .float32: "float32"
        case .float16: "float16"
        case .bfloat16: "bfloat16"
        case .minifloat(let format, _): Codec.minifloat(format).name
        }
    }
}

extension Graph {
    /// Rows of the smallest table that looks up with this tensor's elements, through operations that only move them;
    /// `nil` when none does.
    fileprivate func rowsIndexed(by name: String) -> Int? {
        var carriers: Set<String> = [name]
        var rows: Int?
        for node in nodes where node.inputs.contains(where: carriers.contains) {
            switch node.operation {
            case .gather:
                if carriers.contains(node.inputs[1]), let size = types[node.inputs[0]]?.shape.first {
                    rows = min(rows ?? size, size)
                }
            case .reshape, .transpose, .concat, .slice, .split, .pad: carriers.formUnion(node.outputs)
            default: break
            }
        }
        return rows
    }
}
