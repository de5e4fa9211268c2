import Diagnostics
import Formats
import Graph

/// A constant of an imported graph: its declaration, and the values that are written for it.
struct ImportedConstant: Sendable {
    enum Content: Sendable {
        /// Numbers of this float codec.
        case floats(ConstantTensor, Codec)
        /// Weights that become codes with scales of the importer's choice.
        case weights(ConstantTensor, NumberFormat)
        case whole(ConstantTensor)
        case codes(QuantisedConstant)
    }

    var name: String
    let content: Content

    var shape: [Int] {
        let shape =
            switch content {
            case .floats(let tensor, _), .weights(let tensor, _), .whole(let tensor): tensor.shape
            case .codes(let codes): codes.codes.shape
            }
        return shape.isEmpty ? [1] : shape
    }

    /// It and its scales, as `constants` of a graph.
    var declarations: [(String, JSONValue)] {
        switch content {
        case .floats(_, let codec): return [(name, ["shape": sizes(shape), "encoding": .string(codec.name)])]
        case .whole: return [(name, ["shape": sizes(shape), "encoding": "int32"])]
        case .weights(_, let format): return draftedWeights(format)
        case .codes(let codes): return coded(codes)
        }
    }

    /// Of weights that an import still chooses codes or a float format for.
    var numbers: ConstantTensor? {
        switch content {
        case .floats(let tensor, _), .weights(let tensor, _): tensor
        case .whole, .codes: nil
        }
    }

    func replacing(_ numbers: ConstantTensor) -> ImportedConstant {
        switch content {
        case .floats(_, let codec): ImportedConstant(name: name, content: .floats(numbers, codec))
        case .weights(_, let format): ImportedConstant(name: name, content: .weights(numbers, format))
        case .whole, .codes: self
        }
    }

    private func sizes(_ shape: [Int]) -> JSONValue { .array(shape.map { .integer($0) }) }

    private func draftedWeights(_ format: NumberFormat) -> [(String, JSONValue)] {
        var encoding: [(String, JSONValue)] = [
            ("codec", .string(format.codec.name)), ("scale", .string("\(name).scale")),
        ]
        if let zero = format.zero { encoding.append(("zero", .integer(zero))) }
        switch format.sharing {
        case .channel: encoding.append(("axis", 0))
        case .group(let group): encoding.append(("group", .integer(group)))
        case .tensor: break
        }
        let scales = sizes(format.sharing.count(of: shape))
        return [
            ("\(name).scale", ["shape": scales, "encoding": .string(format.scaleCodec.name)]),
            (name, ["shape": sizes(shape), "encoding": .object(JSONObject(encoding)), "storage": "packed"]),
        ]
    }

    private func coded(_ codes: QuantisedConstant) -> [(String, JSONValue)] {
        var encoding: [(String, JSONValue)] = [("codec", .string(codes.codec.name))]
        var tensors: [(String, JSONValue)] = []
        let scales = sizes(scaleShape(codes))
        if !codes.isPlain {
            encoding.append(("scale", .string("\(name).scale")))
            tensors.append(("\(name).scale", ["shape": scales, "encoding": "f32"]))
        }
        if codes.zeros != nil {
            encoding.append(("zero", .string("\(name).zero")))
            tensors.append(("\(name).zero", ["shape": scales, "encoding": .string(codes.codec.name)]))
        }
        switch codes.sharing {
        case .tensor: break
        case .axis(let axis): encoding.append(("axis", .integer(axis)))
        case .group(let group): encoding.append(("group", .integer(group)))
        }
        let tensor: JSONValue = ["shape": sizes(shape), "encoding": .object(JSONObject(encoding)), "storage": "packed"]
        return tensors + [(name, tensor)]
    }

    private func scaleShape(_ codes: QuantisedConstant) -> [Int] {
        switch codes.sharing {
        case .tensor: [1]
        case .axis(let axis): [shape[axis]]
        case .group(let group): shape.dropLast() + [((shape.last ?? 1) + group - 1) / group]
        }
    }
}

