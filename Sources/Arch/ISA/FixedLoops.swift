/// One level of a nest of loops inside an instruction; `init()` is a loop of one step.
public protocol InstructionLoop: Hashable, Sendable {
    init()
    var count: Int { get }
}

/// The nest of an instruction, outermost first: always `size` loops, stored in place. So an instruction is plain bytes:
/// copying a program allocates nothing and counts no references.
@frozen
public struct FixedLoops<let size: Int, Loop: InstructionLoop>: Sendable {
    @usableFromInline var storage: InlineArray<size, Loop>

    /// Loops of one step.
    @inlinable
    public init() { storage = InlineArray(repeating: Loop()) }

    /// At most `size` loops; those that are missing are outermost and have one step.
    @inlinable
    public init(_ loops: [Loop]) {
        storage = InlineArray(repeating: Loop())
        for index in loops.indices { storage[size - loops.count + index] = loops[index] }
    }

    /// Product of the counts.
    @inlinable
    public var steps: Int {
        var product = 1
        for index in 0..<size { product *= storage[index].count }
        return product
    }
}

extension FixedLoops: RandomAccessCollection, MutableCollection {
    @inlinable
    public var startIndex: Int { 0 }
    @inlinable
    public var endIndex: Int { size }
    @inlinable
    public subscript(index: Int) -> Loop {
        get { storage[index] }
        set { storage[index] = newValue }
    }
}

extension FixedLoops: Hashable {
    @inlinable
    public static func == (a: Self, b: Self) -> Bool {
        for index in 0..<size where a.storage[index] != b.storage[index] { return false }
        return true
    }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        for index in 0..<size { hasher.combine(storage[index]) }
    }
}
