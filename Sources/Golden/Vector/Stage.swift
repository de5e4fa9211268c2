/// Blocks of widened elements that a kernel reads, computes in place and writes back. They stay in the first-level
/// cache, and since they alias nothing the loops over them become vector code.
struct Stage: @unchecked Sendable {
    /// Elements of a block: a multiple of 16, so that the blocks of a blocked sum never straddle two.
    static let capacity = 1024

    let float0: UnsafeMutablePointer<Float>
    let float1: UnsafeMutablePointer<Float>
    let integer0: UnsafeMutablePointer<Int32>
    let integer1: UnsafeMutablePointer<Int32>
    let integer2: UnsafeMutablePointer<Int32>
    let integer3: UnsafeMutablePointer<Int32>

    /// Bytes of memory for it.
    static let bytes = 6 * 4 * capacity

    /// - Parameter memory: so many bytes, on an element.
    init(_ memory: UnsafeMutableRawPointer) {
        float0 = memory.bindMemory(to: Float.self, capacity: 2 * Self.capacity)
        float1 = float0 + Self.capacity
        integer0 = (memory + 8 * Self.capacity).bindMemory(to: Int32.self, capacity: 4 * Self.capacity)
        integer1 = integer0 + Self.capacity
        integer2 = integer1 + Self.capacity
        integer3 = integer2 + Self.capacity
    }

    static func with(_ body: (Stage) -> Void) {
        withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 64) { body(Stage($0.baseAddress.unsafelyUnwrapped)) }
    }
}

/// Walks the offsets of rows of a nest in ascending order; `counts[3]` is the row itself.
struct RowCursor {
    private(set) var offset: Int
    private var middle: Int
    private var inner: Int
    private let middleCount: Int
    private let innerCount: Int
    private let outerStep: Int
    private let middleStep: Int
    private let innerStep: Int

    init(row: Int, counts: SIMD4<Int>, strides: SIMD4<Int>) {
        // Most instructions are one block: divisions only where they are needed.
        let (outer, rest) = row == 0 ? (0, 0) : row.quotientAndRemainder(dividingBy: counts[1] * counts[2])
        (middle, inner) = rest == 0 ? (0, 0) : rest.quotientAndRemainder(dividingBy: counts[2])
        innerCount = counts[2]
        middleCount = counts[1]
        offset = outer * strides[0] + middle * strides[1] + inner * strides[2]
        innerStep = strides[2]
        middleStep = strides[1] - counts[2] * strides[2]
        outerStep = strides[0] - counts[1] * strides[1]
    }

    mutating func next() {
        inner += 1
        offset += innerStep
        guard inner == innerCount else { return }
        inner = 0
        offset += middleStep
        middle += 1
        guard middle == middleCount else { return }
        middle = 0
        offset += outerStep
    }
}
