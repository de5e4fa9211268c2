/// How a panel holds the weights of a column, in words of 32 bits.
package enum PanelFormat: Hashable, Sendable, CaseIterable {
    /// As operands write them.
    case numbers
    /// Of 8 bits, plus 128: the bytes' multiplier of the processor wants one side without sign.
    case bytes
    /// Of 4 bits, plus 8. A byte holds the weights k and k + 4 of eight.
    case nibbles

    /// What is added to a weight.
    package var bias: Int32 {
        switch self {
        case .numbers: 0
        case .bytes: 128
        case .nibbles: 8
        }
    }

    /// The narrowest that holds what both do.
    func holding(_ other: PanelFormat) -> PanelFormat {
        if self == .numbers || other == .numbers { return .numbers }
        return self == .bytes || other == .bytes ? .bytes : .nibbles
    }

    /// Numbers of a word.
    @inline(__always)
    func perWord<Number: DotNumber>(_: Number.Type) -> Int {
        switch self {
        case .numbers: Number.perWord
        case .bytes: 4
        case .nibbles: 8
        }
    }

    /// The narrowest that holds such numbers.
    @inline(__always)
    init<Number: DotNumber>(of numbers: UnsafePointer<Number>, count: Int) {
        var least: Number = 0
        var greatest: Number = 0
        for index in 0..<count {
            least = min(least, numbers[index])
            greatest = max(greatest, numbers[index])
        }
        self = least >= -8 && greatest <= 7 ? .nibbles : least >= -128 && greatest <= 127 ? .bytes : .numbers
    }
}
