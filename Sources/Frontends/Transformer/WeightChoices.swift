import Diagnostics
import Formats

/// What each of a transformer's weights becomes when it is imported.
struct WeightChoices {
    private(set) var formats: [String: NumberFormat] = [:]
    /// Weights whose codes are those of the file.
    private(set) var kept: Set<String> = []

    /// - Parameter fallback: what weights become that are to be kept and that a graph cannot have as the file has them.
    /// - Throws: overrides that match nothing.
    init(
        _ shape: TransformerShape, _ sources: some TransformerSources, _ choice: ImportedWeights, _ overrides: [FormatOverride],
        _ fallback: NumberFormats
    ) throws(Diagnostics) {
        // Any format with scales tells weights from other constants.
        var draft = TransformerDraft(shape, name: "", formats: .eightBit)
        _ = draft.network()
        var names: [String] = []
        for constant in draft.draft.constants {
            guard case .weights = constant.content, let sizes = constant.sizes else { continue }
            names.append(constant.name)
            switch overrides.first(where: { $0.matches(weight: constant.name) })?.weights ?? choice {
            case .format(let format): formats[constant.name] = format
            case .kept:
                formats[constant.name] = fallback.weights
                if let exact = Self.exact(constant.name, sizes, sources, fallback.activations) {
                    formats[constant.name] = exact
                    kept.insert(constant.name)
                }
            }
        }
        try FormatOverride.check(overrides, names: names + draft.draft.quantised)
    }

    /// The format that has all that the file has; `nil` when there is none. What is missing is somebody else's business.
    private static func exact(
        _ name: String, _ sizes: [Int], _ sources: some TransformerSources, _ activations: NumberFormat
    ) -> NumberFormat? {
        var sources = sources
        guard let format = try? sources.source(name, sizes).exactFormat, !format.codec.isFloat || !activations.needsScale
        else { return nil }
        return format
    }
}
