import Arch

/// All signed sums of a few activations, as they are stored: scratch memory for one table after the other.
struct SignedSums<Number: SignedNumeric & Comparable> {
    /// Set before `add`.
    let activations: UnsafeMutablePointer<Number>
    /// The stored entries in order, set by `add`.
    let entries: UnsafeMutablePointer<Number>
    private let length: Int
    private let isFull: Bool
    private let count: Int

    /// - Parameter scratch: `count + length` numbers of the format.
    init(_ scratch: UnsafeMutableBufferPointer<Number>, _ format: TableFormat) {
        count = format.count
        length = format.length
        isFull = format.entries.isFull
        // A format has an entry at least, so scratch memory is not empty.
        entries = scratch.baseAddress.unsafelyUnwrapped
        activations = entries + count
        entries.initialize(repeating: 0, count: count)
        activations.initialize(repeating: 0, count: length)
    }

    /// Doubles the table with every activation: what is there minus it, then plus it. So each entry sums from left to
    /// right, whose rounding is defined.
    func add() {
        entries[0] = -activations[0]
        var size = 1
        if isFull {
            entries[1] = activations[0]
            size = 2
        }
        for k in 1..<max(1, length) {
            let activation = activations[k]
            for i in 0..<size {
                entries[size + i] = entries[i] + activation
                entries[i] = entries[i] - activation
            }
            size *= 2
        }
    }

    /// The greatest magnitude of an entry.
    var greatest: Number { (0..<count).reduce(0) { $0 < abs(entries[$1]) ? abs(entries[$1]) : $0 } }

    /// (|a0| + |a1|) + ...
    var magnitude: Number { (1..<max(1, length)).reduce(abs(activations[0])) { $0 + abs(activations[$1]) } }
}
