import Formats

/// The closed set of operations. `docs/graph.md` says what each computes, `docs/numerics.md` in which order and rounding.
public enum Operation: Hashable, Sendable {
    /// x [..., K], w [N, K], bias [N]? -> [..., N]
    case linear(output: ProductOutput)
    /// a [..., M, K], b [..., K, N] (or [..., N, K] when `transposeB`) -> [..., M, N]; leading axes of b broadcast:
    /// its size divides a's, and each b serves a/b consecutive a (grouped-query attention).
    case matmul(transposeB: Bool, output: ProductOutput)
    /// x [B, H, W, C], w [O, KH, KW, C/groups], bias [O]? -> [B, OH, OW, O]
    case conv2d(Convolution, output: ProductOutput)
    case binary(BinaryFunction)
    case unary(UnaryFunction)
    case clip(min: Float, max: Float)
    /// Over the last axis.
    case softmax
    /// x [..., C], gamma [C], beta [C]?; over the last axis.
    case layerNorm(epsilon: Float)
    /// x [..., C], gamma [C]; over the last axis.
    case rmsNorm(epsilon: Float)
    /// x [..., S, D]; row s has position `position` + s.
    case rope(Rope)
    case pool(Pool)
    /// [B, H, W, C] -> [B, 1, 1, C]
    case globalPool(PoolFunction)
    case reshape([Int])
    case transpose([Int])
    case concat(axis: Int)
    /// Per axis of the input: start, end (exclusive), step (positive), already resolved against the shape.
    case slice([SliceRange])
    /// Several outputs of these sizes along `axis`.
    case split(axis: Int, sizes: [Int])
    /// table [V, ...], indices int32 [...] -> [indices..., ...]; axis 0. An index out of range is an error.
    case gather
    /// Per axis: elements before and after. `value` is a real number for f32, a code value for integers.
    case pad([PadAmount], value: Double)
    case resize(Resize)
    /// f32 -> integer codes with a static scale (in the output encoding).
    case quantise
    /// f32 -> integer codes (output 0) and f32 scales (output 1): symmetric, scale = max|x| / qmax over each group.
    case quantiseDynamic(Granularity)
    /// codes -> f32
    case dequantise
    /// int32 accumulator -> narrower integer codes.
    case requantise(Requantisation)
    /// x [..., Q, K] f32: keeps column j of row i when j <= position + i and, with a window, j > position + i - window;
    /// the rest becomes -infinity.
    case mask(position: Int, window: Int?)
    /// state, new: writes `new` at `position` along `axis` and yields the state up to position + new.
    case append(axis: Int, position: Int)

    // Made by the compiler only; the reader does not know them.

    /// codes -> outlier-victim pairs, flint or narrower codes: the nearest to f32(f32(v - z) * factor). Of a constant they
    /// are made before the program runs.
    case encode(factor: Float)
    /// A constant weight -> f16 numbers of the dictionary that the output's encoding has: f16 of the real number x, which is
    /// replaced by the nearest centroid, the lesser of two, where it is inside the range; else it is an outlier and stays.
    case assignCentroids(within: ClosedRange<Float>)
    /// Constants in other units. An int32 bias: round half to even (v * factor), the product in binary64. Scales: f32(v *
    /// factor).
    case rescale(factor: Float)
    /// A weight [N, ...] -> int32 [N]: of each column the sum of v - z, by which codes with a zero point of run time are corrected.
    case columnSums

    /// `linear` by a lookup engine whose tables are quantised to INT8: x [..., K] f32 or symmetric codes, w [N, K],
    /// bias [N]? f32 -> f32 [..., N]. One table scale serves `TableQuantisation.activations` consecutive k.
    case tableLinear(TableQuantisation)
}

/// What a product of two tensors yields.
public enum ProductOutput: Hashable, Sendable {
    /// The exact integer sum plus int32 bias.
    case accumulator
    /// Scaled to f32 segment by segment, plus f32 bias. The contract says how a product with a float operand is summed;
    /// sums of codes are exact and have the first one.
    case float(DotContract)

    public static let float32 = ProductOutput.float(.blocked16)

    /// How products with a float operand are summed.
    public var contract: DotContract {
        switch self {
        case .accumulator: .blocked16
        case .float(let contract): contract
        }
    }
}

extension Operation {
    /// What a product of two tensors yields; `nil` for other operations.
    public var productOutput: ProductOutput? {
        switch self {
        case .linear(let output), .matmul(_, let output), .conv2d(_, let output): output
        default: nil
        }
    }

