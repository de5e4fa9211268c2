import Arch

/// Registers that a finished int32 sum passes on its way into the accumulators, in every engine alike.
extension [UnitTiming.Part] {
    /// Of the f32 epilogue.
    static let scaling: Self = [
        .init(.fillAndDrain, "convert register", 1),
        .init(.fillAndDrain, "scale register", 1),
        .init(.fillAndDrain, "f32 accumulate", 1),
    ]

    /// The epilogue, or the adder of integer sums.
    static func leaving(scaled: Bool) -> Self {
        scaled ? scaling : [.init(.fillAndDrain, "integer accumulate", 1)]
    }
}
