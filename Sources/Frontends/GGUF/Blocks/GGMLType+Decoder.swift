extension GGMLType {
    /// Decodes whole blocks, bit for bit as `gguf.quants.dequantize` of the Python package does.
    ///
    /// - Parameters:
    ///   - bytes: whole blocks.
    ///   - y: an element for each of theirs.
    public func decode(_ bytes: UnsafeRawBufferPointer, into y: UnsafeMutableBufferPointer<Float>) {
        let (elements, size) = block
        let count = bytes.count / size
        guard let source = bytes.baseAddress, let target = y.baseAddress, y.count >= count * elements else { return }
        let decode = decoder
        for index in 0..<count {
            let start = source.assumingMemoryBound(to: UInt8.self) + index * size
            decode(QuantisedBlock(bytes: start), target + index * elements)
        }
    }

    private var decoder: BlockDecoder {
        switch self {
        case .f32: PlainElements.f32
        case .f16: PlainElements.f16
        case .bf16: PlainElements.bf16
        case .f64: PlainElements.f64
        case .i8: PlainElements.i8
        case .i16: PlainElements.i16
        case .i32: PlainElements.i32
        case .i64: PlainElements.i64
        case .q4_0: LegacyBlocks.q4_0
        case .q4_1: LegacyBlocks.q4_1
        case .q5_0: LegacyBlocks.q5_0
        case .q5_1: LegacyBlocks.q5_1
        case .q8_0: LegacyBlocks.q8_0
        case .q2_k: SuperBlocks.q2_k
        case .q3_k: SuperBlocks.q3_k
        case .q4_k: SuperBlocks.q4_k
        case .q5_k: SuperBlocks.q5_k
        case .q6_k: SuperBlocks.q6_k
        case .iq4_nl: NonlinearBlocks.iq4_nl
        case .iq4_xs: NonlinearBlocks.iq4_xs
        case .iq2_xxs: PointBlocks.iq2_xxs
        case .iq2_xs: PointBlocks.iq2_xs
        case .iq2_s: PointBlocks.iq2_s
        case .iq3_xxs: PointBlocks.iq3_xxs
        case .iq3_s: PointBlocks.iq3_s
        case .iq1_s: ShiftedPointBlocks.iq1_s
        case .iq1_m: ShiftedPointBlocks.iq1_m
        case .tq1_0: TernaryBlocks.tq1_0
        case .tq2_0: TernaryBlocks.tq2_0
        case .mxfp4: MicroscaledBlocks.mxfp4
        case .nvfp4: MicroscaledBlocks.nvfp4
        }
    }
}
