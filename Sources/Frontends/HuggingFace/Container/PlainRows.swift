import Diagnostics
import Formats
import Graph

/// Rows of a tensor of numbers: one element behind the other, or in an order that the graph has not.
struct PlainRows: RowSource {
    enum Layout: Sendable {
        /// [rows, columns]
        case rows
        /// [columns, rows], as `Conv1D` of GPT-2 keeps its weights.
        case columns
        /// A kernel [rows, channels, taps] that becomes [rows, taps, channels].
        case kernel(taps: Int)
    }

    let tensor: Checkpoint.Tensor
    let rows: Int
    let columns: Int
    var layout = Layout.rows
    /// Added to every number: gains of Gemma's norms are stored less one.
    var offset: Float = 0

    /// Types whose numbers are read.
    static let types: Set<SafetensorsType> = [.f32, .f16, .bf16, .f64]

    var name: String { tensor.name }
    var storedType: String { tensor.type.rawValue }

    func decode(row: Int, into values: UnsafeMutableBufferPointer<Float>) {
        tensor.data.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) in
            switch layout {
            case .rows: for index in 0..<columns { values[index] = number(bytes, row * columns + index) }
            case .columns: for index in 0..<columns { values[index] = number(bytes, index * rows + row) }
            case .kernel(let taps):
                let channels = columns / taps
                for index in 0..<columns {
                    values[index] = number(bytes, row * columns + index % channels * taps + index / channels)
                }
            }
        }
    }

    private func number(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Float { tensor.type.number(bytes, index) + offset }

    /// Floats of 16 bits are what graphs have.
    var exactFormat: NumberFormat? {
        guard offset == 0 else { return nil }
        return switch tensor.type {
        case .f16: NumberFormat(codec: .float16)
        case .bf16: NumberFormat(codec: .bfloat16)
        default: nil
        }
    }

    func exactRow(_ row: Int) throws(Diagnostic) -> CodedRow {
        throw Diagnostic(node: name, "internal error: plain numbers have no codes")
    }
}

extension SafetensorsType {
    /// An element of a tensor of floats; the nearest f32 to one of 64 bits, 0 of a type that is no float.
    func number(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Float {
        func load<T: FixedWidthInteger>(_ type: T.Type) -> T {
            T(littleEndian: bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: T.self))
        }
        return switch self {
        case .f32: Float(bitPattern: load(UInt32.self))
        case .f16: Binary16.widened(load(UInt16.self))
        case .bf16: Float(bitPattern: UInt32(load(UInt16.self)) << 16)
        case .f64: Float(Double(bitPattern: load(UInt64.self)))
        default: 0
        }
    }
}
