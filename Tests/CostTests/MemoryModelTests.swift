import Cost
import Testing

/// The memory models against the points that they were made from.
@Suite struct MemoryModelTests {
    @Test func macrosAreWithinAnEighthOfTheirLibertyFiles() {
        for macro in SRAMMacroModel.macros {
            #expect(abs(SRAMMacroModel.area(macro.bank) / macro.area - 1) < 0.1)
            #expect(abs(SRAMMacroModel.read(macro.bank) / macro.read - 1) < 0.125)
            #expect(abs(SRAMMacroModel.write(macro.bank) / macro.write - 1) < 0.11)
            #expect(abs(SRAMMacroModel.leakage(macro.bank) / macro.leakage - 1) < 0.01)
        }
    }

    /// 8 KiB of 64 bits at 45 nm: 6.14 pJ a read, 7.88 a write, 26,270 square micrometres before the factor.
    @Test func pointsOfTheSweepComeOutAsTheyAre() {
        let cost = SRAMCost(.standard, nodeNanometres: 45)
        #expect(abs(cost.readPicojoules.value - 6.14) < 0.01)
        #expect(abs(cost.writePicojoules.value - 7.88) < 0.01)
        #expect(abs(cost.areaSquareMicrometres.value / (2.25 * 26270) - 1) < 0.001)
        #expect(cost.readPicojoules.origin.kind == .modelled)
    }

    @Test(arguments: [7, 22, 45, 130, 180]) func moreCostsMore(node: Int) {
        let banks = [SRAMBank(words: 256, bits: 64), SRAMBank(words: 1024, bits: 64), SRAMBank(words: 4096, bits: 64)]
        let costs = banks.map { SRAMCost($0, nodeNanometres: node) }
        for (small, large) in zip(costs, costs.dropFirst()) {
            #expect(small.areaSquareMicrometres.value < large.areaSquareMicrometres.value)
            #expect(small.readPicojoules.value < large.readPicojoules.value)
            #expect(small.leakageNanowatts.value < large.leakageNanowatts.value)
        }
    }

    /// The authors' erratum: 1 pJ at 65 nm and 1.3 V is 0.1755 pJ at 32 nm and 0.9 V; at 1.1 V, as here, 0.457 / 1.68.
    @Test func scalingFollowsThePaper() {
        #expect(abs(NodeScaling.energyFactor(from: 65, to: 32) - 0.457 / 1.68) < 1e-9)
        #expect(NodeScaling.areaFactor(from: 180, to: 45) == 0.053)
        #expect(NodeScaling.areaFactor(from: 7, to: 7) == 1)
        // Between nodes of the table.
        let between = NodeScaling.areaFactor(from: 45, to: 22)
        #expect(between < NodeScaling.areaFactor(from: 45, to: 32) && between > NodeScaling.areaFactor(from: 45, to: 20))
    }

    @Test func everyPresetsMemoryHasAnEnergyInItsRange() throws {
        for energy in DRAMEnergy.all { #expect(energy.range.contains(energy.picojoulesPerBit)) }
    }
}
