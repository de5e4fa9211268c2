import Arch

/// INT8 tables as dot-product operands. Rounded entries are no longer sums of activations, but a lookup is still linear
/// in the eight entries of the half table: a column's planes say how often, with which sign and weight, each entry is taken. The zero
/// correction -z' * sumA = +z' * entry 0 goes to the first of them.
struct QuantisedTableOperands: DotOperands {
    let engine: LUTTensorCore
    let multiply: Multiply
    let memory: CoreMemory
    let cut: KCut
    let parameters: GroupParameters

    var granule: Int { 4 }
    var numbersPerGranule: Int { 8 }
    var sumsInHalves: Bool { multiply.codes != .bipolar }

    func writeRow(_ row: Int, to numbers: UnsafeMutablePointer<Int16>) {
        let bytes = UnsafeRawBufferPointer(memory[multiply.activations.space])
        let nest = ActivationNest(multiply: multiply)
        let base = nest.row(row)
        let entries = 8 * ceilDivide(multiply.run, 4)
        // The odd entries of a full table are its even ones with the other sign.
        let step = multiply.activationFormat.entries?.isFull == true ? 2 : 1
        var next = numbers
        nest.forEachRun { offset in
            for entry in 0..<entries { next[entry] = Int16(Int8(bitPattern: bytes[base + offset + step * entry])) }
            next += entries
        }
    }

    func writeColumn(_ column: Int, to numbers: UnsafeMutablePointer<Int16>) {
        (engine.symmetric ? entryOfFolded : takenEntry).withUnsafeBufferPointer { writeColumn(column, takenEntry: $0, to: numbers) }
    }

    private func writeColumn(
        _ column: Int, takenEntry: UnsafeBufferPointer<SIMD8<Int16>>, to numbers: UnsafeMutablePointer<Int16>
    ) {
        let field = NibbleField(engine: engine, quads: cut.depth / 4, weightBits: multiply.weightBits)
        let (first, shift) = field.start(base: multiply.weights, column: column)
        let bytes = UnsafeRawBufferPointer(memory.weights)
        var address = first
        var quad = 0
        for group in 0..<cut.weightGroups {
            var correction = SIMD8<Int16>.zero
            correction[0] = zeroCorrection(column: column, group: group)
            let end = min(cut.depth / 4, ceilDivide((group + 1) * cut.weightGroup, 4))
            while quad < end {
                var taken = correction
                for plane in 0..<multiply.weightBits {
                    let nibble = Int(bytes[address] >> shift & 15)
                    address += field.planeBytes
                    taken &+= takenEntry[nibble] &<< SIMD8(repeating: Int16(truncatingIfNeeded: plane))
                }
                UnsafeMutableRawPointer(numbers + 8 * quad).storeBytes(of: taken, as: SIMD8<Int16>.self)
                quad += 1
            }
        }
    }

    private func zeroCorrection(column: Int, group: Int) -> Int16 {
        if multiply.codes == .bipolar { return 0 }
        let zero = parameters.zero(column: column, group: group)
        return Int16(truncatingIfNeeded: Reinterpretation.zero(zero, bits: multiply.weightBits))
    }
}

/// Which even entry four weight bits take, +1 or -1.
private let takenEntry: [SIMD8<Int16>] = (0..<16).map { entryOfFolded[LookupTable.fold($0, groupLength: 4)] }

/// The same of a stored nibble that is folded.
private let entryOfFolded: [SIMD8<Int16>] = (0..<16).map { stored in
    var taken = SIMD8<Int16>.zero
    taken[stored >> 1] = stored & 1 == 1 ? -1 : 1
    return taken
}
