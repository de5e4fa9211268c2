/// The private memories of a core. Every address is a byte offset inside one space.
public enum Space: UInt8, Hashable, Sendable, CaseIterable {
    case activations, weights, tables, accumulators

    public var name: String {
        switch self {
        case .activations: "act"
        case .weights: "wgt"
        case .tables: "tab"
        case .accumulators: "acc"
        }
    }
}

/// A byte address in a scratchpad.
public struct LocalAddress: Hashable, Sendable {
    public var space: Space
    @Narrow public var offset: Int

    public init(_ space: Space, _ offset: Int) {
        self.space = space
        self.offset = offset
    }
}
