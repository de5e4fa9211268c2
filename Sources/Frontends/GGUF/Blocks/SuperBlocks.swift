/// Blocks of 256 elements whose runs of 16 or 32 have scales of a few bits, themselves scaled by d (and minima by dmin):
/// Q2_K to Q6_K.
enum SuperBlocks {
    /// d (scale & 15) q - dmin (scale >> 4), runs of 16
    static func q2_k(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let (d, minimum) = (block.half(80), block.half(82))
        for index in 0..<256 {
            let scale = block[index / 16]
            y[index] = d * Float(scale & 15) * Float(twoBits(block, index, at: 16)) - minimum * Float(scale >> 4)
        }
    }

    /// d (scale - 32) (q - 4), runs of 16; q has its third bit in the mask
    static func q3_k(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let d = block.half(108)
        for run in 0..<16 {
            let scale = d * Float(threeBitScale(block, run) - 32)
            for index in 16 * run..<16 * run + 16 {
                let high = block[index % 32] >> (4 * (index / 128) + index % 128 / 32) & 1
                y[index] = scale * Float(twoBits(block, index, at: 32) - (high == 1 ? 0 : 4))
            }
        }
    }

    /// Two bits in each of 32 neighbouring bytes, then the next two.
    private static func twoBits(_ block: QuantisedBlock, _ index: Int, at start: Int) -> Int {
        block[start + index / 128 * 32 + index % 32] >> (index % 128 / 32 * 2) & 3
    }

    private static func threeBitScale(_ block: QuantisedBlock, _ run: Int) -> Int {
        let low = block[96 + run % 8] >> (run >= 8 ? 4 : 0) & 15
        return low | (block[104 + run % 4] >> (2 * (run / 4)) & 3) << 4
    }

    /// d scale q - dmin minimum, runs of 32
    static func q4_k(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        for run in 0..<8 {
            let (scale, minimum) = scaleAndMinimum(block, run)
            for index in 0..<32 {
                let byte = block[16 + run / 2 * 32 + index]
                y[32 * run + index] = scale * Float(run & 1 == 1 ? byte >> 4 : byte & 15) - minimum
            }
        }
    }

    /// As Q4_K, with a fifth bit.
    static func q5_k(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        for run in 0..<8 {
            let (scale, minimum) = scaleAndMinimum(block, run)
            for index in 0..<32 {
                let byte = block[48 + run / 2 * 32 + index]
                let low = run & 1 == 1 ? byte >> 4 : byte & 15
                y[32 * run + index] = scale * Float(low | (block[16 + index] >> run & 1) << 4) - minimum
            }
        }
    }

    /// Six bits each of eight scales and eight minima, in twelve bytes.
    private static func scaleAndMinimum(_ block: QuantisedBlock, _ run: Int) -> (Float, Float) {
        let (scale, minimum): (Int, Int)
        if run < 4 {
            (scale, minimum) = (block[4 + run] & 63, block[8 + run] & 63)
        } else {
            scale = block[8 + run] & 15 | (block[run] >> 6) << 4
            minimum = block[8 + run] >> 4 | (block[4 + run] >> 6) << 4
        }
        return (block.half(0) * Float(scale), block.half(2) * Float(minimum))
    }

    /// d scale (q - 32), runs of 16
    static func q6_k(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let d = block.half(208)
        for index in 0..<256 {
            let (half, quarter, place) = (index / 128, index % 128 / 32, index % 32)
            let byte = block[64 * half + 32 * (quarter & 1) + place]
            let low = quarter < 2 ? byte & 15 : byte >> 4
            let code = low | (block[128 + 32 * half + place] >> (2 * quarter) & 3) << 4
            y[index] = d * Float(block.signed(192 + index / 16)) * Float(code - 32)
        }
    }
}
