import Arch

/// The accumulator scratchpad beside an array under test: a word is a row of a column block.
struct AccumulatorPorts {
    /// Columns of a word.
    var lanes: Int
    var words: Int

    var addressBits: Int { max(1, levels(words)) }

    func word(block: Int, row: Int, _ multiply: Multiply) -> Int { block * multiply.rows + row }

    /// What it holds before an instruction that adds to it.
    ///
    /// - Parameter blockColumns: columns of a block, at most `lanes`.
    func preload(_ multiply: Multiply, _ memory: CoreMemory, blockColumns: Int) -> [Int: [UInt32]] {
        guard multiply.accumulate else { return [:] }
        var words: [Int: [UInt32]] = [:]
        for block in 0..<ceilDivide(multiply.columns, blockColumns) {
            let columns = block * blockColumns..<min(multiply.columns, (block + 1) * blockColumns)
            for row in 0..<multiply.rows {
                words[word(block: block, row: row, multiply)] = columns.map { column in
                    let address = multiply.accumulators + row * multiply.accumulatorPitch + 4 * column
                    return memory.accumulators.loadUnaligned(fromByteOffset: address, as: UInt32.self)
                }
            }
        }
        return words
    }
}
