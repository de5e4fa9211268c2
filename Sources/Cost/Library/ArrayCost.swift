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
        let blocks = costs.blocks.filter { $0.module == binding.top }
        if let exact = blocks.first(where: { $0.hasAll(binding.parameters) }) {
            self.init(exact, Origin(.synthesised, "\(exact.block) of these parameters, \(costs.name)"))
        } else if let composed = Self.composition(blocks.filter { $0.isLike(binding) }, binding) {
            self.init(composed, binding, costs, difference: nil)
        } else if let group = Self.nearest(blocks, binding), let composed = Self.composition(group, binding) {
            self.init(composed, binding, costs, difference: group[0].differences(binding))
        } else {
            return nil
        }
        // Terms that were fitted to small sizes may not reach this far.
        let figures = [areaSquareMicrometres, leakageNanowatts, clockPicojoulesPerCycle].compactMap(\.self)
        guard figures.allSatisfy({ $0.value > 0 }) else { return nil }
        scale(by: Double(binding.copies))
        partialSums = PartialSums(binding, measured: blocks)
    }

    private init(_ block: BlockCost, _ origin: Origin) {
        areaSquareMicrometres = Figure(block.areaSquareMicrometres, origin)
        leakageNanowatts = Figure(block.leakageNanowatts, origin)
        clockPicojoulesPerCycle = block.activity.map { Figure($0.clockPicojoulesPerCycle, origin) }
        work = WorkEnergy.fit([block])
        closesPicoseconds = block.closesPicoseconds
    }

    private init(_ composition: Composition, _ binding: RTLBinding, _ costs: LibraryCosts, difference: String?) {
        let size = binding.size
        let fitted = composition.fitted.map(composition.name).joined(separator: ", ")
        func figure(_ quantity: (BlockCost) -> Double) -> Figure {
            var text = "\(binding.top) \(Composition.name(size)) (\(binding.scales.joined(separator: " x "))) from \(fitted), \(costs.name)"
            text += ": \(composition.formula(quantity))"
            if let error = composition.error(quantity), let checked = composition.checked {
                text += "; \(Self.percent(error)) off at \(composition.name(checked)), which the fit did not see"
            }
            if let difference { text += "; other parameters differ: \(difference)" }
            let kind: Origin.Kind = difference == nil ? .composed : .estimated
            return Figure(composition.value(quantity, at: size), Origin(kind, text))
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

    private static func percent(_ share: Double) -> String { "\((1000 * share).rounded() / 10) %" }

    private static func composition(_ blocks: [BlockCost], _ binding: RTLBinding) -> Composition? {
        Composition(blocks, scales: binding.scales)
    }

    /// Of the blocks that can be composed, those with the fewest other parameters.
    private static func nearest(_ blocks: [BlockCost], _ binding: RTLBinding) -> [BlockCost]? {
        let groups = Dictionary(grouping: blocks) { $0.differences(binding) }.sorted { $0.key < $1.key }
        return groups.filter { composition($0.value, binding) != nil }
            .min { $0.key.split(separator: ",").count < $1.key.split(separator: ",").count }?.value
    }
}

extension BlockCost {
    func hasAll(_ wanted: [String: Int]) -> Bool { wanted.allSatisfy { parameters[$0.key] == $0.value } }


    /// Equal but for its size, and for parameters that follow the size in both.
    fileprivate func isLike(_ binding: RTLBinding) -> Bool { differences(binding).isEmpty }

    /// Parameters that are neither equal nor part of the size, in words.
    fileprivate func differences(_ binding: RTLBinding) -> String {
        var names: [String] = []
        for (name, value) in binding.parameters.sorted(by: { $0.key < $1.key })
        where !binding.scales.contains(name) && !Self.variants.contains(name) {
            // Lanes that are as many as the columns.
            let follows = name.hasSuffix("Lanes") && parameters[name] == parameters["Columns"] && value == binding.parameters["Columns"]
            if parameters[name] != value, !follows, name != PartialSums.parameter {
                names.append("\(name) \(parameters[name].map(String.init) ?? "unset") for \(value)")
            }
        }
        for name in Self.variants where (parameters[name] ?? 0) != (binding.parameters[name] ?? 0) {
            names.append("\(name) \(parameters[name] ?? 0) for \(binding.parameters[name] ?? 0)")
        }
        return names.joined(separator: ", ")
    }

    /// What only units of an ablation have, and engines do not name.
    private static let variants = ["BuildsTables", "FoldsSigns"]
}

extension RTLBinding {
    /// Values of `scales`.
    fileprivate var size: [Int] { scales.map { parameters[$0] ?? 1 } }
}
