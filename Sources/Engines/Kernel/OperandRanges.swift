import Arch
import Formats

extension Multiply {
    /// Values of an activation code of one byte.
    var activationRange: ClosedRange<Int> {
        switch activationFormat {
        case .uint8: 0...255
        case .flint4: FlintCodec.signed.range
        case .uflint4: FlintCodec.unsigned.range
        default: -128...127
        }
    }

    /// The number that a byte of an activation stands for.
    @inline(__always)
    func activation(_ byte: UInt8) -> Int16 { ActivationCode(self).value(byte) }

    /// Values of a code before its zero point.
    var levels: ClosedRange<Int> {
        switch codes {
        case .offset: 0...(1 << weightBits - 1)
        case .bipolar: (1 - 1 << weightBits)...(1 << weightBits - 1)
        case .twosComplement: -(1 << (weightBits - 1))...(1 << (weightBits - 1)) - 1
        // Refused by the program checker where a range is asked for.
        case .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1, .pairsInt4,
            .pairsFlint4, .pairsInt8, .pairsInt8E2M5, .flint4, .uflint4, .dictionary: 0...0
        }
    }

    /// Every weight, its zero point subtracted, fits the port.
    func zerosFit(_ port: ClosedRange<Int>, memory: CoreMemory, columnBlock: Int) -> Bool {
        func fits(_ zero: Int) -> Bool {
            port.contains(levels.lowerBound - zero) && port.contains(levels.upperBound - zero)
        }
        guard codes.readsZeros else { return true }
        switch zero {
        case .immediate(let zero): return fits(zero)
        case .centroids: return true
        case .table:
            let groups = KCut(self, granule: structure.granule).weightGroups
            let parameters = GroupParameters(self, memory: memory, columnBlock: columnBlock, weightGroups: groups)
            return (0..<columns).allSatisfy { column in
                (0..<groups).allSatisfy { fits(parameters.zero(column: column, group: $0)) }
            }
        }
    }
}
