/// How codes lie in words of 32 bits.
enum WordPacking: Sendable {
    /// AutoGPTQ and GPTQModel: `qweight` [inputs * bits / 32, outputs] holds a stream of bits along the inputs of each output, `qzeros`
    /// [groups, outputs * bits / 32] one along the outputs, least significant bits first; codes of three bits cross words. Format
    /// `gptq` stores zero points less one, `gptq_v2` as they are.
    case gptq(zeroOffset: Int)
    /// AutoAWQ's `gemm`: `qweight` [inputs, outputs / 8] and `qzeros` [groups, outputs / 8]; the eight columns of a word are at nibbles 0, 4, 1,
    /// 5, 2, 6, 3, 7. (casper-hansen/AutoAWQ, `awq/modules/linear/gemm.py`.)
    case awq

    var name: String { if case .awq = self { "AWQ" } else { "GPTQ" } }

    /// What is added to a stored zero point.
    var zeroOffset: Int { if case .gptq(let offset) = self { offset } else { 0 } }

    /// - Parameter width: words of a row of `qweight`.
    func code(_ words: UnsafeRawBufferPointer, _ input: Int, _ output: Int, width: Int, bits: Int) -> Int {
        switch self {
        case .gptq: Self.stream(input, bits) { Self.word(words, $0 * width + output) }
        case .awq: Self.nibble(words, input * width, output)
        }
    }

    /// - Parameter width: words of a row of `qzeros`.
    func zero(_ words: UnsafeRawBufferPointer, _ group: Int, _ output: Int, width: Int, bits: Int) -> Int {
        switch self {
        case .gptq: Self.stream(output, bits) { Self.word(words, group * width + $0) }
        case .awq: Self.nibble(words, group * width, output)
        }
    }

    private static func word(_ words: UnsafeRawBufferPointer, _ index: Int) -> UInt64 {
        UInt64(UInt32(littleEndian: words.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self)))
    }

    /// Bits [bits * index, bits * (index + 1)) of a stream of words.
    private static func stream(_ index: Int, _ bits: Int, _ word: (Int) -> UInt64) -> Int {
        let (place, shift) = ((bits * index) >> 5, (bits * index) & 31)
        var both = word(place)
        if shift + bits > 32 { both |= word(place + 1) << 32 }
        return Int(both >> UInt64(shift)) & (1 << bits - 1)
    }

    private static let nibbles = [0, 4, 1, 5, 2, 6, 3, 7]

    private static func nibble(_ words: UnsafeRawBufferPointer, _ row: Int, _ column: Int) -> Int {
        Int(word(words, row + (column >> 3)) >> UInt64(4 * nibbles[column & 7])) & 15
    }
}
