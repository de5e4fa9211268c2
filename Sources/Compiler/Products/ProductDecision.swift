import Arch
import Formats

/// Which engine computes a product, and from what it reads the activations.
struct ProductDecision: Hashable {
    var engine: Int
    /// What the engine reads: codes, or tables made of them.
    var activations: Multiply.Activations
    /// Bits of the codes that count, 8 where the engine reads something else.
    var activationBits = 8
    /// Weights are scaled and rounded in front of the multipliers.
    var dequantisesFirst = false
    /// Of the tables; `nil` when the engine reads codes.
    var tables: TableFormat?
}
