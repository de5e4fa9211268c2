import Arch

/// Exact tables as dot-product operands. Every entry is an exact sum, so the four activations can be read back from the
/// table and the planes from the codes: the lookups are the dot product of both.
struct ExactTableOperands: DotOperands {
    let engine: LUTTensorCore
    let multiply: Multiply
    let memory: CoreMemory
    let cut: KCut
    let parameters: GroupParameters

    var granule: Int { 4 }
    var numbersPerGranule: Int { 4 }
    var sumsInHalves: Bool { false }

    func writeRow(_ row: Int, to numbers: UnsafeMutablePointer<Int16>) {
        let bytes = UnsafeRawBufferPointer(memory[multiply.activations.space])
        let nest = ActivationNest(multiply: multiply)
        let base = nest.row(row)
        let quads = ceilDivide(multiply.run, 4)
        let isFull = multiply.activationFormat == .exactFullTables
        var next = numbers
        nest.forEachRun { offset in
            for quad in 0..<quads {
                let half = isFull
                    ? bytes.loadUnaligned(fromByteOffset: base + offset + 32 * quad, as: SIMD16<Int16>.self).evenHalf
                    : bytes.loadUnaligned(fromByteOffset: base + offset + 16 * quad, as: SIMD8<Int16>.self)
                let second = (half[1] &- half[0]) >> 1
                let third = (half[2] &- half[0]) >> 1
                let fourth = (half[4] &- half[0]) >> 1
                next[0] = 0 &- half[0] &- second &- third &- fourth
                next[1] = second
                next[2] = third
                next[3] = fourth
                next += 4
            }
        }
    }

    func writeColumn(_ column: Int, to numbers: UnsafeMutablePointer<Int16>) {
        (engine.symmetric ? foldedPlaneBits : planeBits).withUnsafeBufferPointer { writeColumn(column, planeBits: $0, to: numbers) }
    }

    private func writeColumn(
        _ column: Int, planeBits: UnsafeBufferPointer<UInt64>, to numbers: UnsafeMutablePointer<Int16>
    ) {
        let field = NibbleField(engine: engine, quads: cut.depth / 4, weightBits: multiply.weightBits)
        let (first, shift) = field.start(base: multiply.weights, column: column)
        let bytes = UnsafeRawBufferPointer(memory.weights)
        var address = first
        let bits = multiply.weightBits
        var quad = 0
        for group in 0..<cut.weightGroups {
            let offset = levelOffset(column: column, group: group)
            let end = min(cut.depth / 4, ceilDivide((group + 1) * cut.weightGroup, 4))
            while quad < end {
                var codes: UInt64 = 0
                for plane in 0..<bits {
                    codes |= planeBits[Int(bytes[address] >> shift & 15)] << UInt64(plane)
                    address += field.planeBytes
                }
                let lanes = unsafeBitCast(codes, to: SIMD4<Int16>.self)
                let values = (multiply.codes == .bipolar ? lanes &<< 1 : lanes) &+ offset
                UnsafeMutableRawPointer(numbers + 4 * quad).storeBytes(of: values, as: SIMD4<Int16>.self)
                quad += 1
            }
        }
    }

    /// value = u - zero, or 2u - (2^bits - 1).
    private func levelOffset(column: Int, group: Int) -> SIMD4<Int16> {
        let offset = multiply.codes == .bipolar ? 1 - (1 << multiply.weightBits) : -parameters.zero(column: column, group: group)
        return SIMD4(repeating: Int16(truncatingIfNeeded: offset))
    }
}

/// The four weight bits of a nibble, one in each 16-bit lane.
private let planeBits: [UInt64] = (0..<16).map { index in
    (0..<4).reduce(0) { $0 | UInt64(index >> $1 & 1) << UInt64(16 * $1) }
}

/// The same of a stored nibble that is folded.
private let foldedPlaneBits: [UInt64] = (0..<16).map { planeBits[LookupTable.fold($0, groupLength: 4)] }
