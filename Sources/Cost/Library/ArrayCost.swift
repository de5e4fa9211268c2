import Arch

/// What the array of an engine costs: from the same module of the same parameters where that was synthesised, else composed
/// of smaller ones, else estimated from one with other parameters.
public struct ArrayCost: Hashable, Sendable {
    public var areaSquareMicrometres: Figure
    public var leakageNanowatts: Figure
    /// Of the running clock. `nil` where no activity was measured.
    public var clockPicojoulesPerCycle: Figure?
    /// Energy of what it does beside its clock; empty where no activity was measured.
    public var work: [WorkEnergy]
    public var closesPicoseconds: Double
    /// What the blocks of the library do not hold themselves.
    public var partialSums: PartialSums?

    /// - Returns: `nil` when the library has no block of this module that can be used.
    init?(_ binding: RTLBinding, in costs: LibraryCosts) {
        guard let source = ArraySource(binding, in: costs.blocks) else { return nil }
        switch source {
        case .exact(let block): self.init(block, Origin(.synthesised, "\(block.block) of these parameters, \(costs.name)"))
        case .composed(let composition, let size, let difference):
            self.init(composition, binding, size: size, costs, difference: difference)
        }
        // Terms that were fitted to small sizes may not reach this far.
        let figures = [areaSquareMicrometres, leakageNanowatts, clockPicojoulesPerCycle].compactMap(\.self)
        guard figures.allSatisfy({ $0.value > 0 }) else { return nil }
        scale(by: Double(binding.copies))
        partialSums = PartialSums(binding, measured: costs.blocks.filter { $0.module == binding.top })
    }

    private init(_ block: BlockCost, _ origin: Origin) {
        areaSquareMicrometres = Figure(block.areaSquareMicrometres, origin)
        leakageNanowatts = Figure(block.leakageNanowatts, origin)
        clockPicojoulesPerCycle = block.activity.map { Figure($0.clockPicojoulesPerCycle, origin) }
        work = WorkEnergy.fit([block])
        closesPicoseconds = block.closesPicoseconds
    }

    private init(
        _ composition: Composition<BlockCost>, _ binding: RTLBinding, size: [Int], _ costs: LibraryCosts, difference: String?
    ) {
        func figure(_ quantity: (BlockCost) -> Double) -> Figure {
            composition.figure(binding, size: size, difference: difference, of: costs.name, quantity)
        }
        let all = composition.fitted + [composition.checked].compactMap(\.self)
        areaSquareMicrometres = figure(\.areaSquareMicrometres)
        leakageNanowatts = figure(\.leakageNanowatts)
        let hasActivity = composition.fitted.allSatisfy { $0.activity != nil }
        clockPicojoulesPerCycle = hasActivity ? figure { $0.activity?.clockPicojoulesPerCycle ?? 0 } : nil
        work = WorkEnergy.fit(all)
        closesPicoseconds = all.map(\.closesPicoseconds).max() ?? 0
    }

    private mutating func scale(by copies: Double) {
        areaSquareMicrometres.value *= copies
        leakageNanowatts.value *= copies
        clockPicojoulesPerCycle?.value *= copies
    }
}
