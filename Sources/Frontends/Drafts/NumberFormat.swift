import Diagnostics
import Formats

/// How the weights or activations of a drafted network are stored: a codec, and for weights how many inputs share a scale.
/// Written `int4:group=128`, `ternary:tensor`, `int8:mse` or `f16`.
public struct NumberFormat: Hashable, Sendable, CustomStringConvertible {
    public enum Sharing: Hashable, Sendable {
        /// One scale per output channel.
        case channel
        /// One scale per output channel and this many inputs.
        case group(Int)
        /// One scale for all.
        case tensor

        /// Shape of the scales of weights of this shape.
        func count(of shape: [Int]) -> [Int] {
            switch self {
            case .channel: [shape[0]]
            case .group(let group): shape.dropLast() + [(shape[shape.count - 1] + group - 1) / group]
            case .tensor: [1]
            }
        }
    }

    /// How scales are chosen when numbers become codes.
    public enum Search: Hashable, Sendable {
        /// The greatest magnitude becomes the greatest code.
        case maximum
        /// The least mean squared error.
        case meanSquaredError
    }

    public let codec: Codec
    public internal(set) var sharing: Sharing
    public let search: Search
    /// Every scale has a zero point beside it.
    let hasZeros: Bool

    public init(codec: Codec, sharing: Sharing = .channel, search: Search = .maximum) {
        self.init(codec: codec, sharing: sharing, search: search, hasZeros: false)
    }

    init(codec: Codec, sharing: Sharing, search: Search = .maximum, hasZeros: Bool) {
        self.codec = codec
        self.sharing = sharing
        self.search = search
        self.hasZeros = hasZeros
    }

    /// As `init(_:field:)`, and `f32` too: numbers as they are, for models whose values are to be seen without any rounding.
    public init(exactOr text: String, field: String) throws(Diagnostic) {
        if text == Codec.float32.name { self.init(codec: .float32) } else { try self.init(text, field: field) }
    }

    /// - Parameter field: for messages.
    public init(_ text: String, field: String) throws(Diagnostic) {
        let words = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let name = words.first, let codec = Codec(name: name), Self.isSupported(codec) else {
            let hint = Suggestion.hint(for: words.first ?? "", in: Codec.all.filter(Self.isSupported).map(\.name))
            throw Diagnostic(field: field, "there is no codec '\(words.first ?? "")' for it\(hint)")
        }
        var sharing: Sharing?
        var search: Search?
        for word in words.dropFirst() {
            let isNew: Bool
            if word == "mse" {
                isNew = search == nil
                search = .meanSquaredError
            } else {
                isNew = sharing == nil
                sharing = Self.sharing(word)
            }
            guard isNew, word == "mse" || sharing != nil else {
                throw Diagnostic(
                    field: field, "expected CODEC, CODEC:group=N or CODEC:tensor, then perhaps :mse, not '\(text)'")
            }
        }
        self.init(codec: codec, sharing: sharing ?? .channel, search: search ?? .maximum)
    }

    private static func sharing(_ word: String) -> Sharing? {
        if word == "tensor" { return .tensor }
        let parts = word.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0] == "group", let group = Int(parts[1]), group >= 1 else { return nil }
        return .group(group)
    }

    /// Integers, flint and floats of at most 16 bits. Pairs come of conversion.
    private static func isSupported(_ codec: Codec) -> Bool { codec.pairs == nil && codec.bits <= 16 }

    /// Activations of it are codes with a scale.
    var needsScale: Bool { !codec.isFloat }

    /// Weights of it have scales: integers, and floats whose range is too small to do without.
    var scalesWeights: Bool { codec.bits < 16 || !codec.isFloat }

    /// What scales are stored in: one for few numbers is kept short.
    var scaleCodec: Codec { if case .group = sharing, !isPowerOfTwo { .float16 } else { .float32 } }

    /// Scales of MXFP4 go beyond those of f16.
    private var isPowerOfTwo: Bool { codec == .minifloat(.e2m1) && sharing == .group(32) }

    /// The middle of unsigned codes.
    var zero: Int? { if case .unsigned(let bits) = codec { 1 << (bits - 1) } else { nil } }

    public var description: String {
        let suffix = search == .meanSquaredError ? ":mse" : ""
        return switch sharing {
        case .channel: codec.name + suffix
        case .group(let group): "\(codec.name):group=\(group)\(suffix)"
        case .tensor: "\(codec.name):tensor\(suffix)"
        }
    }
}

/// The formats of a drafted network.
public struct NumberFormats: Hashable, Sendable {
    /// Of linear layers and convolutions.
    public var weights: NumberFormat
    /// In front of linear layers, quantised per token at run time; of floats as they are. Of an attention's operands and of
    /// the cache, with a fixed scale.
    public var activations: NumberFormat
    /// Weights, by name, whose format is another one.
    public var exceptions: [String: NumberFormat] = [:]
    /// Of the activations in front of linear layers, those that an import was asked for.
    var overrides: [FormatOverride] = []

    public init(weights: NumberFormat, activations: NumberFormat) {
        self.weights = weights
        self.activations = activations
    }

    /// What is asked for. What is left out is as in `formats` or goes with what is given: codes are multiplied with codes only.
    ///
    /// - Throws: when both are given and do not go together.
    public init(weights: NumberFormat?, activations: NumberFormat?, default formats: NumberFormats) throws(Diagnostic) {
        self = formats
        if let weights { self.weights = weights }
        if let activations { self.activations = activations }
        guard self.weights.codec.isFloat, self.activations.needsScale else { return }
        if weights == nil {
            self.weights = NumberFormat(codec: .int8, sharing: self.activations.sharing)
        } else if activations == nil {
            self.activations = NumberFormat(codec: self.weights.codec)
        } else {
            throw Diagnostic(
                field: "--weights",
                "is \(self.weights), but activations of \(self.activations) are codes, which are multiplied with codes only (int8, int4:group=32)")
        }
    }

    func weights(of name: String) -> NumberFormat { exceptions[name] ?? weights }

    /// - Parameter name: of the node that makes them.
    func activations(of name: String) -> NumberFormat {
        overrides.first { $0.activations != nil && $0.pattern.matches(name) }?.activations ?? activations
    }
}
