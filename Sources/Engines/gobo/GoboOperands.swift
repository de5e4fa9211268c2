import Arch
import Formats

/// What the elements read: activations as numbers, indices, centroids and outliers.
struct GoboOperands: Sendable {
    let multiply: Multiply
    let memory: CoreMemory
    let layout: DenseLayout
    /// By index.
    let centroids: [Float]
    private let nest: ActivationNest

    init(_ multiply: Multiply, memory: CoreMemory, layout: DenseLayout) {
        self.multiply = multiply
        self.memory = memory
        self.layout = layout
        nest = ActivationNest(multiply: multiply)
        let base = multiply.centroids ?? 0
        centroids = (0..<1 << multiply.weightBits).map { index in
            Binary16.widened(memory.weights.loadUnaligned(fromByteOffset: base + 2 * index, as: UInt16.self))
        }
    }

    func activation(row: Int, k: Int) -> Float {
        let offset = nest.row(row) + nest.offset(step: k, perRun: multiply.run, stepBytes: 2)
        return Binary16.widened(
            memory[multiply.activations.space].loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    func index(column: Int, k: Int) -> Int {
        Int(layout.code(
            UnsafeRawBufferPointer(memory.weights), base: multiply.weights, depth: multiply.depth, column: column, k: k))
    }
}

extension ListedOutlier {
    /// Of a list of binary16 bits.
    var number: Float { Binary16.widened(UInt16(truncatingIfNeeded: value)) }
}
