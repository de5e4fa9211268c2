import Arch

/// Areas of the parts of a machine beside its engines.
struct AreaParts {
    let machine: Machine
    let bank: SRAMCost

    func vector(_ vector: VectorCost?, _ builders: TableBuilderCost?) -> [AreaPart] {
        var parts: [AreaPart] = []
        if let vector { parts.append(AreaPart(name: "vector unit", area: vector.area, leakageNanowatts: vector.leakage)) }
        if let builders {
            parts.append(AreaPart(name: "table builders", area: builders.area, leakageNanowatts: builders.leakage))
        }
        return parts
    }

    var memories: [AreaPart] {
        Space.allCases.flatMap { memory("\($0.name) scratchpad", bytes: Self.bytes(of: $0, in: machine)) }
            + memory("shared buffer", bytes: machine.sharedBytes * machine.cores)
            + memory("instruction buffer", bytes: machine.frontEnd.bufferInstructions * ISA.instructionBytes)
    }

    /// Weights and accumulators are counted over all cores; activations, and tables of them, lie in each.
    static func bytes(of space: Space, in machine: Machine) -> Int {
        switch space {
        case .activations, .tables: machine.scratchpads[space] * machine.cores
        case .weights, .accumulators: machine.scratchpads[space]
        }
    }

    /// In whole banks: a bank is the least that is built.
    func memory(_ name: String, bytes: Int) -> [AreaPart] {
        guard bytes > 0 else { return [] }
        let banks = Double((bytes + SRAMBank.standard.bytes - 1) / SRAMBank.standard.bytes)
        return [
            AreaPart(
                name: name, area: bank.areaSquareMicrometres * banks, leakageNanowatts: bank.leakageNanowatts * banks)
        ]
    }
}
