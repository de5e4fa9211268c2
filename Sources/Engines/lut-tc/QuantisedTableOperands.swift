import Arch

/// INT8 tables as dot-product operands. Rounded entries are no longer sums of activations, but a lookup is still linear
/// in the 2^(k-1) entries of the half table: a column's planes say how often, with which sign and weight, each entry is
/// taken. The zero correction -z' * sumA = +z' * entry 0 goes to the first of them.
struct QuantisedTableOperands: DotOperands {
    let engine: LUTTensorCore
    let multiply: Multiply
    let memory: CoreMemory
    let cut: KCut
    let parameters: GroupParameters

    var granule: Int { engine.k }
    var numbersPerGranule: Int { 1 << (engine.k - 1) }
    var sumsInHalves: Bool { multiply.codes != .bipolar }

    var rows: EntryRows { EntryRows(multiply, length: engine.k) }

    /// Numbers are zero at first.
    func writeColumn(_ column: Int, to numbers: UnsafeMutablePointer<Int16>) {
        let length = engine.k
        let tables = cut.depth / length
        let field = PlaneField(engine: engine, tables: tables, weightBits: multiply.weightBits)
        let start = field.start(base: multiply.weights, column: column)
        let bytes = UnsafeRawBufferPointer(memory.weights)
        let fold = engine.symmetric ? 0 : 1 << length - 2
        var address = start.address
        var taken = numbers
        var table = 0
        for group in 0..<cut.weightGroups {
            let correction = zeroCorrection(column: column, group: group)
            let end = min(tables, ceilDivide((group + 1) * cut.weightGroup, length))
            while table < end {
                taken[0] = correction
                var weight: Int16 = 1
                for _ in 0..<multiply.weightBits {
                    let stored = field.bits(bytes, at: address, start)
                    let folded = stored ^ (-(stored & 1) & fold)
                    taken[folded >> 1] &+= folded & 1 == 1 ? 0 &- weight : weight
                    weight &+= weight
                    address += field.planeBytes
                }
                taken += numbersPerGranule
                table += 1
            }
        }
    }

    private func zeroCorrection(column: Int, group: Int) -> Int16 {
        if multiply.codes == .bipolar { return 0 }
        let zero = parameters.zero(column: column, group: group)
        return Int16(truncatingIfNeeded: Reinterpretation.zero(zero, bits: multiply.weightBits))
    }
}
