import Arch
import Formats

/// Pairs as dot-product operands: the values that they decode to.
struct PairOperands<Number: DotNumber>: DotOperands {
    let multiply: Multiply
    let memory: CoreMemory
    let activations: OutlierVictimPair
    let weights: OutlierVictimPair
    let columnBlock: Int
    let depth: Int

    var granule: Int { 1 }
    var numbersPerGranule: Int { 1 }
    var sumsInHalves: Bool { false }

    func writeRow(_ row: Int, to numbers: UnsafeMutablePointer<Number>) {
        let bytes = UnsafeRawBufferPointer(memory[multiply.activations.space])
        let nest = ActivationNest(multiply: multiply)
        let base = nest.row(row)
        var next = numbers
        nest.forEachRun { offset in
            for k in stride(from: 0, to: multiply.run, by: 2) {
                let right = k + 1 < multiply.run ? bytes[base + offset + k + 1] : 0
                let pair = activations.decoded(bytes[base + offset + k], right)
                next[k] = Number(truncatingIfNeeded: pair.left.value)
                next[k + 1] = Number(truncatingIfNeeded: pair.right.value)
            }
            next += roundUp(multiply.run, to: 2)
        }
    }

    func writeColumn(_ column: Int, to numbers: UnsafeMutablePointer<Number>) {
        let bytes = UnsafeRawBufferPointer(memory.weights)
        let layout = PairLayout(columnBlock: columnBlock, isWide: multiply.weightBits > 4)
        for k in stride(from: 0, to: depth, by: 2) {
            let slots = layout.slots(bytes, base: multiply.weights, column: column, k: k, depth: depth)
            let pair = weights.decoded(slots.left, slots.right)
            numbers[k] = Number(truncatingIfNeeded: pair.left.value)
            numbers[k + 1] = Number(truncatingIfNeeded: pair.right.value)
        }
    }

    static func product(
        _ multiply: Multiply, _ activations: OutlierVictimPair, _ weights: OutlierVictimPair, memory: CoreMemory,
        columnBlock: Int
    ) -> DotProduct<PairOperands> {
        let cut = KCut(multiply, granule: 2)
        return DotProduct(
            multiply: multiply,
            operands: PairOperands(
                multiply: multiply, memory: memory, activations: activations, weights: weights,
                columnBlock: columnBlock, depth: cut.depth),
            cut: cut,
            parameters: GroupParameters(
                multiply, memory: memory, columnBlock: columnBlock, weightGroups: cut.weightGroups),
            memory: memory)
    }
}
