import Arch

/// What the array of an engine takes of an FPGA: the block of its parameters where that was mapped, else the sum of its parts.
struct FPGAArrayCost: Hashable, Sendable {
    var resources: [String: Int] = [:]
    var origin: Origin

    /// - Returns: `nil` when the table lacks it and its parts.
    init?(_ binding: RTLBinding, in costs: FPGACosts) {
        origin = Origin(.synthesised, "\(binding.top) of these parameters, \(costs.device)")
        if let exact = costs.blocks.first(where: { $0.module == binding.top && $0.hasAll(binding.parameters) }) {
            add(exact, times: binding.copies)
            return
        }
        guard binding.top == "dsp_chain_array", let chain = Self.chain(binding, costs),
            let scale = costs.blocks.first(where: { $0.module == "group_scale" }),
            let adder = costs.blocks.first(where: { $0.module == "float_add" })
        else { return nil }
        let parameters = binding.parameters
        let pairs = (parameters["Rows"] ?? 2) / 2 * binding.copies
        let lanes = (parameters["EpilogueLanes"] ?? 1) * binding.copies
        add(chain.block, times: pairs, stretched: chain.stretch)
        add(scale, times: lanes)
        add(adder, times: lanes)
        let size = chain.block.parameters["ChainLength"] ?? 1
        let stretch = chain.stretch == 1 ? "" : " stretched from chains of \(size), which have as much per slice"
        origin = Origin(
            .estimated,
            "\(pairs) of \(chain.block.block)\(stretch), \(lanes) scale lanes of \(scale.block) and \(adder.block); step control and sums not counted")
    }

    private mutating func add(_ block: FPGACosts.Block, times count: Int, stretched: Double = 1) {
        for (name, value) in block.resources {
            resources[name, default: 0] += count * Int((stretched * Double(value)).rounded(.up))
        }
    }

    /// The chains of a pair of rows, of the same length where it was mapped, else of the longest that is shorter.
    private static func chain(_ binding: RTLBinding, _ costs: FPGACosts) -> (block: FPGACosts.Block, stretch: Double)? {
        let names = ["Columns", "SelectorInputs", "ReductionNodes", "Int4Packing", "OverflowAdjust"]
        let wanted = binding.parameters.filter { names.contains($0.key) }
        guard let length = binding.parameters["ChainLength"] else { return nil }
        let found = costs.blocks.filter { $0.module == "dsp_chain_row" && $0.hasAll(wanted) }
            .compactMap { block in block.parameters["ChainLength"].map { (block, $0) } }
            .filter { $0.1 <= length }.max { $0.1 < $1.1 }
        return found.map { ($0.0, Double(length) / Double($0.1)) }
    }
}
