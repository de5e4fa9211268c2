/// Blocks of 256 elements of three levels: TQ1_0, TQ2_0.
enum TernaryBlocks {
    /// d (trit - 1); five trits of a byte are the leading digits of byte / 256 in base 3
    static func tq1_0(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let d = block.half(52)
        for index in 0..<256 { y[index] = d * Float(trit(block, index) - 1) }
    }

    static func trit(_ block: QuantisedBlock, _ index: Int) -> Int {
        let (byte, digit) =
            switch index {
            case ..<160: (index % 32, index / 32)
            case ..<240: (32 + (index - 160) % 16, (index - 160) / 16)
            default: (48 + (index - 240) % 4, (index - 240) / 4)
            }
        return ((block[byte] * powers[digit] & 255) * 3) >> 8
    }

    private static let powers = [1, 3, 9, 27, 81]

    /// d (q - 1)
    static func tq2_0(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let d = block.half(64)
        for index in 0..<256 { y[index] = d * Float(twoBits(block, index) - 1) }
    }

    static func twoBits(_ block: QuantisedBlock, _ index: Int) -> Int {
        block[index / 128 * 32 + index % 32] >> (index % 128 / 32 * 2) & 3
    }
}
