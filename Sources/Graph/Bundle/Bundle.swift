import Diagnostics
import Formats
import Foundation

/// The values of a graph's constants, by constant name. Those in a file stay there, memory mapped, until asked for.
public struct Bundle: Sendable {
    private enum Entry: Sendable {
        case tensor(Tensor)
        case file(SafetensorsFile.Entry, ConstantSource)
    }
    private var entries: [String: Entry] = [:]
    private var file: SafetensorsFile?
    /// Path of the file, for messages.
    private var path: String?

    /// A bundle in memory.
    public init(_ tensors: [String: Tensor] = [:]) { entries = tensors.mapValues { .tensor($0) } }

    /// The constants of `document` in a safetensors file. Everything that can be told from its header is checked; codes
    /// are checked when a tensor is decoded, and `validate(for:)` decodes them all.
    public init(file: SafetensorsFile, path: String? = nil, document: GraphDocument) throws(Diagnostics) {
        self.file = file
        self.path = path
        var problems = Diagnostics()
        for name in document.graph.constants {
            guard let type = document.graph.types[name] else { continue }
            let source = document.sources[name] ?? ConstantSource(tensor: name)
            guard let entry = file.entries[source.tensor] else {
                let hint = Suggestion.hint(for: source.tensor, in: file.names)
                problems.report(
                    Diagnostic(file: path, node: name, field: "tensor", "there is no tensor '\(source.tensor)'\(hint)"))
                continue
            }
            if let message = Self.mismatch(entry, type, source.storage) {
                problems.report(Diagnostic(file: path, node: name, message))
                continue
            }
            entries[name] = .file(entry, source)
        }
        guard problems.isEmpty else { throw problems }
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
        case .file(let entry, let source):
            guard let bytes = file?.bytes(of: entry), Self.mismatch(entry, type, source.storage) == nil,
                let decoded = Self.decode(bytes, type, source.storage)
            else { throw Diagnostic(file: path, node: name, "the file does not hold \(type.text)") }
            tensor = decoded
        }
        guard tensor.shape == type.shape, tensor.isStored(as: type.encoding.codec),
            tensor.storedCount == Sizes.count(type.shape)
        else { throw Diagnostic(file: path, node: name, "holds \(tensor.shape), not \(type.text)") }
        if let index = tensor.firstMalformed(type.encoding.codec) {
            let code = tensor.code(at: index)
            throw Diagnostic(
                file: path, node: name, field: "[\(index)]",
                "\(Int32(bitPattern: code)) is no code of \(type.encoding.codec.name)")
        }
        return tensor
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
            let expected = PackedRows.shape(type.shape, bits: codec.bits)
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

extension Codec {
    /// Element type of `bytes` storage.
    public var safetensorsType: SafetensorsType {
        switch self {
        case .signed(let bits): bits <= 8 ? .i8 : bits <= 16 ? .i16 : .i32
        case .unsigned(let bits): bits <= 8 ? .u8 : .u16
        case .bipolar, .ternary: .u8
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
            case .bipolar, .ternary: .uint8
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
