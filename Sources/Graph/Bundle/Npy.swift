import Diagnostics
import Foundation

/// NumPy's `.npy` files: magic, version, header length, a Python dictionary as text, then the elements.
/// (NEP 1; versions 1, 2 and 3 are read, version 1 is written.)
public enum Npy {
    /// Reads bool, 8, 16, 32 and 64-bit integers and binary16, 32, 64 floats, little or big endian, C or Fortran order.
    /// 64-bit integers must fit 32 bits; binary64 is rounded to binary32. The result is in row-major order.
    public static func read(path: String) throws(Diagnostic) -> Tensor {
        let data = try InputFile.mapped(path: path)
        do throws(Diagnostic) { return try tensor(data) } catch { throw error.inFile(path) }
    }

    public static func tensor(_ data: Data) throws(Diagnostic) -> Tensor {
        let header = try NpyHeader(data)
        guard let count = Sizes.count(header.shape) else {
            throw Diagnostic(field: "shape", "\(header.shape) is not a shape")
        }
        let (size, overflow) = count.multipliedReportingOverflow(by: header.element.bytes)
        let found = data.count - header.length
        guard !overflow, size == found else {
            throw Diagnostic(
                field: "shape", "\(header.shape) \(header.element.text) does not fit the \(found) bytes of data")
        }
        var storage = try header.element.decode(Array(data.suffix(found)), count: count)
        if header.isFortran, header.shape.count > 1 { storage = storage.fromColumnMajor(header.shape) }
        return Tensor(shape: header.shape, storage: storage)
    }

    /// The file's bytes: version 1, C order, little endian, the header padded to 64 bytes as NumPy does.
    public static func data(_ tensor: Tensor) -> Data {
        let type =
            switch tensor.storage {
            case .int8: "|i1"
            case .uint8, .minifloat: "|u1"
            case .int16: "<i2"
            case .uint16, .bfloat16: "<u2"
            case .int32: "<i4"
            case .float32: "<f4"
            case .float16: "<f2"
            }
        let sizes = tensor.shape.map(String.init).joined(separator: ", ") + (tensor.shape.count == 1 ? "," : "")
        var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(sizes)), }"
        header += String(repeating: " ", count: (64 - (10 + header.utf8.count + 1) % 64) % 64) + "\n"
        var result = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0])
        result.append(contentsOf: UInt16(header.utf8.count).littleEndianBytes)
        result.append(Data(header.utf8))
        result.append(contentsOf: tensor.bytes)
        return result
    }

    /// Written under a temporary name, then renamed.
    public static func write(_ tensor: Tensor, path: String) throws(Diagnostic) {
        try OutputFile.write(data(tensor), path: path)
    }
}

extension Tensor.Storage {
    /// Elements reordered from first-axis-fastest to last-axis-fastest.
    func fromColumnMajor(_ shape: [Int]) -> Tensor.Storage {
        func reordered<T>(_ values: [T]) -> [T] {
            var strides = [Int](repeating: 1, count: shape.count)
            for axis in shape.indices.dropFirst() { strides[axis] = strides[axis - 1] * shape[axis - 1] }
            var index = [Int](repeating: 0, count: shape.count)
            var result: [T] = []
            result.reserveCapacity(values.count)
            for _ in values.indices {
                result.append(values[zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }])
                for axis in shape.indices.reversed() {
                    index[axis] += 1
                    if index[axis] < shape[axis] { break }
                    index[axis] = 0
                }
            }
            return result
        }
        return switch self {
        case .int8(let values): .int8(reordered(values))
        case .uint8(let values): .uint8(reordered(values))
        case .int16(let values): .int16(reordered(values))
        case .uint16(let values): .uint16(reordered(values))
        case .int32(let values): .int32(reordered(values))
        case .float32(let values): .float32(reordered(values))
        case .float16(let values): .float16(reordered(values))
        case .bfloat16(let values): .bfloat16(reordered(values))
        case .minifloat(let format, let values): .minifloat(format, reordered(values))
        }
    }
}
