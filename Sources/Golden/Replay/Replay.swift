import Arch

/// What is left to do of a program that runs again: weights of its multiplies stay decoded, the loads that only brought those
/// are left out, addresses that no parameter changes are looked up, and columns of large products are shared among threads. Bits
/// are the same; the scratchpads do not hold all that the program leaves there and never reads.
final class Replay {
    private let constant: ConstantWeights
    /// What is executed, in order; nothing before the first run is over.
    var work: [Work]?
    /// Executes strands; `nil` where there are none.
    var crew: Crew?
    /// By instruction.
    private var multiplies: [DecodedMultiply?]
    private let store: DecodedStore

    /// Small, and side by side in memory: a program has many instructions, and weights drive all else out of the caches.
    enum Work {
        /// As the program says.
        case instruction(Int)
        case decoded(DecodedMultiply)
        /// A load or store of one run.
        case move(to: UnsafeMutableRawPointer, from: UnsafeRawPointer, bytes: Int)
        case elementwise(StagedElementwise)
        case tables(TableBuilder)
        /// Executed at the same time, the first by the thread that executes all else, once it has made the moves.
        case strands([Strand], found: [Work])
    }

    /// - Parameter limit: bytes of decoded weights, of half a byte to four bytes each.
    init(_ plan: ExecutionPlan, limit: Int) {
        constant = ConstantWeights(plan.parametric, engines: plan.target.engines)
        multiplies = Array(repeating: nil, count: plan.steps.count)
        store = DecodedStore(limit: limit)
    }

    /// Decodes the weights of a multiply that is about to be executed for the first time, for the next times as well.
    func decode(
        _ index: Int, _ multiply: Multiply, _ shape: LookupShape?, _ engine: any Engine, _ memory: CoreMemory
    ) -> DecodedMultiply? {
        guard constant.isConstant[index] else { return nil }
        multiplies[index] = engine.decoded(multiply, shape: shape, memory: memory, store: store)
        return multiplies[index]
    }

    /// Instructions that are executed again, with those whose weights are kept, once the program has run.
    func remaining() -> [(index: Int, multiply: DecodedMultiply?)] {
        multiplies.indices.compactMap { index in
            if let decoded = multiplies[index] { return (index, decoded) }
            let isLeftOut = constant.readers[index].map { $0.allSatisfy { multiplies[$0] != nil } } ?? false
            return isLeftOut ? nil : (index, nil)
        }
    }
}
