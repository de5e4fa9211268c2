import Arch

/// One builder, which makes a table per cycle: its block; else, of rounded tables, a builder with other parameters by its entries;
/// else the sum of its parts.
struct TableBuilder<Block: SynthesisedBlock> {
    let sum: BlockSum<Block>
    /// Builders of this format in one of the block: entries over entries.
    private(set) var share = 1.0
    /// What is not in the sum.
    private var left = "selectors"

    /// - Parameter table: its name.
    /// - Returns: `nil` when the blocks have none of these.
    init?(_ format: TableFormat, in blocks: [Block], of table: String) {
        let wanted = TableBuilderBlock.block(format)
        if let exact = BlockSum([wanted], in: blocks, of: table) {
            sum = exact
        } else if let (near, entries) = Self.near(wanted, blocks), let sum = BlockSum([near], in: blocks, of: table) {
            self.sum = sum
            share = Double(format.count) / Double(entries)
        } else if format.tablesPerScale != nil, let sum = BlockSum(TableBuilderBlock.parts(format), in: blocks, of: table) {
            self.sum = sum
            left = "registers and selectors"
        } else {
            return nil
        }
    }

    /// The builder of rounded tables whose scales are shared by the most alike numbers of tables, and of these that with most entries.
    private static func near(_ wanted: BlockPart, _ blocks: [Block]) -> (part: BlockPart, entries: Int)? {
        guard let tables = wanted.parameters["TablesPerScale"] else { return nil }
        let found = blocks.filter { $0.module == wanted.module }.compactMap { block in
            block.parameters["TableEntries"].map { entries in
                (block, entries, abs((block.parameters["TablesPerScale"] ?? 1) - tables))
            }
        }
        return found.min { ($0.2, -$0.1) < ($1.2, -$1.1) }.map { (BlockPart(wanted.module, $0.0.parameters), $0.1) }
    }

    func origin(count: Int) -> Origin {
        let entries = share == 1 ? "" : ", with \(share) times its entries"
        return Origin(.estimated, "\(count) of \(sum.origin.text)\(entries); \(left) not counted")
    }
}

/// What builders are made of.
enum TableBuilderBlock {
    static func block(_ format: TableFormat) -> BlockPart {
        var parameters = ["TileK": format.length, "TableEntries": format.count]
        guard let tables = format.tablesPerScale else { return BlockPart("lut_table_builder", parameters) }
        parameters["TablesPerScale"] = tables
        return BlockPart("lut_rounding_builder", parameters)
    }

    /// Of rounded tables: the sums of the entries and of the magnitudes, a divider for the scale and one behind every entry.
    static func parts(_ format: TableFormat) -> [BlockPart] {
        let additions = (format.count + 1) * (format.length - 1)
        let adders = additions > 0 ? [BlockPart("float_add", count: additions)] : []
        return adders + [BlockPart("float_divide"), BlockPart("lut_round_entry", count: format.count)]
    }
}
