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
    func preload(_ multiply: Multiply, _ memory: CoreMemory, blockColumns: Int) -> BeatStream {
        var beats: [[Int]] = []
        if multiply.accumulate {
            for block in 0..<ceilDivide(multiply.columns, blockColumns) {
                for row in 0..<multiply.rows {
                    let sums = (0..<lanes).map { lane -> Int in
                        let column = block * blockColumns + lane
                        guard lane < blockColumns, column < multiply.columns else { return 0 }
                        let address = multiply.accumulators + row * multiply.accumulatorPitch + 4 * column
                        return Int(memory.accumulators.loadUnaligned(fromByteOffset: address, as: UInt32.self))
                    }
                    beats.append([word(block: block, row: row, multiply)] + sums)
                }
            }
        }
        return BeatStream(
            "host_write_i",
            fields: [RTLPort("host_address_i", bits: addressBits), RTLPort("host_data_i", bits: 32, count: lanes)],
            beats: beats)
    }
}
