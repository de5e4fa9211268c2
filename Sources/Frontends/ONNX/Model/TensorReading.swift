import Diagnostics
import Formats
import Foundation

/// Reads the tensors of a model file: bytes or lists inside it, or a part of a file beside it.
struct TensorReading: Sendable {
    /// Folder of the model, where external data lie.
    let folder: URL

    /// - Throws: when it has a type that is not known, or not the bytes that its shape needs.
    func tensor(_ proto: Onnx_TensorProto) throws(Diagnostic) -> ConstantTensor {
        guard let type = ElementType(rawValue: proto.dataType), type.bits > 0 else {
            throw Diagnostic(node: proto.name, field: "data_type", "\(proto.dataType) is not supported")
        }
        let dims = proto.dims.map { Int($0) }
        guard dims.allSatisfy({ $0 >= 0 }), dims.count <= 64 else {
            throw Diagnostic(node: proto.name, field: "dims", "is \(dims), 0 or more expected")
        }
        var count = 1
        for size in dims {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow, product < 1 << 40 else {
                throw Diagnostic(node: proto.name, field: "dims", "\(dims) is too large")
            }
            count = product
        }
        let source = try bytes(proto, type, count)
        let elements = count
        return ConstantTensor(type, dims) { () throws(Diagnostic) in
            switch source {
            case .raw(let data): Self.decoded(data, type, elements)
            case .lists(let list): list
            }
        }
    }

    private enum Source: Sendable {
        case raw(Data)
        case lists(ConstantTensor.Elements)
    }

    private func bytes(_ proto: Onnx_TensorProto, _ type: ElementType, _ count: Int) throws(Diagnostic) -> Source {
        let needed = (count * type.bits + 7) / 8
        if proto.dataLocation == 1 { return .raw(try external(proto, needed)) }
        if !proto.rawData.isEmpty || count == 0 {
            guard proto.rawData.count == needed else {
                throw Diagnostic(
                    node: proto.name, field: "raw_data",
                    "has \(proto.rawData.count) bytes, \(needed) expected by its shape")
            }
            return .raw(proto.rawData)
        }
        let elements = Self.lists(proto, type, count)
        let found =
            switch elements {
            case .floats(let numbers): numbers.count
            case .integers(let numbers): numbers.count
            }
        guard found == count else {
            throw Diagnostic(node: proto.name, field: "data", "has \(found) numbers, \(count) expected by its shape")
        }
        return .lists(elements)
    }

    private static func lists(_ proto: Onnx_TensorProto, _ type: ElementType, _ count: Int) -> ConstantTensor.Elements {
        switch type {
        case .float32: .floats(proto.floatData)
        case .float64: .floats(proto.doubleData.map { Float($0) })
        case .float16: .floats(proto.int32Data.map { Binary16.widened(UInt16(truncatingIfNeeded: $0)) })
        case .bfloat16:
            .floats(proto.int32Data.map { Codec.bfloat16.float(ofCode: UInt32(truncatingIfNeeded: $0) & 0xFFFF) })
        case .int64: .integers(proto.int64Data.map { Int($0) })
        case .uint32, .uint64: .integers(proto.uint64Data.map { Int(clamping: $0) })
        case .uint2, .int2, .uint4, .int4, .float4e2m1:
            // A byte per entry, the first element in its low bits.
            decoded(
                Data(proto.int32Data.map { UInt8(truncatingIfNeeded: $0) }), type,
                min(count, proto.int32Data.count * 8 / type.bits))
        default: .integers(proto.int32Data.map { Int($0) })
        }
    }

    private func external(_ proto: Onnx_TensorProto, _ needed: Int) throws(Diagnostic) -> Data {
        let entries = Dictionary(proto.externalData.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        guard let location = entries["location"], !location.isEmpty else {
            throw Diagnostic(node: proto.name, field: "external_data", "names no file")
        }
        let parts = location.split(separator: "/", omittingEmptySubsequences: false)
        guard !location.hasPrefix("/"), !parts.contains(".."), !location.contains("\0") else {
            throw Diagnostic(
                node: proto.name, field: "external_data.location", "'\(location)' leaves the folder of the model")
        }
        let data = try InputFile.mapped(path: folder.appendingPathComponent(location).path)
        let offset = entries["offset"].map { Int($0) ?? -1 } ?? 0
        let length = entries["length"].map { Int($0) ?? -1 } ?? needed
        guard offset >= 0, length == needed, offset <= data.count, length <= data.count - offset else {
            throw Diagnostic(
                node: proto.name, field: "external_data",
                "\(needed) bytes expected by its shape, \(length) given from byte \(offset) of the \(data.count) of '\(location)'"
            )
        }
        return data[data.startIndex + offset..<data.startIndex + offset + length]
    }

    private static func decoded(_ data: Data, _ type: ElementType, _ count: Int) -> ConstantTensor.Elements {
        data.withUnsafeBytes { bytes in
            func integers<T: FixedWidthInteger>(_: T.Type) -> ConstantTensor.Elements {
                .integers(
                    (0..<count).map {
                        Int(
                            clamping: T(
                                littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self)
                            ))
                    })
            }
            func floats<T: FixedWidthInteger>(_: T.Type, _ number: (T) -> Float) -> ConstantTensor.Elements {
                .floats(
                    (0..<count).map {
                        number(
                            T(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self)))
                    })
            }
            return switch type {
            case .float32: floats(UInt32.self) { Float(bitPattern: $0) }
            case .float64: floats(UInt64.self) { Float(Double(bitPattern: $0)) }
            case .float16: floats(UInt16.self) { Binary16.widened($0) }
            case .bfloat16: floats(UInt16.self) { Float(bitPattern: UInt32($0) << 16) }
            case .int8: integers(Int8.self)
            case .uint8, .bool, .float8e4m3, .float8e5m2: integers(UInt8.self)
            case .int16: integers(Int16.self)
            case .uint16: integers(UInt16.self)
            case .int32: integers(Int32.self)
            case .uint32: integers(UInt32.self)
            case .int64: integers(Int64.self)
            case .uint64: integers(UInt64.self)
            case .uint2: .integers((0..<count).map { Int(bytes[$0 / 4] >> UInt8($0 % 4 * 2)) & 3 })
            case .int2: .integers((0..<count).map { (Int(bytes[$0 / 4] >> UInt8($0 % 4 * 2)) & 3 ^ 2) - 2 })
            case .uint4, .float4e2m1: .integers((0..<count).map { Int(bytes[$0 / 2] >> UInt8($0 % 2 * 4)) & 15 })
            case .int4: .integers((0..<count).map { (Int(bytes[$0 / 2] >> UInt8($0 % 2 * 4)) & 15 ^ 8) - 8 })
            case .string: .integers([])
            }
        }
    }
}
