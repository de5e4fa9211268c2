/// Blocks of 32 elements with one scale d: Q4_0, Q4_1, Q5_0, Q5_1, Q8_0. Those of "1" have a minimum m too.
enum LegacyBlocks {
    /// d (q - 8)
    static func q4_0(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let d = block.half(0)
        for index in 0..<32 { y[index] = d * Float(block.nibble(index, at: 2) - 8) }
    }

    /// d q + m
    static func q4_1(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let (d, m) = (block.half(0), block.half(2))
        for index in 0..<32 { y[index] = d * Float(block.nibble(index, at: 4)) + m }
    }

    /// d (q - 16), the fifth bit of q in a word of its own
    static func q5_0(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let d = block.half(0)
        for index in 0..<32 { y[index] = d * Float(fiveBits(block, index, high: 2, low: 6) - 16) }
    }

    /// d q + m
    static func q5_1(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let (d, m) = (block.half(0), block.half(2))
        for index in 0..<32 { y[index] = d * Float(fiveBits(block, index, high: 4, low: 8)) + m }
    }

    /// d q
    static func q8_0(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let d = block.half(0)
        for index in 0..<32 { y[index] = d * Float(block.signed(2 + index)) }
    }

    static func fiveBits(_ block: QuantisedBlock, _ index: Int, high: Int, low: Int) -> Int {
        block.nibble(index, at: low) | Int(block.word32(high) >> UInt32(index) & 1) << 4
    }
}
