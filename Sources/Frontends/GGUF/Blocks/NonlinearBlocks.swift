/// Four-bit codes that stand for sixteen unequally spaced levels: IQ4_NL, IQ4_XS.
enum NonlinearBlocks {
    /// `kvalues_iq4nl` of ggml-common.h
    static let levels: [Int8] = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]

    /// d level
    static func iq4_nl(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let d = block.half(0)
        for index in 0..<32 { y[index] = d * Float(levels[block.nibble(index, at: 2)]) }
    }

    /// d (scale - 32) level, runs of 32
    static func iq4_xs(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let (d, high) = (block.half(0), block.word16(2))
        for run in 0..<8 {
            let scale = block[4 + run / 2] >> (4 * (run & 1)) & 15 | (high >> (2 * run) & 3) << 4
            for index in 0..<32 {
                y[32 * run + index] = d * Float(scale - 32) * Float(levels[block.nibble(index, at: 8 + 16 * run)])
            }
        }
    }
}
