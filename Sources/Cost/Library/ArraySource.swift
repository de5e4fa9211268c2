import Arch

/// What the array of an engine follows from in a table: the same module of the same parameters where that was made, else
/// smaller sizes of it, else smaller sizes with other parameters.
enum ArraySource<Block: SynthesisedBlock> {
    case exact(Block)
    /// - Parameter difference: parameters of the sizes that are not the array's, in words; `nil` when there are none.
    case composed(Composition<Block>, size: [Int], difference: String?)

    /// - Returns: `nil` when the table has no block of this module that can be used.
    init?(_ binding: RTLBinding, in all: [Block]) {
        let blocks = all.filter { $0.module == binding.top }
        let size = binding.scales.map { binding.parameters[$0] ?? 1 }
        if let exact = blocks.first(where: { $0.hasAll(binding.parameters) }) {
            self = .exact(exact)
        } else if let same = Composition(blocks.filter { $0.differences(binding).isEmpty }, scales: binding.scales) {
            self = .composed(same, size: size, difference: nil)
        } else if let (difference, nearest) = Self.nearest(blocks, binding) {
            self = .composed(nearest, size: size, difference: difference)
        } else {
            return nil
        }
    }

    /// Of the blocks that can be composed, those with the fewest other parameters.
    private static func nearest(_ blocks: [Block], _ binding: RTLBinding) -> (difference: String, sizes: Composition<Block>)? {
        Dictionary(grouping: blocks) { $0.differences(binding) }.sorted { $0.key < $1.key }
            .compactMap { difference, blocks in Composition(blocks, scales: binding.scales).map { (difference, $0) } }
            .min { $0.0.split(separator: ",").count < $1.0.split(separator: ",").count }
    }
}

extension Composition {
    /// The quantity of an array of this size, with its formula and its error.
    func figure(
        _ binding: RTLBinding, size: [Int], difference: String?, of table: String, _ quantity: (Block) -> Double
    ) -> Figure {
        var text = "\(binding.top) \(Self.name(size)) (\(binding.scales.joined(separator: " x "))) "
        text += "from \(fitted.map(name).joined(separator: ", ")), \(table): \(formula(quantity))"
        if let error = error(quantity), let checked {
            text += "; \((1000 * error).rounded() / 10) % off at \(name(checked)), which the fit did not see"
        }
        if let difference { text += "; other parameters differ: \(difference)" }
        return Figure(value(quantity, at: size), Origin(difference == nil ? .composed : .estimated, text))
    }
}
