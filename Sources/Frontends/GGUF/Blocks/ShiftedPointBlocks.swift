import Formats

/// Blocks of 256 elements that are points of -1, 0 and 1, all shifted by an eighth up or down: IQ1_S, IQ1_M.
enum ShiftedPointBlocks {
    private static func write(_ y: UnsafeMutablePointer<Float>, _ point: Int, shift: Float, scale: Float) {
        let table = PointTables.iq1
        for index in 0..<8 { y[index] = scale * (Float(table.element(point, index)) + shift) }
    }

    /// d (2 scale + 1), a scale per 32
    static func iq1_s(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let d = block.half(0)
        for part in 0..<32 {
            let high = block.word16(34 + 2 * (part / 4))
            let point = block[2 + part] | (high >> (3 * (part % 4)) & 7) << 8
            let scale = d * Float(2 * (high >> 12 & 7) + 1)
            write(y + 8 * part, point, shift: high & 0x8000 != 0 ? -0.125 : 0.125, scale: scale)
        }
    }

    /// The same with a scale per 16; d is spread over the upper four bits of the words of scales
    static func iq1_m(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let d = scale(of: block)
        for part in 0..<32 {
            let nibble = block[32 + part / 2] >> (4 * (part & 1)) & 15
            let bits = block.word16(48 + 2 * (part / 8)) >> (3 * (part / 2 % 4)) & 7
            let point = block[part] | (nibble & 7) << 8
            write(y + 8 * part, point, shift: nibble & 8 != 0 ? -0.125 : 0.125, scale: d * Float(2 * bits + 1))
        }
    }

    private static func scale(of block: QuantisedBlock) -> Float {
        let pattern = (0..<4).reduce(0) { $0 | (block.word16(48 + 2 * $1) >> 12) << (4 * $1) }
        return Binary16.widened(UInt16(pattern))
    }
}
