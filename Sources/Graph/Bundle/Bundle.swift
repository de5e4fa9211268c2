import Diagnostics
import Formats
import Foundation

/// The values of a graph's constants, by constant name. Those in a file stay there, memory mapped, until asked for.
public struct Bundle: Sendable {
    private enum Entry: Sendable {
        case tensor(Tensor)
        case file(SafetensorsFile.Entry, ConstantSource)
        /// Kept values and their positions.
        case kept(SafetensorsFile.Entry, positions: SafetensorsFile.Entry, ConstantSource)
        /// Indices of a dictionary, and the places and numbers of outliers.
        case indexed(SafetensorsFile.Entry, outliers: (positions: SafetensorsFile.Entry, values: SafetensorsFile.Entry)?, ConstantSource)
    }
    private var entries: [String: Entry] = [:]
    private var file: SafetensorsFile?
    /// Path of the file, for messages.
    private var path: String?
    /// Types of the file's constants: left-out weights are zero points, which other constants hold.
    private var types: [String: TensorType] = [:]

    /// A bundle in memory.
    public init(_ tensors: [String: Tensor] = [:]) { entries = tensors.mapValues { .tensor($0) } }

    /// The constants of `document` in a safetensors file. Everything that can be told from its header is checked; codes
    /// are checked when a tensor is decoded, and `validate(for:)` decodes them all.
    public init(file: SafetensorsFile, path: String? = nil, document: GraphDocument) throws(Diagnostics) {
        self.file = file
        self.path = path
        types = document.graph.types
        var problems = Diagnostics()
        for name in document.graph.constants {
            guard let type = document.graph.types[name] else { continue }
            let source = document.sources[name] ?? ConstantSource(tensor: name)
            do throws(Diagnostic) {
                entries[name] = try Self.entry(of: type, source, in: file)
            } catch {
                problems.report(Diagnostic(file: path, node: name, field: error.field, error.message))
            }
        }
        guard problems.isEmpty else { throw problems }
    }

    private static func entry(
        of type: TensorType, _ source: ConstantSource, in file: SafetensorsFile
    ) throws(Diagnostic) -> Entry {
        let values = try entry(source.tensor, field: "tensor", in: file)
        if let dictionary = type.encoding.dictionary {
            let indices = IndexedWeights(dictionary: dictionary, shape: type.shape).indexType
            if let message = mismatch(values, indices, source.storage) { throw Diagnostic(message) }
            guard let outliers = source.outliers else { return .indexed(values, outliers: nil, source) }
            let positions = try entry(outliers.positions, field: "outliers.positions", in: file)
            let numbers = try entry(outliers.values, field: "outliers.values", in: file)
            if let problem = IndexedWeights.mismatch(positions: positions, values: numbers) { throw problem }
            return .indexed(values, outliers: (positions, numbers), source)
        }
        guard let name = source.positions, let pattern = type.encoding.structure.pattern else {
            if let message = mismatch(values, type, source.storage) { throw Diagnostic(message) }
            return .file(values, source)
        }
        let keptType = TensorType(shape: KeptWeights.shape(type.shape, pattern), encoding: type.encoding)
        if let message = mismatch(values, keptType, source.storage) { throw Diagnostic(message) }
        let positions = try entry(name, field: "positions", in: file)
        let positionType = pattern.positionType(KeptWeights.positionShape(type, pattern), source.storage)
        if let message = mismatch(positions, positionType, source.storage) {
            throw Diagnostic(field: "positions", message)
        }
        return .kept(values, positions: positions, source)
    }

    private static func entry(
        _ name: String, field: String, in file: SafetensorsFile
    ) throws(Diagnostic) -> SafetensorsFile.Entry {
        if let entry = file.entries[name] { return entry }
        throw Diagnostic(field: field, "there is no tensor '\(name)'\(Suggestion.hint(for: name, in: file.names))")
    }

    public var names: [String] { entries.keys.sorted() }

    public func contains(_ name: String) -> Bool { entries[name] != nil }

