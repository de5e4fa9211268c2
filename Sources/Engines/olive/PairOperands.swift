import Arch
import Formats

/// Pairs as dot-product operands: the values that they decode to.
struct PairOperands<Element: DotNumber>: DotOperands {
    let multiply: Multiply
    let memory: CoreMemory
    let activations: OutlierVictimPair
    let weights: OutlierVictimPair
    let columnBlock: Int
    let depth: Int

    var granule: Int { 1 }
    var numbersPerGranule: Int { 1 }
    var sumsInHalves: Bool { false }

    var rows: PairRows<Element> { PairRows(multiply, activations) }

    func writeColumn(_ column: Int, to numbers: UnsafeMutablePointer<Element>) {
        let bytes = UnsafeRawBufferPointer(memory.weights)
        let layout = PairLayout(columnBlock: columnBlock, isWide: multiply.weightBits > 4)
        for k in stride(from: 0, to: depth, by: 2) {
            let slots = layout.slots(bytes, base: multiply.weights, column: column, k: k, depth: depth)
            let pair = weights.decoded(slots.left, slots.right)
            numbers[k] = Element(truncatingIfNeeded: pair.left.value)
            numbers[k + 1] = Element(truncatingIfNeeded: pair.right.value)
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
