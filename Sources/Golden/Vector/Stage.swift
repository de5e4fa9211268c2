/// Blocks of widened elements that a kernel reads, computes in place and writes back. They stay in the first-level
/// cache, and since they alias nothing the loops over them become vector code.
struct Stage {
    /// Elements of a block: a multiple of 16, so that the blocks of a blocked sum never straddle two.
    static let capacity = 1024

    let float0: UnsafeMutablePointer<Float>
    let float1: UnsafeMutablePointer<Float>
    let integer0: UnsafeMutablePointer<Int32>
    let integer1: UnsafeMutablePointer<Int32>
    let integer2: UnsafeMutablePointer<Int32>
    let integer3: UnsafeMutablePointer<Int32>

    static func with<Result>(_ body: (Stage) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * capacity) { floats in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: 4 * capacity) { integers in
                let f = floats.baseAddress.unsafelyUnwrapped
                let i = integers.baseAddress.unsafelyUnwrapped
                return body(
                    Stage(
                        float0: f, float1: f + capacity, integer0: i, integer1: i + capacity,
                        integer2: i + 2 * capacity,
                        integer3: i + 3 * capacity))
            }
        }
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
