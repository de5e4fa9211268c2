import Arch
import Formats

/// What a byte of an int8 or uint8 activation stands for, its lowest `activationBits`, or one of flint.
struct ActivationCode: Sendable {
    private let format: Multiply.Activations
    private let unused: UInt8

    @inline(__always)
    init(_ multiply: Multiply) {
        format = multiply.activationFormat
        unused = UInt8(truncatingIfNeeded: 8 - multiply.activationBits)
    }

    /// Bytes are numbers of 8 bits in two's complement.
    var isByte: Bool { unused == 0 && format != .uint8 && format != .flint4 && format != .uflint4 }

    @inline(__always)
    func value(_ byte: UInt8) -> Int16 {
        switch format {
        case .flint4: return Int16(FlintCodec.signed.value(byte))
        case .uflint4: return Int16(FlintCodec.unsigned.value(byte))
        case .uint8: return Int16((byte &<< unused) &>> unused)
        default: return Int16(Int8(bitPattern: byte &<< unused) &>> Int8(bitPattern: unused))
        }
    }
}