    /// A product with another output; other operations as they are.
    public func yielding(_ output: ProductOutput) -> Operation {
        switch self {
        case .linear: .linear(output: output)
        case .matmul(let transposeB, _): .matmul(transposeB: transposeB, output: output)
        case .conv2d(let convolution, _): .conv2d(convolution, output: output)
        default: self
        }
    }
}

public struct Convolution: Hashable, Sendable {
    public var stride: [Int]
    /// top, left, bottom, right
    public var padding: [Int]
    public var dilation: [Int]
    public var groups: Int

    public init(stride: [Int] = [1, 1], padding: [Int] = [0, 0, 0, 0], dilation: [Int] = [1, 1], groups: Int = 1) {
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.groups = groups
    }
}

public enum BinaryFunction: String, Hashable, Sendable, CaseIterable { case add, sub, mul, div }

public enum UnaryFunction: String, Hashable, Sendable, CaseIterable {
    case relu
    case gelu
    case geluTanh = "gelu_tanh"
    case silu, sigmoid, tanh
    case hardSwish = "hard_swish"
    case hardSigmoid = "hard_sigmoid"
    /// Natural ones; rsqrt is 1 / sqrt.
    case exp, log, rsqrt, erf
    /// NaN beyond 2^17.
    case sin, cos
}

public struct Rope: Hashable, Sendable {
    /// Pairs (i, i + D/2) as in GPT-NeoX and Hugging Face, or (2i, 2i + 1) as in the original and GGUF.
    public enum Pairs: String, Hashable, Sendable { case halves, interleaved }
    public var pairs: Pairs
    public var base: Double
    /// Leading elements of D that turn; the others pass. Even.
    public var rotaryDimension: Int
    public var position: Int
    /// Factors of the frequencies, one for each pair; none when all are 1.
    public var factors: [Double]
    /// Factor of all cosines and sines.
    public var magnitude: Float

    public init(
        pairs: Pairs, base: Double, rotaryDimension: Int, position: Int, factors: [Double] = [], magnitude: Float = 1
    ) {
        self.pairs = pairs
        self.base = base
        self.rotaryDimension = rotaryDimension
        self.position = position
        self.factors = factors
        self.magnitude = magnitude
    }
}

public enum PoolFunction: String, Hashable, Sendable { case max, average }

public struct Pool: Hashable, Sendable {
    public var function: PoolFunction
    public var window: [Int]
    public var stride: [Int]
    /// top, left, bottom, right
    public var padding: [Int]
    /// Average only: padding counts in the divisor.
    public var countsPadding: Bool

    public init(
        function: PoolFunction, window: [Int], stride: [Int], padding: [Int] = [0, 0, 0, 0], countsPadding: Bool = false
    ) {
        self.function = function
        self.window = window
        self.stride = stride
        self.padding = padding
        self.countsPadding = countsPadding
    }
}

public struct SliceRange: Hashable, Sendable {
    public var start: Int
    public var end: Int
    public var step: Int
    public var count: Int { end > start ? (end - start + step - 1) / step : 0 }

    public init(start: Int, end: Int, step: Int = 1) {
        self.start = start
        self.end = end
        self.step = step
    }
}

public struct PadAmount: Hashable, Sendable {
    public var before: Int
    public var after: Int

    public init(before: Int, after: Int) {
        self.before = before
        self.after = after
    }
}

/// [B, H, W, C] -> [B, size[0], size[1], C]
public struct Resize: Hashable, Sendable {
    public enum Mode: String, Hashable, Sendable { case nearest, bilinear }
    /// How an output coordinate maps to an input coordinate (names as in ONNX).
    public enum Coordinates: String, Hashable, Sendable {
        case halfPixel = "half_pixel"
        case asymmetric
        case alignCorners = "align_corners"
    }
    public var mode: Mode
    public var coordinates: Coordinates
    public var size: [Int]

    public init(mode: Mode, coordinates: Coordinates, size: [Int]) {
        self.mode = mode
        self.coordinates = coordinates
        self.size = size
    }
}

public struct Requantisation: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// Integer multiply and rounding right shift (HAWQ-V3); multiplier and shift derived from the scales.
        case dyadic(rounding: RoundingRule)
        /// q = round half to even (f32(acc) * f32(s)) with s = f32(input scale / output scale), as ONNX does.
        case float
    }
    public var kind: Kind
    /// Constant int32 tensors of shape [1] or [N] that replace the derived values (dyadic only).
    public var multiplier: String?
    public var shift: String?

    public init(kind: Kind, multiplier: String? = nil, shift: String? = nil) {
        self.kind = kind
        self.multiplier = multiplier
        self.shift = shift
    }
}
