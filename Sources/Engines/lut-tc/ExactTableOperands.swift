import Arch

/// Exact tables as dot-product operands. Every entry is an exact sum, so the activations can be read back from a table
/// and the planes from the codes: the lookups are the dot product of both.
struct ExactTableOperands: DotOperands {
    let engine: LUTTensorCore
    let multiply: Multiply
    let memory: CoreMemory
    let cut: KCut
    let parameters: GroupParameters

    var granule: Int { engine.k }
    var numbersPerGranule: Int { engine.k }
    var sumsInHalves: Bool { false }

    var rows: ExactTableRows { ExactTableRows(multiply, length: engine.k) }

    func writeColumn(_ column: Int, to numbers: UnsafeMutablePointer<Int16>) {
        planeBits.withUnsafeBufferPointer { writeColumn(column, planeBits: $0, to: numbers) }
    }

    private func writeColumn(
        _ column: Int, planeBits: UnsafeBufferPointer<SIMD8<Int16>>, to numbers: UnsafeMutablePointer<Int16>
    ) {
        let length = engine.k
        let tables = cut.depth / length
        let field = PlaneField(engine: engine, tables: tables, weightBits: multiply.weightBits)
        let start = field.start(base: multiply.weights, column: column)
        let bytes = UnsafeRawBufferPointer(memory.weights)
        let fold = engine.symmetric ? 1 << length - 2 : 0
        let tableStride = multiply.weightBits * field.planeBytes
        var last = start.address + tableStride - field.planeBytes
        var table = 0
        for group in 0..<cut.weightGroups {
            let offset = levelOffset(column: column, group: group)
            let end = min(tables, ceilDivide((group + 1) * cut.weightGroup, length))
            while table < end {
                // The highest plane first: every one doubles what is there.
                var lanes = SIMD8<Int16>.zero
                var address = last
                for _ in 0..<multiply.weightBits {
                    let stored = field.bits(bytes, at: address, start)
                    lanes = lanes &+ lanes &+ planeBits[stored ^ (-(stored & 1) & fold)]
                    address -= field.planeBytes
                }
                if multiply.codes == .bipolar { lanes = lanes &+ lanes }
                write(lanes &+ offset, to: numbers + length * table, room: length * (tables - table))
                last += tableStride
                table += 1
            }
        }
    }

    /// The first `k` lanes. The lanes behind them are overwritten by the next table, or do not fit any more.
    @inline(__always)
    private func write(_ lanes: SIMD8<Int16>, to numbers: UnsafeMutablePointer<Int16>, room: Int) {
        if room >= 8 {
            UnsafeMutableRawPointer(numbers).storeBytes(of: lanes, as: SIMD8<Int16>.self)
        } else {
            for i in 0..<engine.k { numbers[i] = lanes[i] }
        }
    }

    /// value = u - zero, or 2u - (2^bits - 1).
    private func levelOffset(column: Int, group: Int) -> SIMD8<Int16> {
        let offset =
            multiply.codes == .bipolar
            ? 1 - (1 << multiply.weightBits) : -parameters.zero(column: column, group: group)
        return SIMD8(repeating: Int16(truncatingIfNeeded: offset))
    }
}

/// Bit i of an index, in lane i.
private let planeBits: [SIMD8<Int16>] = (0..<1 << TableFormat.lengths.upperBound).map { index in
    var lanes = SIMD8<Int16>.zero
    for i in 0..<8 { lanes[i] = Int16(index >> i & 1) }
    return lanes
}