extension ImportedConstant: WrittenConstant {
    var entries: [SafetensorsStream.Entry] {
        typealias Entry = SafetensorsStream.Entry
        switch content {
        case .floats(_, let codec): return [Entry(name: name, type: codec.safetensorsType, shape: shape)]
        case .whole: return [Entry(name: name, type: .i32, shape: shape)]
        case .weights(let tensor, let format) where shape.count > 2: return CodedFilters(name: name, numbers: tensor, format: format).entries
        case .weights(let tensor, let format): return store(tensor, format).entries
        case .codes(let codes):
            let bytes = BitPacking.byteCount(count: shape.last ?? 1, bits: codes.codec.bits)
            var entries = [Entry(name: name, type: .u8, shape: [shape.dropLast().reduce(1, *), bytes])]
            if !codes.isPlain {
                entries.append(Entry(name: "\(name).scale", type: .f32, shape: scaleShape(codes)))
            }
            if codes.zeros != nil {
                entries.append(Entry(name: "\(name).zero", type: codes.codec.safetensorsType, shape: scaleShape(codes)))
            }
            return entries
        }
    }

    private func store(_ tensor: ConstantTensor, _ format: NumberFormat, _ source: (any RowSource)? = nil)
        -> WeightStore
    {
        let constant = DraftedConstant(name: name, shape: shape.map { .integer($0) }, content: .weights(format))
        return WeightStore(constant: constant, sizes: shape, source: source, isExact: false)
    }

    func write(to stream: inout SafetensorsStream) throws(Diagnostic) -> WeightStore.Loss {
        switch content {
        case .floats(let tensor, let codec):
            let numbers = try tensor.floats()
            try stream.append(WeightStore.bytes(numbers, codec))
            return codec == .float32 ? WeightStore.Loss() : Self.loss(numbers, codec)
        case .whole(let tensor):
            let bytes = try tensor.integers().flatMap { number in
                withUnsafeBytes(of: Int32(clamping: number).littleEndian, Array.init)
            }
            try stream.append(bytes)
        case .weights(let tensor, let format) where shape.count > 2:
            return try CodedFilters(name: name, numbers: tensor, format: format).write(to: &stream)
        case .weights(let tensor, let format):
            let rows = try LoadedRows(name: name, tensor: tensor, columns: shape.last ?? 1)
            return try store(tensor, format, rows).write(to: &stream)
        case .codes(let codes): try write(codes, to: &stream)
        }
        return WeightStore.Loss()
    }

    private static func loss(_ numbers: [Float], _ codec: Codec) -> WeightStore.Loss {
        var loss = WeightStore.Loss()
        for number in numbers {
            let error = Double(number) - Double(codec.float(ofCode: codec.code(ofFloat: number)))
            loss.signal += Double(number) * Double(number)
            loss.noise += error * error
        }
        return loss
    }

    private func write(_ constant: QuantisedConstant, to stream: inout SafetensorsStream) throws(Diagnostic) {
        let codes = try constant.codes.integers()
        let columns = shape.last ?? 1
        let mask = UInt32(truncatingIfNeeded: 1 << constant.codec.bits - 1)
        for start in stride(from: 0, to: codes.count, by: max(1, columns)) {
            let row = codes[start..<start + columns].map { UInt32(truncatingIfNeeded: $0) & mask }
            try stream.append(BitPacking.packed(codes: row, bits: constant.codec.bits))
        }
        if !constant.isPlain { try stream.append(WeightStore.bytes(try constant.scales.floats(), .float32)) }
        guard let zeros = constant.zeros else { return }
        let isWide = constant.codec.bits > 8
        try stream.append(
            try zeros.integers().flatMap { zero in
                isWide
                    ? withUnsafeBytes(of: Int16(truncatingIfNeeded: zero).littleEndian, Array.init)
                    : [UInt8(truncatingIfNeeded: zero)]
            })
    }

    var summary: (type: String, format: String, elements: Int)? {
        switch content {
        case .floats(let tensor, let codec): (tensor.type.name, codec.name, tensor.count)
        case .weights(let tensor, let format): (tensor.type.name, format.description, tensor.count)
        case .whole: nil
        case .codes(let codes): (codes.codes.type.name, codes.codec.name, codes.codes.count)
        }
    }
}

/// Numbers in memory, as rows.
struct LoadedRows: RowSource {
    let name: String
    let storedType: String
    let columns: Int
    private let numbers: [Float]

    init(name: String, tensor: ConstantTensor, columns: Int) throws(Diagnostic) {
        self.name = name
        storedType = tensor.type.name
        self.columns = columns
        numbers = try tensor.floats()
    }

    var rows: Int { columns == 0 ? 0 : numbers.count / columns }

    func decode(row: Int, into values: UnsafeMutableBufferPointer<Float>) {
        for column in 0..<columns { values[column] = numbers[row * columns + column] }
    }

    var exactFormat: NumberFormat? { nil }

    func exactRow(_ row: Int) throws(Diagnostic) -> CodedRow { CodedRow() }
}
