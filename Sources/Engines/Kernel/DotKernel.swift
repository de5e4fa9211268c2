/// Four dot products of one activation row with four weight rows that lie `pitch` apart, modulo 2^32.
/// Written so that the compiler pairs 16-bit products into 32-bit lanes (`pmaddwd` on x86, `smlal` on ARM).
@inline(__always)
func dotFour<Number: DotNumber>(
    _ activations: UnsafePointer<Number>, _ weights: UnsafePointer<Number>, pitch: Int, count: Int
) -> SIMD4<Int32> {
    let weights1 = weights + pitch
    let weights2 = weights1 + pitch
    let weights3 = weights2 + pitch
    var sum0: Int32 = 0
    var sum1: Int32 = 0
    var sum2: Int32 = 0
    var sum3: Int32 = 0
    for k in 0..<count {
        let activation = Int32(truncatingIfNeeded: activations[k])
        sum0 &+= activation &* Int32(truncatingIfNeeded: weights[k])
        sum1 &+= activation &* Int32(truncatingIfNeeded: weights1[k])
        sum2 &+= activation &* Int32(truncatingIfNeeded: weights2[k])
        sum3 &+= activation &* Int32(truncatingIfNeeded: weights3[k])
    }
    return SIMD4(sum0, sum1, sum2, sum3)
}