    public mutating func set(_ name: String, _ tensor: Tensor) { entries[name] = .tensor(tensor) }

    public mutating func remove(_ name: String) { entries[name] = nil }

    /// The values of a constant. Malformed codes (ternary code 3, bits outside the codec's width) are errors.
    public func tensor(named name: String, type: TensorType) throws(Diagnostic) -> Tensor {
        guard let entry = entries[name] else { throw Diagnostic(file: path, node: name, "has no values") }
        let tensor: Tensor
        switch entry {
        case .tensor(let held): tensor = held
        case .indexed(let values, let outliers, let source):
            do throws(Diagnostic) {
                tensor = try indexed(type, values: values, outliers: outliers, source)
            } catch { throw Diagnostic(file: path, node: error.node ?? name, field: error.field, error.message) }
        case .file(let entry, let source):
            guard let bytes = file?.bytes(of: entry), Self.mismatch(entry, type, source.storage) == nil,
                let decoded = Self.decode(bytes, type, source.storage)
            else { throw Diagnostic(file: path, node: name, "the file does not hold \(type.text)") }
            tensor = decoded
        case .kept(let values, let positions, let source):
            do throws(Diagnostic) {
                tensor = try expanded(type, values: values, positions: positions, source)
            } catch { throw Diagnostic(file: path, node: error.node ?? name, field: error.field, error.message) }
        }
        guard tensor.shape == type.shape, tensor.isStored(as: type.encoding.codec),
            tensor.storedCount == Sizes.count(type.shape)
        else { throw Diagnostic(file: path, node: name, "holds \(tensor.shape), not \(type.text)") }
        if let malformed = Self.malformed(tensor, type.encoding.codec) {
            throw Diagnostic(file: path, node: name, field: malformed.field, malformed.message)
        }
        return tensor
    }

    private static func malformed(_ tensor: Tensor, _ codec: Codec) -> Diagnostic? {
        guard let index = tensor.firstMalformed(codec) else { return nil }
        let code = Int32(bitPattern: tensor.code(at: index))
        return Diagnostic(field: "[\(index)]", "\(code) is no code of \(codec.name)")
    }

    /// The weight with its zeros from what the file holds of it.
    private func expanded(
        _ type: TensorType, values: SafetensorsFile.Entry, positions: SafetensorsFile.Entry, _ source: ConstantSource
    ) throws(Diagnostic) -> Tensor {
        guard let pattern = type.encoding.structure.pattern, let valueBytes = file?.bytes(of: values),
            let positionBytes = file?.bytes(of: positions)
        else { throw Diagnostic("the file does not hold \(type.text)") }
        let shape = KeptWeights.shape(type.shape, pattern)
        let positionType = pattern.positionType(KeptWeights.positionShape(type, pattern), source.storage)
        guard let kept = Self.decode(valueBytes, TensorType(shape: shape, encoding: type.encoding), source.storage),
            let places = Self.decode(positionBytes, positionType, source.storage)
        else { throw Diagnostic("the file does not hold \(type.text)") }
        if let malformed = Self.malformed(kept, type.encoding.codec) { throw malformed }
        let zeros = try zeroElements(of: type, types: types)
        return try KeptWeights(type: type, pattern: pattern, zeros: zeros).expanded(
            values: kept, positions: places.bytes)
    }

    /// The f16 weight from indices and outliers.
    private func indexed(
        _ type: TensorType, values: SafetensorsFile.Entry,
        outliers: (positions: SafetensorsFile.Entry, values: SafetensorsFile.Entry)?, _ source: ConstantSource
    ) throws(Diagnostic) -> Tensor {
        guard let dictionary = type.encoding.dictionary, let bytes = file?.bytes(of: values) else {
            throw Diagnostic("the file does not hold \(type.text)")
        }
        let weights = IndexedWeights(dictionary: dictionary, shape: type.shape)
        guard let indices = Self.decode(bytes, weights.indexType, source.storage) else {
            throw Diagnostic("the file does not hold \(type.text)")
        }
        var list: (positions: [UInt8], values: [UInt8]) = ([], [])
        if let outliers, let positions = file?.bytes(of: outliers.positions), let numbers = file?.bytes(of: outliers.values) {
            list = (Array(positions), Array(numbers))
        }
        return try weights.expanded(indices: indices.bytes, positions: list.positions, values: list.values)
    }

