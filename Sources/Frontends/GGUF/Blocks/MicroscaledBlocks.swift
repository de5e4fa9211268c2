/// Floats of four bits (E2M1) with a scale that is itself a small float: MXFP4, NVFP4.
enum MicroscaledBlocks {
    /// Twice the numbers of E2M1, as ggml has them; its second zero has lost its sign.
    static let doubled: [Float] = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12]

    /// 2^(e - 128) times the doubled number; e = 255 is no NaN here, and the two smallest scales are subnormal
    static func mxfp4(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let scale = halfPower(block[0])
        for index in 0..<32 { y[index] = scale * doubled[block.nibble(index, at: 1)] }
    }

    /// 2^(e - 128)
    static func halfPower(_ e: Int) -> Float {
        Float(bitPattern: e < 2 ? 0x0020_0000 << UInt32(e) : UInt32(e - 1) << 23)
    }

    /// Four runs of 16: half the scale times the doubled number
    static func nvfp4(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        for run in 0..<4 {
            let scale = unsignedE4M3(block[run]) * 0.5
            for index in 0..<8 {
                let byte = block[4 + 8 * run + index]
                y[16 * run + index] = scale * doubled[byte & 15]
                y[16 * run + 8 + index] = scale * doubled[byte >> 4]
            }
        }
    }

    /// E4M3 whose sign bit is not looked at. 0x7F, its NaN, is zero; 0xFF is 480.
    static func unsignedE4M3(_ code: Int) -> Float {
        let (exponent, fraction) = (code >> 3 & 15, code & 7)
        if code == 0x7F { return 0 }
        if exponent == 0 { return Float(fraction) * 0x1p-9 }
        return (1 + Float(fraction) / 8) * Float(bitPattern: UInt32(exponent - 7 + 127) << 23)
    }
}
