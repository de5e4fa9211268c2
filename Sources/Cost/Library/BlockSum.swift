/// A block of `rtl/`, and how many of it something has.
public struct BlockPart: Hashable, Sendable {
    public var module: String
    public var parameters: [String: Int]
    public var count: Int

    init(_ module: String, _ parameters: [String: Int] = [:], count: Int = 1) {
        self.module = module
        self.parameters = parameters
        self.count = count
    }
}

/// What is the sum of blocks: synthesised when it is one of them, else estimated, since what joins them is not in the sum.
struct BlockSum<Block: SynthesisedBlock> {
    let parts: [(count: Int, block: Block)]
    let origin: Origin

    /// - Parameter table: its name.
    /// - Returns: `nil` when the blocks lack a part.
    init?(_ wanted: [BlockPart], in blocks: [Block], of table: String) {
        let found = wanted.compactMap { part in
            blocks.first { $0.module == part.module && $0.hasAll(part.parameters) }.map { (part, $0) }
        }
        guard found.count == wanted.count else { return nil }
        let names = found.map { part, block in
            let parameters = part.parameters.sorted { $0.key < $1.key }.map { " \($0.key) \($0.value)" }.joined()
            return (part.count > 1 ? "\(part.count) x " : "") + block.block + parameters
        }
        let isOne = wanted.count == 1 && wanted[0].count == 1
        origin = Origin(isOne ? .synthesised : .estimated, "\(names.joined(separator: " + ")), \(table)")
        parts = found.map { ($0.count, $1) }
    }

    func figure(_ quantity: (Block) -> Double) -> Figure {
        Figure(parts.reduce(0) { $0 + Double($1.count) * quantity($1.block) }, origin)
    }

    /// - Returns: `nil` when a part has no such figure.
    func measured(_ quantity: (Block) -> Double?) -> Figure? {
        let found = parts.map { part in quantity(part.block).map { Double(part.count) * $0 } }
        return found.contains(nil) ? nil : Figure(found.compactMap(\.self).reduce(0, +), origin)
    }

    func greatest(_ quantity: (Block) -> Double) -> Double { parts.map { quantity($0.block) }.max() ?? 0 }
}

extension BlockSum where Block == BlockCost {
    init?(_ wanted: [BlockPart], in costs: LibraryCosts) { self.init(wanted, in: costs.blocks, of: costs.name) }
}

extension BlockSum where Block == FPGACosts.Block {
    init?(_ wanted: [BlockPart], in costs: FPGACosts) { self.init(wanted, in: costs.blocks, of: costs.device) }

    /// Primitives by the names of the table.
    var resources: [String: Int] {
        parts.reduce(into: [:]) { sums, part in
            sums.merge(part.block.resources.mapValues { $0 * part.count }, uniquingKeysWith: +)
        }
    }
}