    /// Why the file's tensor cannot be this constant.
    private static func mismatch(
        _ entry: SafetensorsFile.Entry, _ type: TensorType, _ storage: ConstantSource.Storage
    ) -> String? {
        let codec = type.encoding.codec
        switch storage {
        case .bytes:
            guard entry.type != codec.safetensorsType || entry.shape != type.shape else { return nil }
            return "is \(entry.shape) \(entry.type.rawValue) in the file, "
                + "\(type.shape) \(codec.safetensorsType.rawValue) expected for \(codec.name)"
        case .packed:
            let expected = PackedRows.shape(type.shape, codec)
            guard entry.type != .u8 || entry.shape != expected else { return nil }
            return
                "is \(entry.shape) \(entry.type.rawValue) in the file, \(expected) U8 expected (packed \(codec.name))"
        }
    }

    private static func decode(_ bytes: Data, _ type: TensorType, _ storage: ConstantSource.Storage) -> Tensor? {
        switch storage {
        case .packed: PackedRows.decode(bytes, shape: type.shape, codec: type.encoding.codec)
        case .bytes: Tensor(shape: type.shape, codec: type.encoding.codec, elements: bytes)
        }
    }
}

extension NOfM {
    func positionType(_ shape: [Int], _ storage: ConstantSource.Storage) -> TensorType {
        TensorType(shape: shape, encoding: TensorEncoding(codec: positionCodec(storage)))
    }

    /// How positions are stored: a byte each, or as many bits as they need.
    func positionCodec(_ storage: ConstantSource.Storage) -> Codec {
        switch storage {
        case .bytes: .uint8
        case .packed: .unsigned(bits: positionBits)
        }
    }
}

extension Codec {
    /// Element type of `bytes` storage.
    public var safetensorsType: SafetensorsType {
        switch self {
        case .signed(let bits): bits <= 8 ? .i8 : bits <= 16 ? .i16 : .i32
        case .unsigned(let bits): bits <= 8 ? .u8 : .u16
        case .bipolar, .ternary, .outlierVictim, .flint: .u8
        case .float32: .f32
        case .float16: .f16
        case .bfloat16: .bf16
        case .minifloat(.e4m3): .f8e4m3
        case .minifloat(.e5m2): .f8e5m2
        // safetensors packs its F6 and F4 types; `bytes` storage has one code per byte, `packed` its own rows.
        case .minifloat(.e2m3), .minifloat(.e3m2), .minifloat(.e2m1): .u8
        }
    }
}

extension Tensor {
    /// As `init(shape:codec:bytes:)`, but every bit of an element is kept, so that malformed ones can be told.
    init?(shape: [Int], codec: Codec, elements: Data) {
        let wide: Codec =
            switch codec {
            case .signed(let bits): bits <= 8 ? .int8 : bits <= 16 ? .signed(bits: 16) : .int32
            case .unsigned(let bits): bits <= 8 ? .uint8 : .unsigned(bits: 16)
            case .bipolar, .ternary, .outlierVictim, .flint: .uint8
            case .float32, .float16, .bfloat16, .minifloat: codec
            }
        self.init(shape: shape, codec: wide, bytes: elements)
    }

    /// Elements that are really there.
    var storedCount: Int {
        switch storage {
        case .int8(let values): values.count
        case .uint8(let values): values.count
        case .int16(let values): values.count
        case .uint16(let values), .float16(let values), .bfloat16(let values): values.count
        case .minifloat(_, let values): values.count
        case .int32(let values): values.count
        case .float32(let values): values.count
        }
    }
}

/// `Bundle` under a name that Foundation does not use too.
public typealias TensorBundle = Bundle
