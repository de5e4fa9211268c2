/// ceil(a / b) for a >= 0, b > 0.
@inlinable
func ceilDivide(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }

/// The smallest multiple of b that is not less than a.
@inlinable
func roundUp(_ a: Int, to b: Int) -> Int { ceilDivide(a, b) * b }

/// ceil(log2 n) for n >= 1: levels of a binary tree with n leaves.
func levels(_ n: Int) -> Int { n <= 1 ? 0 : Int.bitWidth - (n - 1).leadingZeroBitCount }

/// Parts of one size.
struct Parts: Hashable, Sendable {
    var size: Int
    var count: Int
}

/// An axis cut into parts of `size`: the whole ones and, when there is one, the shorter last.
func parts(of total: Int, by size: Int) -> [Parts] {
    guard total > 0 else { return [] }
    let (whole, rest) = total.quotientAndRemainder(dividingBy: size)
    return (whole > 0 ? [Parts(size: size, count: whole)] : []) + (rest > 0 ? [Parts(size: rest, count: 1)] : [])
}

extension Int {
    /// The lowest `width` bits as a two's complement number; `width` in 1...64.
    @inlinable
    public func wrapped(to width: Int) -> Int { (self << (Int.bitWidth - width)) >> (Int.bitWidth - width) }
}
