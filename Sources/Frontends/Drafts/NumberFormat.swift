import Diagnostics
import Formats

/// How the weights or activations of a drafted network are stored: a codec, and for weights how many inputs share a scale.
/// Written `int4:group=128`, `ternary:tensor`, `int8` or `f16`.
public struct NumberFormat: Hashable, Sendable {
    public enum Sharing: Hashable, Sendable {
        /// One scale per output channel.
        case channel
        /// One scale per output channel and this many inputs.
        case group(Int)
        /// One scale for all.
        case tensor
    }

    public let codec: Codec
    public let sharing: Sharing

    public init(codec: Codec, sharing: Sharing = .channel) {
        self.codec = codec
        self.sharing = sharing
    }

    /// - Parameter field: for messages.
    public init(_ text: String, field: String) throws(Diagnostic) {
        let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
        guard let name = parts.first, let codec = Codec(name: name), Self.isSupported(codec) else {
            let hint = Suggestion.hint(for: parts.first ?? "", in: Codec.all.filter(Self.isSupported).map(\.name))
            throw Diagnostic(field: field, "there is no codec '\(parts.first ?? "")' for it\(hint)")
        }
        guard parts.count == 2 else {
            self.init(codec: codec)
            return
        }
        if parts[1] == "tensor" {
            self.init(codec: codec, sharing: .tensor)
            return
        }
        let words = parts[1].split(separator: "=")
        guard words.count == 2, words[0] == "group", let group = Int(words[1]), group >= 1 else {
            throw Diagnostic(field: field, "expected CODEC, CODEC:group=N or CODEC:tensor, not '\(text)'")
        }
        self.init(codec: codec, sharing: .group(group))
    }

    /// Integers, flint and floats of at most 16 bits. Pairs come of conversion.
    private static func isSupported(_ codec: Codec) -> Bool { codec.pairs == nil && codec.bits <= 16 }

    var needsScale: Bool { !codec.isFloat }

    /// The middle of unsigned codes.
    var zero: Int? { if case .unsigned(let bits) = codec { 1 << (bits - 1) } else { nil } }

    public var description: String {
        switch sharing {
        case .channel: codec.name
        case .group(let group): "\(codec.name):group=\(group)"
        case .tensor: "\(codec.name):tensor"
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

    public init(weights: NumberFormat, activations: NumberFormat) {
        self.weights = weights
        self.activations = activations
    }
}
