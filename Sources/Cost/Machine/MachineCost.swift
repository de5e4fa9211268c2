import Arch

/// What a machine costs with one library: area of its parts, and energy of what they do.
public struct MachineCost: Sendable {
    public let library: LibraryCosts
    public let engines: [ArrayCost?]
    public let vector: VectorCost?
    public let builders: TableBuilderCost?
    /// Of a bank.
    public let scratchpads: SRAMCost
    public let dram: DRAMEnergy?
    /// In the order of reports; what `missing` names is not among them.
    public let parts: [AreaPart]
    public let terms: [EnergyTerm]
    /// What the figures leave out, a sentence each.
    public let missing: [String]
    /// What it takes of an FPGA: where the library lacks an engine and the table of the FPGA has it, or as asked for.
    public var fpga: FPGAMachineCost?
    /// Arrays whose netlists do not close at the machine's clock, a sentence each.
    public let missedClocks: [String]
    /// Parts of the datapath without an area or without an energy, a sentence each.
    public let missingOfDatapath: [String]

    public init(_ target: Target, library: LibraryCosts) {
        let machine = target.machine
        let names = target.engines.enumerated().map { "engine\($0) \($1.kind)" }
        let engines = target.engines.map { ArrayCost($0.rtl, in: library) }
        let vector = VectorCost(lanes: machine.vector.lanes, in: library)
        let format = target.engines.compactMap(\.tableFormat).first
        let builders = format.flatMap { TableBuilderCost($0, of: machine.vector, in: library) }
        let scratchpads = SRAMCost(.standard, nodeNanometres: library.nodeNanometres)
        let dram = DRAMEnergy.of(machine.memory)

        let areas = AreaParts(machine: machine, bank: scratchpads)
        var parts = zip(names, engines).compactMap { name, cost in
            cost.map { AreaPart(name: name, area: $0.areaSquareMicrometres, leakageNanowatts: $0.leakageNanowatts) }
        }
        parts += zip(names, engines).flatMap { name, cost in areas.memory("\(name) sums", bytes: cost?.partialSums?.bytes ?? 0) }
        parts += areas.vector(vector, builders) + areas.memories

        let energies = EnergyTerms(machine: machine, scratchpads: scratchpads)
        var terms = engines.enumerated().flatMap { index, cost in
            cost.map { energies.engine($0, index, name: names[index]) } ?? []
        }
        terms += energies.vector(vector, builders) + energies.memories
        if let dram { terms.append(energies.dram(dram)) }
        terms.append(energies.leakage(parts))

        (self.library, self.engines, self.vector, self.builders) = (library, engines, vector, builders)
        (self.scratchpads, self.dram, self.parts, self.terms) = (scratchpads, dram, parts, terms)
        // The table is only read for machines that need it.
        fpga = engines.contains(nil) ? (try? FPGAMachineCost(target, in: .load())) : nil
        missedClocks = zip(names, engines).compactMap { name, cost in
            guard let closes = cost.map({ Int($0.closesPicoseconds.rounded()) }), closes > machine.clockPeriod else { return nil }
            return "\(name): closes at \(closes) ps or more in \(library.name), the machine's clock is \(machine.clockPeriod) ps"
        }
        missingOfDatapath = Self.missing(Array(zip(names, target.engines.map(\.rtl.top))), engines, library, isOnFPGA: fpga != nil)
            + Self.missing(builders, format, library)
        var missing = missingOfDatapath
        if vector == nil { missing.append("vector unit: the table of \(library.name) lacks parts of a lane") }
        if dram == nil { missing.append("DRAM: no energy per bit is known of '\(machine.memory.standard)'") }
        self.missing = missing + [
            "wires, placement, clock tree, control, load and store units, dividers and elementary functions"
        ]
    }

    /// With the library that is usual.
    public init(_ target: Target) throws { try self.init(target, library: .load(LibraryCosts.names[0])) }

    private static func missing(
        _ engines: [(name: String, module: String)], _ costs: [ArrayCost?], _ library: LibraryCosts, isOnFPGA: Bool
    ) -> [String] {
        zip(engines, costs).compactMap { engine, cost in
            guard let cost else {
                return isOnFPGA
                    ? "\(engine.name): no sizes of \(engine.module) in \(library.name); what it takes of an FPGA is stated apart"
                    : "\(engine.name): the table of \(library.name) has no sizes of \(engine.module) to compose it from"
            }
            return cost.work.isEmpty ? "\(engine.name): no switching activity was measured, so its energy is that of leakage" : nil
        }
    }

    private static func missing(_ builders: TableBuilderCost?, _ format: TableFormat?, _ library: LibraryCosts) -> [String] {
        guard let format else { return [] }
        guard let builders else {
            let block = TableBuilderBlock.block(format)
            let parameters = block.parameters.sorted { $0.key < $1.key }.map { " \($0.key) \($0.value)" }.joined()
            return ["table builders: the table of \(library.name) has neither \(block.module)\(parameters) nor its parts"]
        }
        return builders.picojoulesPerEntry == nil
            ? ["table builders: no switching activity was measured, so their energy is that of leakage"] : []
    }

    /// Every engine, and every table builder that one needs, has an area and an energy; else sums are of the other parts only.
    public var hasWholeDatapath: Bool { missingOfDatapath.isEmpty }

    /// The sum of the parts.
    public var squareMicrometres: Int { parts.reduce(0) { $0 + $1.squareMicrometres } }

    /// Arrays and what only they need: what machines that are compared differ by.
    public var datapathSquareMicrometres: Int {
        let figures = engines.compactMap { $0?.areaSquareMicrometres.value } + [builders?.area.value ?? 0]
        return figures.reduce(0) { $0 + Int($1.rounded()) }
    }
}
