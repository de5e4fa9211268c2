import Arch
import Foundation

/// Weights of a program's multiplies that stay decoded from one run to the next, and loads that are left out for it. Bits are
/// the same; the weight space does not hold what the loads would have brought.
final class KeptWeights {
    private let constant: ConstantWeights
    /// By instruction.
    private(set) var multiplies: [DecodedMultiply?]
    /// Instructions that are executed, in order: not loads all of whose readers are decoded.
    private(set) var remaining: [Int]
    private var isFinished = false
    private let store: DecodedStore

    /// - Parameter limit: bytes of decoded weights, of one to four bytes each.
    init(_ plan: ExecutionPlan, limit: Int = Int(clamping: ProcessInfo.processInfo.physicalMemory / 4)) {
        constant = ConstantWeights(plan.parametric, engines: plan.target.engines)
        multiplies = Array(repeating: nil, count: plan.steps.count)
        remaining = Array(plan.steps.indices)
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
        remaining.removeAll { index in
            constant.readers[index].map { $0.allSatisfy { multiplies[$0] != nil } } ?? false
        }
    }
}
