/// Rows of numbers, zero at first. Owned by the caller, who deallocates it; tasks write disjoint rows.
struct NumberBlock<Number: AdditiveArithmetic & BitwiseCopyable>: @unchecked Sendable {
    let base: UnsafeMutablePointer<Number>
    /// Numbers of a row.
    let length: Int

    @inline(__always)
    init(rows: Int, length: Int) {
        self.length = length
        base = .allocate(capacity: max(1, rows * length))
        base.initialize(repeating: .zero, count: rows * length)
    }

    @inline(__always)
    func row(_ index: Int) -> UnsafeMutablePointer<Number> { base + index * length }

    func deallocate() { base.deallocate() }
}
