/// Blocks of 256 elements that are points of a table, eight elements with a byte of signs: IQ2 and IQ3. A sign bit that is set is a
/// minus. Seven stored bits stand for eight: the eighth makes the number of minuses even.
enum PointBlocks {
    private static func evenSigns(_ bits: Int) -> Int { bits | (bits.nonzeroBitCount & 1) << 7 }

    /// Eight elements from `width`-wide points.
    private static func write(
        _ y: UnsafeMutablePointer<Float>, _ table: PointTable, _ points: (Int, Int), signs: Int, scale: Float
    ) {
        for index in 0..<8 {
            let point = index < table.width ? points.0 : points.1
            let value = scale * Float(table.element(point, index % table.width))
            y[index] = signs >> index & 1 == 1 ? -value : value
        }
    }

    /// d (1/2 + scale) / 4, a scale per 32, with four sign words in the same 32 bits
    static func iq2_xxs(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let (d, table) = (block.half(0), PointTables.iq2xxs)
        for group in 0..<8 {
            let start = 2 + 8 * group
            let word = block.word32(start + 4)
            let scale = d * (0.5 + Float(word >> 28)) * 0.25
            for part in 0..<4 {
                let signs = evenSigns(Int(word >> UInt32(7 * part) & 127))
                write(y + 32 * group + 8 * part, table, (block[start + part], 0), signs: signs, scale: scale)
            }
        }
    }

    /// d (1/2 + scale) / 4, a scale per 16; seven sign bits above nine of the point
    static func iq2_xs(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let table = PointTables.iq2xs
        for part in 0..<32 {
            let word = block.word16(2 + 2 * part)
            let scale = quarterScale(block, part, at: 66)
            write(y + 8 * part, table, (word & 511, 0), signs: evenSigns(word >> 9), scale: scale)
        }
    }

    /// As IQ2_XS, with a byte of signs and ten bits of the point
    static func iq2_s(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let table = PointTables.iq2s
        for part in 0..<32 {
            let point = block[2 + part] | (block[66 + part / 4] >> (2 * (part % 4)) & 3) << 8
            let scale = quarterScale(block, part, at: 74)
            write(y + 8 * part, table, (point, 0), signs: block[34 + part], scale: scale)
        }
    }

    private static func quarterScale(_ block: QuantisedBlock, _ part: Int, at start: Int) -> Float {
        let nibble = block[start + part / 4] >> (4 * (part / 2 & 1)) & 15
        return block.half(0) * (0.5 + Float(nibble)) * 0.25
    }

    /// d (1/2 + scale) / 2, a scale per 32; two points of four make eight elements
    static func iq3_xxs(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let (d, table) = (block.half(0), PointTables.iq3xxs)
        for group in 0..<8 {
            let word = block.word32(66 + 4 * group)
            let scale = d * (0.5 + Float(word >> 28)) * 0.5
            for part in 0..<4 {
                let start = 2 + 8 * group + 2 * part
                let signs = evenSigns(Int(word >> UInt32(7 * part) & 127))
                write(y + 32 * group + 8 * part, table, (block[start], block[start + 1]), signs: signs, scale: scale)
            }
        }
    }

    /// d (1 + 2 scale), a scale per 32; nine bits of each point
    static func iq3_s(_ block: QuantisedBlock, _ y: UnsafeMutablePointer<Float>) {
        let (d, table) = (block.half(0), PointTables.iq3s)
        func point(_ index: Int) -> Int { block[2 + index] | (block[66 + index / 8] >> (index % 8) & 1) << 8 }
        for part in 0..<32 {
            let nibble = block[106 + part / 8] >> (4 * (part / 4 & 1)) & 15
            write(
                y + 8 * part, table, (point(2 * part), point(2 * part + 1)), signs: block[74 + part],
                scale: d * Float(1 + 2 * nibble))
        }
    }
}
