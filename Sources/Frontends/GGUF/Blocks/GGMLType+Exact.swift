import Diagnostics
import Formats

/// Blocks whose codes and scales a graph can have as they are: no bit is lost, and none is added.
extension GGMLType {
    /// The format of a graph with the same numbers; `nil` when a minimum, a table or a scale of scales has no place in one.
    var exactFormat: NumberFormat? {
        switch self {
        case .f16: NumberFormat(codec: .float16)
        case .bf16: NumberFormat(codec: .bfloat16)
        case .q8_0, .iq4_nl: NumberFormat(codec: .int8, sharing: .group(32))
        // Their scales may be negative and those of graphs may not: then codes count the other way, from another zero point.
        case .q4_0: NumberFormat(codec: .unsigned(bits: 4), sharing: .group(32), hasZeros: true)
        case .q5_0: NumberFormat(codec: .unsigned(bits: 5), sharing: .group(32), hasZeros: true)
        case .tq1_0, .tq2_0: NumberFormat(codec: .ternary, sharing: .group(256))
        case .mxfp4: NumberFormat(codec: .minifloat(.e2m1), sharing: .group(32))
        case .nvfp4: NumberFormat(codec: .minifloat(.e2m1), sharing: .group(16))
        default: nil
        }
    }

    /// Codes, scale and zero point of a block in `exactFormat`.
    func appendExact(_ block: QuantisedBlock, to row: inout CodedRow) throws(Diagnostic) {
        switch self {
        case .q4_0: Self.appendUnsigned(bits: 4, scale: block.half(0), to: &row) { block.nibble($0, at: 2) }
        case .q5_0:
            Self.appendUnsigned(bits: 5, scale: block.half(0), to: &row) { LegacyBlocks.fiveBits(block, $0, high: 2, low: 6) }
        case .q8_0: try Self.appendSigned(.int8, 32, scale: block.half(0), to: &row) { block.signed(2 + $0) }
        case .iq4_nl:
            try Self.appendSigned(.int8, 32, scale: block.half(0), to: &row) {
                Int(NonlinearBlocks.levels[block.nibble($0, at: 2)])
            }
        case .tq1_0:
            try Self.appendSigned(.ternary, 256, scale: block.half(52), to: &row) { TernaryBlocks.trit(block, $0) - 1 }
        case .tq2_0:
            try Self.appendSigned(.ternary, 256, scale: block.half(64), to: &row) { TernaryBlocks.twoBits(block, $0) - 1 }
        case .mxfp4:
            // Halves of doubled numbers under twice their scale.
            let scale = MicroscaledBlocks.halfPower(block[0]) * 2
            Self.appendFourBits(32, scale: scale, to: &row) { block.nibble($0, at: 1) }
        case .nvfp4:
            for run in 0..<4 {
                Self.appendFourBits(16, scale: MicroscaledBlocks.unsignedE4M3(block[run]), to: &row) {
                    block[4 + 8 * run + $0 % 8] >> ($0 / 8 * 4) & 15
                }
            }
        default: throw Diagnostic("internal error: \(name) has no exact format")
        }
    }

    /// d (q - middle), or -d (q' - (middle - 1)) with q' = greatest - q.
    private static func appendUnsigned(bits: Int, scale: Float, to row: inout CodedRow, _ code: (Int) -> Int) {
        let (greatest, middle) = (1 << bits - 1, 1 << (bits - 1))
        let isNegative = scale < 0
        row.scales.append(scale == 0 ? 1 : scale.magnitude)
        row.zeros.append(UInt32(isNegative ? middle - 1 : middle))
        for index in 0..<32 {
            let q = scale == 0 ? middle : code(index)
            row.codes.append(UInt32(isNegative ? greatest - q : q))
        }
    }

    private static func appendSigned(
        _ codec: Codec, _ count: Int, scale: Float, to row: inout CodedRow, _ value: (Int) -> Int
    ) throws(Diagnostic) {
        row.scales.append(scale == 0 ? 1 : scale.magnitude)
        for index in 0..<count {
            let number = scale == 0 ? 0 : scale < 0 ? -value(index) : value(index)
            guard let code = codec.code(ofValue: number) else {
                throw Diagnostic("\(codec.name) has no code for \(number) times the scale: import the tensor as f16")
            }
            row.codes.append(code)
        }
    }

    /// E2M1 codes; their second zero becomes the first, as ggml reads it.
    private static func appendFourBits(_ count: Int, scale: Float, to row: inout CodedRow, _ code: (Int) -> Int) {
        row.scales.append(scale == 0 ? 1 : scale)
        for index in 0..<count {
            let q = code(index)
            row.codes.append(UInt32(scale == 0 || q == 8 ? 0 : q))
        }
    }
}
