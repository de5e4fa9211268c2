import Arch

/// What the array of an engine takes of an FPGA: as `ArrayCost` from sizes that were mapped; chains of DSP slices also from their
/// parts.
struct FPGAArrayCost: Hashable, Sendable {
    var resources: [String: Int] = [:]
    var origin: Origin
    /// What the blocks of the table do not hold themselves.
    var partialSums: PartialSums?

    /// - Returns: `nil` when the table lacks it, sizes that it follows from, and its parts.
    init?(_ binding: RTLBinding, in costs: FPGACosts) {
        if let source = ArraySource(binding, in: costs.blocks) {
            self.init(source, binding, costs)
        } else {
            self.init(chains: binding, costs)
        }
        guard resources["lut"] ?? 0 > 0 else { return nil }
        resources = resources.mapValues { $0 * binding.copies }
        partialSums = PartialSums(binding, measured: costs.blocks.filter { $0.module == binding.top })
    }

    private init(_ source: ArraySource<FPGACosts.Block>, _ binding: RTLBinding, _ costs: FPGACosts) {
        switch source {
        case .exact(let block):
            resources = block.resources
            origin = Origin(.synthesised, "\(block.block) of these parameters, \(costs.device)")
        case .composed(let composition, let size, let difference):
            func figure(_ name: String) -> Figure {
                composition.figure(binding, size: size, difference: difference, of: costs.device) { Double($0.count(name)) }
            }
            let luts = figure("lut")
            origin = Origin(luts.origin.kind, "LUTs of \(luts.origin.text); the others likewise")
            for name in FPGAMachineCost.resources { resources[name] = max(0, Int(figure(name).value.rounded())) }
        }
    }

    /// Rows of chains as they were mapped, and scale lanes.
    private init?(chains binding: RTLBinding, _ costs: FPGACosts) {
        guard binding.top == "dsp_chain_array", let chain = Self.chain(binding, costs),
            let scale = costs.blocks.first(where: { $0.module == "group_scale" }),
            let adder = costs.blocks.first(where: { $0.module == "float_add" })
        else { return nil }
        let pairs = (binding.parameters["Rows"] ?? 2) / 2
        let lanes = binding.parameters["EpilogueLanes"] ?? 1
        let size = chain.block.parameters["ChainLength"] ?? 1
        let stretch = chain.stretch == 1 ? "" : " stretched from chains of \(size), which have as much per slice"
        origin = Origin(
            .estimated,
            "\(pairs) of \(chain.block.block)\(stretch), \(lanes) scale lanes of \(scale.block) and \(adder.block); step control and sums not counted")
        add(chain.block, times: pairs, stretched: chain.stretch)
        add(scale, times: lanes)
        add(adder, times: lanes)
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
