/// The bits of one instruction; bit 0 is the lowest bit of the first byte.
struct BitString: Hashable {
    private(set) var words: [UInt64]

    init(bits: Int) { words = Array(repeating: 0, count: (bits + 63) / 64) }

    /// `bytes` is a whole number of words.
    init(bytes: ArraySlice<UInt8>) {
        words = Array(repeating: 0, count: (bytes.count + 7) / 8)
        for (index, byte) in bytes.enumerated() { words[index / 8] |= UInt64(byte) << UInt64(index % 8 * 8) }
    }

    var bytes: [UInt8] {
        words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64($0 * 8)) } }
    }

    /// Fields of at most 40 bits.
    mutating func set(_ value: Int, _ field: FieldDescription) {
        let bits = UInt64(truncatingIfNeeded: value) & ((1 << UInt64(field.bits)) - 1)
        let (word, shift) = (field.position / 64, UInt64(field.position % 64))
        words[word] |= bits << shift
        if shift + UInt64(field.bits) > 64 { words[word + 1] |= bits >> (64 - shift) }
    }

    func get(_ field: FieldDescription) -> Int {
        let (word, shift) = (field.position / 64, UInt64(field.position % 64))
        var bits = words[word] >> shift
        if shift + UInt64(field.bits) > 64 { bits |= words[word + 1] << (64 - shift) }
        bits &= (1 << UInt64(field.bits)) - 1
        guard field.isSigned else { return Int(bits) }
        let unused = 64 - field.bits
        return Int(bitPattern: UInt(bits << UInt64(unused))) >> unused
    }
}
