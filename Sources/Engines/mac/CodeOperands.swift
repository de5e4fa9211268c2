import Arch

/// Plain codes as dot-product operands: activations as they are, weights minus their zero points.
struct CodeOperands: DotOperands {
    let engine: MACArray
    let multiply: Multiply
    let memory: CoreMemory
    let cut: KCut
    let parameters: GroupParameters

    var granule: Int { 1 }
    var numbersPerGranule: Int { 1 }
    var sumsInHalves: Bool { false }

    func writeRow(_ row: Int, to numbers: UnsafeMutablePointer<Int16>) {
        let bytes = UnsafeRawBufferPointer(memory[multiply.activations.space])
        let nest = ActivationNest(multiply: multiply)
        let base = nest.row(row)
        let unsigned = multiply.activationFormat == .uint8
        var next = numbers
        nest.forEachRun { offset in
            for k in 0..<multiply.run {
                let byte = bytes[base + offset + k]
                next[k] = unsigned ? Int16(byte) : Int16(Int8(bitPattern: byte))
            }
            next += multiply.run
        }
    }

    func writeColumn(_ column: Int, to numbers: UnsafeMutablePointer<Int16>) {
        let bytes = UnsafeRawBufferPointer(memory.weights)
        let field = CodeField(engine: engine, depth: cut.depth, weightBits: multiply.weightBits)
        let (block, lane) = column.quotientAndRemainder(dividingBy: engine.columns)
        let bit = lane * multiply.weightBits
        let base = multiply.weights + block * field.blockBytes + (bit >> 3)
        // Two's complement codes of run-time operands: flipping the sign bit adds 128.
        let flip: UInt16 = multiply.codes == .twosComplement ? 0x80 : 0
        var start = 0
        for group in 0..<cut.weightGroups {
            let (scale, offset) = levels(column: column, group: group)
            let end = min(cut.depth, start + cut.weightGroup)
            for k in start..<end {
                let code = field.code(bytes, address: base + k * field.rowBytes, shift: bit & 7) ^ flip
                numbers[k] = scale &* Int16(truncatingIfNeeded: code) &+ offset
            }
            start = end
        }
    }

    /// value = scale * u + offset.
    private func levels(column: Int, group: Int) -> (scale: Int16, offset: Int16) {
        let zero = Int16(truncatingIfNeeded: parameters.zero(column: column, group: group))
        switch multiply.codes {
        case .offset: return (1, -zero)
        case .bipolar: return (2, 1 - Int16(1 << multiply.weightBits))
        case .twosComplement: return (1, -128 - zero)
        // Floats never come here: `isExactInteger` is false for them.
        case .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1: return (0, 0)
        }
    }
}
