import Arch
import Cost
import Engines
import Testing

/// Which machines have arrays that the tables of the repository do not tell the cost of.
@Suite struct PresetCoverageTests {
    private func lacking(_ library: String) throws -> Set<String> {
        let costs = try LibraryCosts.load(library)
        return Set(
            try Presets.all.filter { machine in
                let target = Target(machine: machine, engines: try machine.engines.map { try Catalog.engine($0) })
                // What is made for FPGAs has no gates.
                return !target.engines.contains { $0.kind == "dsp-chain" } && !MachineCost(target, library: costs).hasWholeDatapath
            }.map(\.name))
    }

    @Test func sevenNanometresHaveEveryArray() throws {
        #expect(try lacking("asap7").isEmpty)
    }

    @Test func hundredThirtyNanometresLackFloatsAndBitSerial() throws {
        let floats = ["mac-fp16", "mac-fp16-dequantise-first", "mac-fp8", "mixpe-fp16", "gobo"]
        let lacking = (floats + ["bit-serial"]).flatMap { [$0, "\($0)-tiny"] }
        #expect(try self.lacking("sg13g2") == Set(lacking))
    }

    /// Lanes for outliers are measured as many as columns; fewer of them are estimated from that.
    @Test func fewerOutlierLanesThanColumnsAreEstimated() throws {
        let machine = try Presets.named("olaccel-tiny")
        let target = Target(machine: machine, engines: try machine.engines.map { try Catalog.engine($0) })
        let array = try #require(MachineCost(target, library: .load("asap7")).engines.first ?? nil)
        #expect(array.areaSquareMicrometres.origin.kind == .estimated)
        #expect(array.areaSquareMicrometres.origin.text.contains("OutlierLanes one per column for 2"))
    }
}
