/// An exact dot product of integers, in a width that the caller has proven to be enough.
protocol ExactDot {
    associatedtype Element: FixedWidthInteger & SignedInteger & BitwiseCopyable
    static func dot(_ a: UnsafePointer<Element>, _ b: UnsafePointer<Element>, count: Int) -> Int64
}

/// 16-bit factors, 32-bit sum: for count * max|a| * max|b| < 2^31.
enum NarrowDot: ExactDot {
    @inline(__always)
    static func dot(_ a: UnsafePointer<Int16>, _ b: UnsafePointer<Int16>, count: Int) -> Int64 {
        var sum: Int32 = 0
        for k in 0..<count { sum &+= Int32(a[k]) &* Int32(b[k]) }
        return Int64(sum)
    }
}

/// 32-bit factors, 64-bit sum: for count * max|a| * max|b| < 2^63.
enum WideDot: ExactDot {
    @inline(__always)
    static func dot(_ a: UnsafePointer<Int32>, _ b: UnsafePointer<Int32>, count: Int) -> Int64 {
        var sum: Int64 = 0
        for k in 0..<count { sum &+= Int64(a[k]) &* Int64(b[k]) }
        return sum
    }
}
