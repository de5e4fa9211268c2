import Diagnostics
import Formats

/// A constant of a drafted graph: what has to be found in a model's file for it, and how it is stored.
struct DraftedConstant: Sendable {
    enum Content: Sendable {
        /// Numbers of this codec, without a scale.
        case plain(Codec)
        /// Codes with scales; their tensors are `NAME`, `NAME.scale` and, with zero points of their own, `NAME.zero`.
        case weights(NumberFormat)
        /// Numbers that follow from the network's shape.
        case numbers([Float])
    }

    let name: String
    let shape: [JSONValue]
    let content: Content

    /// `nil` when a symbol is in it.
    var sizes: [Int]? {
        let known = shape.compactMap { size -> Int? in if case .integer(let number) = size { number } else { nil } }
        return known.count == shape.count ? known : nil
    }
}
