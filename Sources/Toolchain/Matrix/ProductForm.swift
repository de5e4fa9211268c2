import Arch
import Compiler
import Formats

/// What a product asks of an engine beside its codecs: where its weights come from and which of them are stored.
public enum ProductForm: String, Hashable, Sendable, CaseIterable {
    /// Constant weights, all of them stored.
    case dense
    /// The same, with a zero point on the activations.
    case denseWithZeroPoint = "dense, zero point"
    /// Weights made at run time, as in attention.
    case runTime = "run time"

    /// `nil` where there is no such product: floats have no zero point.
    public func format(activations: Codec, weights: Codec) -> ProductFormat? {
        switch self {
        case .dense: ProductFormat(activations: activations, weights: weights)
        case .denseWithZeroPoint:
            activations.isInteger
                ? ProductFormat(activations: activations, weights: weights, activationZero: true) : nil
        case .runTime: ProductFormat(activations: activations, weights: weights.widenedToBytes, runtimeWeights: true)
        }
    }
}
