import Arch

/// An engine whose sums are exact integer dot products, in all cases or in most.
public protocol DotEngine: Engine {
    /// The instruction as a dot product; `nil` where its sums are rounded or may wrap, and the structure says what they are.
    func product(_ multiply: Multiply, memory: CoreMemory) -> DotInstruction?
}

extension DotEngine {
    public func multiply(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        multiplyDots(multiply, shape: shape, memory: memory)
    }

    func multiplyDots(_ multiply: Multiply, shape: LookupShape?, memory: CoreMemory) {
        guard let product = product(multiply, memory: memory) else {
            return multiplyStructurally(multiply, shape: shape, memory: memory)
        }
        product.run()
    }

    public func decoded(
        _ multiply: Multiply, shape: LookupShape?, memory: CoreMemory, store: DecodedStore
    ) -> DecodedMultiply? {
        product(multiply, memory: memory)?.decoded(store)
    }
}

/// A dot product of any operands. Closures rather than a protocol: they are compiled for each kind of operands.
public struct DotInstruction: Sendable {
    let run: @Sendable () -> Void
    let decoded: @Sendable (DecodedStore) -> DecodedMultiply?
}
