import Arch

/// The outputs of one instruction in the accumulator scratchpad: int32 or f32, little-endian, four bytes each.
struct AccumulatorFile: Sendable {
    let multiply: Multiply
    let memory: CoreMemory

    private func address(_ row: Int, _ column: Int) -> Int {
        multiply.accumulators + row * multiply.accumulatorPitch + 4 * column
    }

    private func bits(_ row: Int, _ column: Int) -> UInt32 {
        memory.accumulators.loadUnaligned(fromByteOffset: address(row, column), as: UInt32.self)
    }

    private func set(_ bits: UInt32, _ row: Int, _ column: Int) {
        memory.accumulators.storeBytes(of: bits, toByteOffset: address(row, column), as: UInt32.self)
    }

    /// Adds modulo 2^32; the compiler proves that the true sum fits.
    func add(_ sum: Int32, row: Int, column: Int, fresh: Bool) {
        let old = fresh ? 0 : Int32(bitPattern: bits(row, column))
        set(UInt32(bitPattern: old &+ sum), row, column)
    }

    func float(row: Int, column: Int) -> Float { Float(bitPattern: bits(row, column)) }

    /// What becomes of the sum of a segment: int32 sums are added as they are, others scaled to f32 and added. The
    /// first segment of an instruction that does not accumulate starts the output.
    func leave(
        _ sum: Int32, row: Int, column: Int, segment: KCut.Segment, parameters: GroupParameters, inHalves: Bool = false
    ) {
        let isFresh = segment.range.lowerBound == 0 && !multiply.accumulate
        guard multiply.isScaled else { return add(sum, row: row, column: column, fresh: isFresh) }
        let old = isFresh ? 0 : float(row: row, column: column)
        let scale = parameters.scale(row: row, column: column, segment: segment)
        store(old + scaledTerm(sum, scale: scale, inHalves: inHalves), row: row, column: column)
    }

    /// Every NaN is stored as 0x7FC00000.
    func store(_ value: Float, row: Int, column: Int) {
        set(value.isNaN ? 0x7FC0_0000 : value.bitPattern, row, column)
    }
}

/// One step of the f32 epilogue: acc = f32(acc + f32(f32(sum) * scale)). Sums of INT8 tables and affine weights count
/// halves; their product is halved after it was rounded (docs/numerics.md, tableLinear).
@inline(__always)
func scaledTerm(_ sum: Int32, scale: Float, inHalves: Bool) -> Float {
    let term = Float(sum) * scale
    return inHalves ? term * 0.5 : term
}
