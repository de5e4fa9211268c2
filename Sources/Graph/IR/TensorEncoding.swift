import Formats

/// How the numbers of a tensor are written down: the product of independent slots.
///
/// Integer tensors hold codes; `real = scale * (value(code) - zeroPoint)`. Minifloats
/// may have a scale (`real = scale * value(code)`); wider floats have none, and no float has a zero point.
public struct TensorEncoding: Hashable, Sendable {
    public var codec: Codec
    public var scale: Scale
    public var zeroPoint: ZeroPoint
    public var structure: WeightStructure
    public var split: Split
    public var sideChannel: SideChannel
    /// How whatever writes a tensor of outlier-victim pairs makes them; nothing that reads it needs to know.
    public var pairRules: PairRules

    public init(
        codec: Codec, scale: Scale = .none, zeroPoint: ZeroPoint = .uniform(0), structure: WeightStructure = .dense,
        split: Split = .none, sideChannel: SideChannel = .none, pairRules: PairRules = .paper
    ) {
        self.codec = codec
        self.scale = scale
        self.zeroPoint = zeroPoint
        self.structure = structure
        self.split = split
        self.sideChannel = sideChannel
        self.pairRules = pairRules
    }

    public static let float32 = TensorEncoding(codec: .float32)
    public static let int32 = TensorEncoding(codec: .int32)
}

/// Over which elements one scale (or zero point) is shared.
public enum Granularity: Hashable, Sendable {
    case tensor
    /// One per index of `axis`; the parameter tensor has shape `[shape[axis]]`.
    case axis(Int)
    /// One per row and per `size` consecutive elements of the last axis (the last group may be short): the parameter
    /// tensor has the tensor's shape with its last dimension replaced by ceil(last / size). `size` = whole row is per token.
    case group(size: Int)
}

public indirect enum Scale: Hashable, Sendable {
    /// The codes are plain integers (scale 1 when a real value is asked for).
    case none
    case uniform(Float)
    /// A constant f32 or f16 tensor, or an f32 edge computed at run time by a dynamic `quantise`.
    case tensor(String, Granularity)
    /// An int32 accumulator of `linear`, `conv2d` or `matmul`: row scale of the activations times column scale of the weights.
    case product(Scale, Scale)
}

public enum ZeroPoint: Hashable, Sendable {
    case uniform(Int)
    /// A constant integer tensor.
    case tensor(String, Granularity)
}

/// Which elements of a weight may differ from zero.
public enum WeightStructure: Hashable, Sendable {
    case dense
    /// At most n of every m consecutive elements of the last axis, counted from its start.
    case nOfM(NOfM)
    /// The same, and `columns` neighbouring output columns (indices of the first axis, counted from its start) keep the
    /// same positions of every block.
    case sharedNOfM(NOfM, columns: Int)
    /// At most an n of its own for every block of 16 elements of the last axis by 16 of the first.
    case mixed(BlockMix)

    /// The pattern of an N:M structure.
    public var pattern: NOfM? {
        switch self {
        case .dense, .mixed: nil
        case .nOfM(let pattern), .sharedNOfM(let pattern, _): pattern
        }
    }

    /// Neighbouring output columns that keep the same positions; 1 when each keeps its own.
    public var sharedColumns: Int { if case .sharedNOfM(_, let columns) = self { columns } else { 1 } }
    /// What n may be of blocks that differ.
    public var mix: BlockMix? { if case .mixed(let mix) = self { mix } else { nil } }
    /// `2:4`; `nil` when dense.
    var name: String? { pattern?.name ?? mix?.name }
    /// Elements along the last axis that are kept or left out together; `nil` when dense.
    public var blockLength: Int? { pattern?.m ?? mix.map { _ in BlockMix.side } }
}
/// Whether parts of a tensor have encodings of their own.
public enum Split: Hashable, Sendable { case none }
/// Values stored beside the tensor (outliers).
public enum SideChannel: Hashable, Sendable { case none }

/// Shape and encoding of a tensor. The last axis is contiguous; images are N, H, W, C.
public struct TensorType: Hashable, Sendable {
    public var shape: [Int]
    public var encoding: TensorEncoding

    public init(shape: [Int], encoding: TensorEncoding) {
        self.shape = shape
        self.encoding = encoding
    }

    public var count: Int { shape.reduce(1, *) }
}
