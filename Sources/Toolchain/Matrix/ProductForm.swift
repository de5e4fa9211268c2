import Arch
import Compiler
import Formats

/// What a product asks of an engine beside its codecs: where its weights come from and which of them are stored.
public enum ProductForm: String, Hashable, Sendable, CaseIterable {
    /// Constant weights, all of them stored.
    case dense
    /// The same, with a zero point on the activations.
    case denseWithZeroPoint = "dense, zero point"
    /// Constant weights of which two in four, or four in sixteen, are stored: the N:M structures of published checkpoints.
    case twoOfFour = "2:4"
    case fourOfSixteen = "4:16"
    /// Two in four, the same two in 64 neighbouring columns.
    case sharedTwoOfFour = "2:4 in 64 columns"
    /// Every block of 16 by 16 constant weights stores 0, 2, 4, 8 or 16 in sixteen.
    case mixedOfSixteen = "mixed:16"
    /// Weights made at run time, as in attention.
    case runTime = "run time"

    /// `nil` where there is no such product: floats, flint and pairs have no zero point.
    public func format(activations: Codec, weights: Codec) -> ProductFormat? {
        switch self {
        case .dense: ProductFormat(activations: activations, weights: weights)
        case .denseWithZeroPoint:
            activations.isInteger && activations.pairs == nil && !activations.hasGaps
                ? ProductFormat(activations: activations, weights: weights, activationZero: true) : nil
        case .twoOfFour, .fourOfSixteen, .sharedTwoOfFour:
            ProductFormat(
                activations: activations, weights: weights, structure: structure, sharedColumns: sharedColumns)
        case .mixedOfSixteen: ProductFormat(activations: activations, weights: weights, mix: .all)
        case .runTime: ProductFormat(activations: activations, weights: weights.widenedToBytes, runtimeWeights: true)
        }
    }

    /// Which of the weights are stored; `nil` for all of them.
    public var structure: NOfM? {
        switch self {
        case .dense, .denseWithZeroPoint, .mixedOfSixteen, .runTime: nil
        case .twoOfFour, .sharedTwoOfFour: NOfM(n: 2, m: 4)
        case .fourOfSixteen: NOfM(n: 4, m: 16)
        }
    }

    /// Neighbouring columns that keep the same positions.
    public var sharedColumns: Int { self == .sharedTwoOfFour ? 64 : 1 }
}
