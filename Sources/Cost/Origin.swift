/// Where a figure comes from.
public struct Origin: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A block of these parameters was synthesised.
        case synthesised
        /// Made up of smaller sizes of the same block that were synthesised.
        case composed
        /// Added up from parts that were synthesised, of hardware that has no RTL of its own, or taken from a block with
        /// other parameters.
        case estimated
        /// From a documented model with constants of a published source.
        case modelled
    }
    public var kind: Kind
    /// Blocks, sizes, sources and factors, in a sentence.
    public var text: String

    public init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }

    /// Of what is made up of both.
    static func joined(_ origins: [Origin]) -> Origin {
        let order: [Kind] = [.synthesised, .composed, .modelled, .estimated]
        let weakest = origins.map(\.kind).max { (order.firstIndex(of: $0) ?? 0) < (order.firstIndex(of: $1) ?? 0) }
        var texts: [String] = []
        for origin in origins where !texts.contains(origin.text) { texts.append(origin.text) }
        return Origin(weakest ?? .estimated, texts.joined(separator: "; "))
    }
}

/// A number with its origin; the unit is in the name of what holds it.
public struct Figure: Hashable, Sendable {
    public var value: Double
    public var origin: Origin

    public init(_ value: Double, _ origin: Origin) {
        self.value = value
        self.origin = origin
    }

    static func * (figure: Figure, factor: Double) -> Figure { Figure(figure.value * factor, figure.origin) }

    static func sum(_ figures: [Figure]) -> Figure {
        Figure(figures.reduce(0) { $0 + $1.value }, .joined(figures.map(\.origin)))
    }
}
