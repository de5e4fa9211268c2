import Arch

/// Weights of a program's multiplies that stay decoded from one run to the next, and loads that are left out for it. Bits are
/// the same; the weight space does not hold what the loads would have brought.
final class KeptWeights {
    private let constant: ConstantWeights
    /// What is executed, in order: not loads all of whose readers are decoded.
    private(set) var work: [Work]
    private var isFinished = false
    /// By instruction.
    private var multiplies: [DecodedMultiply?]
    private let store: DecodedStore

    enum Work {
        /// As the program says.
        case instruction(Int)
        case decoded(DecodedMultiply)
    }

    /// - Parameter limit: bytes of decoded weights, of half a byte to four bytes each.
    init(_ plan: ExecutionPlan, limit: Int) {
        constant = ConstantWeights(plan.parametric, engines: plan.target.engines)
        multiplies = Array(repeating: nil, count: plan.steps.count)
        work = plan.steps.indices.map { .instruction($0) }
        store = DecodedStore(limit: limit)
    }

    /// Decodes the weights of a multiply that is about to be executed, for this time and the next ones.
    func decode(
        _ index: Int, _ multiply: Multiply, _ shape: LookupShape?, _ engine: any Engine, _ memory: CoreMemory
    ) -> DecodedMultiply? {
        guard !isFinished, constant.isConstant[index] else { return nil }
        multiplies[index] = engine.decoded(multiply, shape: shape, memory: memory, store: store)
        return multiplies[index]
    }

    /// To be called when the program has run once.
    func finish() {
        guard !isFinished else { return }
        isFinished = true
        work = multiplies.indices.compactMap { index in
            if let decoded = multiplies[index] { return .decoded(decoded) }
            let isLeftOut = constant.readers[index].map { $0.allSatisfy { multiplies[$0] != nil } } ?? false
            return isLeftOut ? nil : .instruction(index)
        }
        multiplies = []
    }
}
