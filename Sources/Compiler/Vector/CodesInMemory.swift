import Formats

extension Codec {
    /// What the number in memory exceeds the value by: ternary edges hold the codes 0, 1, 2 of -1, 0, 1.
    var memoryOffset: Int { self == .ternary ? 1 : 0 }

    /// Numbers in memory; `nil` for floats, flint and slots of pairs. The codes of `bipolar` and `ternary` are ordered as their values.
    var memoryRange: ClosedRange<Int>? {
        switch self {
        case .bipolar(let bits): 0...(1 << bits) - 1
        case .ternary: 0...2
        case .outlierVictim, .flint: nil
        case .signed, .unsigned, .float32, .float16, .bfloat16, .minifloat: range
        }
    }

    /// The bits in memory of a value that the codec holds.
    func memoryBits(ofValue value: Int) -> UInt32 {
        switch self {
        case .bipolar, .ternary, .flint: code(ofValue: value) ?? 0
        case .signed, .unsigned, .float32, .float16, .bfloat16, .minifloat, .outlierVictim: UInt32(truncatingIfNeeded: value)
        }
    }
}
