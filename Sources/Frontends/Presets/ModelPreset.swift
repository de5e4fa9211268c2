import Diagnostics
import Formats

/// A network that is known by its shapes: it has no weights, and can be timed.
public struct ModelPreset: Sendable {
    public enum Network: Sendable {
        case transformer(TransformerShape)
        case convolutional(ConvolutionalShape)
    }

    public let name: String
    public let network: Network
    /// Unless others are asked for.
    public let formats: NumberFormats

    public static let all: [ModelPreset] =
        TransformerPresets.all.map { name, shape in
            ModelPreset(name: name, network: .transformer(shape), formats: name.hasPrefix("bitnet") ? .ternary : .fourBit)
        }
        + ConvolutionalPresets.all.map { name, shape in
            ModelPreset(name: name, network: .convolutional(shape), formats: .eightBit)
        }

    public static func named(_ name: String) throws(Diagnostic) -> ModelPreset {
        if let found = all.first(where: { $0.name == name }) { return found }
        let names = all.map(\.name)
        throw Diagnostic(
            file: "preset:\(name)",
            "there is no such model\(Suggestion.hint(for: name, in: names)); known are \(names.joined(separator: ", "))")
    }

    public func parts(_ formats: NumberFormats) -> [ModelPart] {
        switch network {
        case .transformer(let shape): shape.parts(name: name, formats: formats)
        case .convolutional(let shape): [shape.part(name: name, formats: formats)]
        }
    }

    /// Tokens are made one after another.
    public var isGenerative: Bool { if case .transformer(let shape) = network { shape.isCausal } else { false } }

    /// Tokens that enter when nobody says how many; `nil` when there is no choice.
    public var fixedTokens: Int? {
        switch network {
        case .transformer(let shape): shape.patches?.tokens
        case .convolutional: 1
        }
    }
}

extension NumberFormats {
    /// Numbers as they are.
    public static let single = NumberFormats(
        weights: NumberFormat(codec: .float32), activations: NumberFormat(codec: .float32))
    public static let half = NumberFormats(
        weights: NumberFormat(codec: .float16), activations: NumberFormat(codec: .float16))
    static let fourBit = NumberFormats(
        weights: NumberFormat(codec: .signed(bits: 4), sharing: .group(128)), activations: NumberFormat(codec: .int8))
    public static let eightBit = NumberFormats(
        weights: NumberFormat(codec: .int8), activations: NumberFormat(codec: .int8))
    static let ternary = NumberFormats(
        weights: NumberFormat(codec: .ternary, sharing: .tensor), activations: NumberFormat(codec: .int8))
}
