import Arch

/// The terms of a machine. Clocks of an engine run while it works (choice: idle units are clock gated); everything leaks all
/// the time.
struct EnergyTerms {
    let machine: Machine
    let scratchpads: SRAMCost

    func engine(_ cost: ArrayCost, _ index: Int, name: String) -> [EnergyTerm] {
        var terms: [EnergyTerm] = []
        for (place, work) in cost.work.enumerated() {
            terms.append(EnergyTerm(place == 0 ? name : "\(name) \(work.event.name)", work.picojoules) {
                $0.engineEvents[index][work.event] ?? 0
            })
        }
        if let clock = cost.clockPicojoulesPerCycle {
            terms.append(EnergyTerm("\(name) clock", clock) { $0.busyCycles[index] })
        }
        if let sums = cost.partialSums, let event = cost.work.first?.event {
            terms.append(sram("\(name) sums") { activity in
                let bytes = 4 * (activity.engineEvents[index][event] ?? 0) / sums.productsPerUpdate
                return (bytes, bytes)
            })
        }
        return terms
    }

    func vector(_ vector: VectorCost?, _ builders: TableBuilderCost?) -> [EnergyTerm] {
        var terms: [EnergyTerm] = []
        if let each = vector?.picojoules {
            terms.append(EnergyTerm("vector unit", each) { $0.vectorEvents[.vectorOperation] ?? 0 })
        }
        if let each = builders?.picojoulesPerEntry {
            terms.append(EnergyTerm("table builders", each) { $0.vectorEvents[.tableEntry] ?? 0 })
        }
        return terms
    }

    var memories: [EnergyTerm] {
        var terms = Space.allCases.filter { machine.scratchpads[$0] > 0 }.map { space in
            sram("\(space.name) scratchpad") { ($0.readBytes[space] ?? 0, $0.writtenBytes[space] ?? 0) }
        }
        if machine.sharedBytes > 0 {
            terms.append(sram("shared buffer") { ($0.sharedReadBytes, $0.sharedWrittenBytes) })
        }
        return terms + [sram("instruction buffer") { ($0.instructionBytes, $0.instructionBytes) }]
    }

    private func sram(
        _ name: String, _ bytes: @escaping @Sendable (Activity) -> (read: Int, written: Int)
    ) -> EnergyTerm {
        let wordBytes = Double(SRAMBank.standard.bits / 8)
        let read = scratchpads.readPicojoules.value / wordBytes
        let write = scratchpads.writePicojoules.value / wordBytes
        return EnergyTerm(name, scratchpads.readPicojoules.origin) { activity in
            let moved = bytes(activity)
            return read * Double(moved.read) + write * Double(moved.written)
        }
    }

    func dram(_ energy: DRAMEnergy) -> EnergyTerm {
        EnergyTerm("DRAM", energy.figure * 8) { $0.dramBytes }
    }

    func leakage(_ parts: [AreaPart]) -> EnergyTerm {
        let nanowatts = parts.reduce(0) { $0 + $1.leakageNanowatts.value }
        let secondsPerCycle = Double(machine.clockPeriod) * 1e-12
        // A nanowatt for a second is a nanojoule.
        let perCycle = Figure(1e3 * nanowatts * secondsPerCycle, .joined(parts.map(\.leakageNanowatts.origin)))
        return EnergyTerm("leakage", perCycle) { $0.cycles }
    }
}
