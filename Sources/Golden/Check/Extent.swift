/// The bytes that a nest of strided loops can touch, as a half-open range. Integer arithmetic on it cannot trap.
struct Extent {
    private(set) var low: Int
    private(set) var high: Int
    /// A count below one or a range that does not fit in an integer: no memory holds it.
    private(set) var isMalformed = false

    init(start: Int, bytes: Int) {
        low = start
        (high, isMalformed) = start.addingReportingOverflow(bytes)
        if bytes < 1 { isMalformed = true }
    }

    mutating func sweep(count: Int, stride: Int) {
        guard count >= 1 else {
            isMalformed = true
            return
        }
        let (reach, wide) = (count - 1).multipliedReportingOverflow(by: stride)
        let (sum, over) = reach < 0 ? low.addingReportingOverflow(reach) : high.addingReportingOverflow(reach)
        if reach < 0 { low = sum } else { high = sum }
        if wide || over { isMalformed = true }
    }

    func swept(count: Int, stride: Int) -> Extent {
        var copy = self
        copy.sweep(count: count, stride: stride)
        return copy
    }

    func fits(_ size: Int) -> Bool { !isMalformed && low >= 0 && high <= size }

    func overlaps(_ other: Extent) -> Bool { low < other.high && other.low < high }
}

/// Product of counts that must all be at least one; `nil` when they are not or when it does not fit.
func checkedProduct(_ factors: Int...) -> Int? {
    var product = 1
    for factor in factors {
        let (next, over) = product.multipliedReportingOverflow(by: factor)
        guard factor >= 1, !over else { return nil }
        product = next
    }
    return product
}
