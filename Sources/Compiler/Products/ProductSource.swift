import Arch
import Formats
import Graph

/// Where the right-hand operand of a product comes from.
enum ProductWeights: Hashable {
    case image(WeightImage)
    case runtime(RuntimeWeights)
}

/// A right-hand operand made at run time: [batch][column][k] or [batch][k][column] codes of one or two bytes.
struct RuntimeWeights: Hashable {
    var address: GlobalAddress
    var batchStride: Int
    var columnStride: Int
    var depthStride: Int
    /// Consecutive left-hand matrices that share one right-hand matrix.
    var sharing: Int
    var zero: Int
    /// Type of an element.
    var type: ElementType
    var codes: Multiply.Codes
    var traffic: Traffic

    /// Columns are neighbours in memory: rows of k can be loaded as the engine wants them.
    var columnsAreContiguous: Bool { columnStride == type.bytes }
}

/// Tables between segments: [image][row][column of the image][table], and their scales.
struct TableTensor: Hashable {
    var address: GlobalAddress
    var imagePitch: Int
    var rowPitch: Int
    var pixelPitch: Int
    var scales: GlobalAddress?
    var scalePitch: Int
}

/// Everything about a product that does not depend on the tiling.
struct ProductSource {
    var node: Node
    var record: Int
    var tableRecord: Int
    var geometry: ProductGeometry
    var layout: DepthLayout
    var decision: ProductDecision
    var weights: ProductWeights
    var image: ImageView
    /// Element type of the activations before they are loaded.
    var type: ElementType
    /// Bits of the padding element (the activation's zero point).
    var padding: UInt32
    /// f32 [row][group] scales of the activations when they are grouped along K.
    var activationScales: ActivationScaleSource?
    /// Tables are loaded instead of being built here.
    var tables: TableTensor?
    /// The sums leave the engine as f32, segment by segment.
    var isScaled: Bool
    /// At least one operand is a float, so the order of the sum matters.
    var hasFloats: Bool
    /// Channels of one step for which sums of codes are exact; `nil` for any number.
    var exactDepth: Int?
    /// Name of the engine's sum among the values of the binding.
    var sum: String
}

struct ActivationScaleSource: Hashable {
    var view: DomainView
    var group: Int
    var groups: Int
}

extension ProductSource {
    /// Some weights lie in a list, whose coordinates count the columns of one block.
    var hasOutliers: Bool { if case .image(let image) = weights { image.outliers != nil } else { false } }

    /// Weights whose blocks keep an N of their own.
    var mixed: MixedImage? { if case .image(let image) = weights { image.mixed } else { nil } }

    /// Of weights whose columns share the positions that they keep.
    var sharedPositions: WeightImage.SharedPositions? {
        if case .image(let image) = weights { image.sharedPositions } else { nil }
    }
}
