import Arch
import Compiler
import Cost
import Diagnostics
import Report
import Testing
import Toolchain

/// Area and energy of runs: whole numbers that sum exactly, each with its origin.
@Suite struct CostReportTests {
    private func report(_ arch: String) throws -> RunReport {
        let job = try Job(
            Model(path: Repository.path("examples/two-layers/graph.json")), target: .make(arch),
            options: CompilerOptions(allowsLossyConversions: arch == "olive"))
        var report = try job.report(job.time())
        report.cost = try MachineCost(job.target)
        return report
    }

    private func sum(_ costs: JSONValue?) -> Int {
        (costs?["parts"]?.items ?? []).reduce(0) { $0 + ($1["value"]?.integer ?? 0) }
    }

    @Test(arguments: ["mac-int8", "lut-tc", "mixpe", "olive"]) func partsSumToTheTotals(arch: String) throws {
        let json = try report(arch).json
        for name in ["area_um2", "energy_pj"] {
            let total = try #require(json[name]?["total"]?.integer)
            #expect(total > 0)
            #expect(sum(json[name]) == total)
            for part in json[name]?["parts"]?.items ?? [] {
                guard case .string(let source)? = part["source"] else {
                    Issue.record("no source")
                    continue
                }
                #expect(!source.isEmpty)
            }
        }
        let layers = json["layers"]?.items ?? []
        #expect(layers.reduce(0) { $0 + ($1["energy_pj"]?.integer ?? 0) } == json["energy_pj"]?["total"]?.integer)
        let schema = SchemaCheck(try JSONValue.parse(Repository.text("schemas/report-1.schema.json")))
        #expect(schema.problems(json) == [])
    }

    /// DRAM: whole bursts at 5.5 pJ per bit.
    @Test func energyOfDRAMIsThatOfItsBursts() throws {
        let report = try report("mac-int8")
        let bursts = report.timing.memory.readBursts + report.timing.memory.writtenBursts
        let part = try #require(report.energy?.parts.first { $0.name == "DRAM" })
        // Rounded in every row.
        #expect(abs(Double(part.picojoules) - Double(bursts) * 32 * 8 * 5.5) <= Double(report.timing.rows.count))
    }

    @Test(arguments: ["mac-int8", "lut-tc", "mixpe", "olive"]) func theWholeDatapathWasSynthesised(arch: String) throws {
        let target = try Target.make(arch)
        let cost = try MachineCost(target)
        for (index, engine) in cost.engines.enumerated() {
            #expect(engine != nil, "engine\(index)")
            #expect(engine?.work.isEmpty == false, "engine\(index)")
        }
        #expect(cost.vector?.picojoules != nil)
        #expect((cost.builders != nil) == (arch == "lut-tc"))
    }

    /// Sizes that the fits did not see, and the sizes of the presets, which are far larger.
    @Test(arguments: ["mac-int8", "lut-tc", "mixpe", "olive"]) func compositionsHold(arch: String) throws {
        let target = try Target.make(arch)
        let library = try LibraryCosts.load("asap7")
        let binding = target.engines[0].rtl
        let composition = try #require(
            Composition(
                library.blocks.filter { block in
                    // The ablation's units are other arrays of the same module.
                    block.module == binding.top && block.activity != nil
                        && ["TableEntries", "BuildsTables", "FoldsSigns"].allSatisfy {
                            block.parameters[$0] ?? 0 == binding.parameters[$0] ?? 0
                        }
                }, scales: binding.scales))
        let quantities: [(BlockCost) -> Double] = [
            { $0.areaSquareMicrometres }, { $0.leakageNanowatts }, { $0.activity?.clockPicojoulesPerCycle ?? 0 },
        ]
        for quantity in quantities { #expect(try abs(#require(composition.error(quantity))) < 0.1) }
        let engine = try #require(MachineCost(target, library: library).engines[0])
        // As much clock for as much array as the measured size has, within a factor of two.
        let checked = try #require(composition.checked)
        let measured = try #require(checked.activity).clockPicojoulesPerCycle / checked.areaSquareMicrometres
        let composed = try #require(engine.clockPicojoulesPerCycle).value / engine.areaSquareMicrometres.value
        #expect((0.5...2).contains(composed / measured))
    }

    /// The array grows with the columns, and the one that fits is the largest.
    @Test(arguments: ["lut-tc", "mixpe"]) func equalAreaIsAsNearAsASizeCanBe(arch: String) throws {
        let library = try LibraryCosts.load(LibraryCosts.names[0])
        let first = try Target.make("mac-int8")
        let area = try IsoArea(first, library: library)
        let sized = try area.sized(.make(arch))
        let datapath = MachineCost(sized, library: library).datapathSquareMicrometres
        #expect(datapath <= area.budget)
        var larger = sized.machine
        let name = sized.engines[0].sizeParameter
        guard case .integer(let size)? = larger.engines[0].parameters[name] else {
            Issue.record("no size")
            return
        }
        larger.engines[0].parameters[name] = .integer(size + 2)
        #expect(MachineCost(try .make(larger), library: library).datapathSquareMicrometres > area.budget)
    }

    /// Scale lanes take longer than a nanosecond.
    @Test func aClockThatIsMissedIsReported() throws {
        let target = try Target.make("mac-int8")
        let cost = try MachineCost(target)
        let closes = try #require(cost.engines[0]).closesPicoseconds
        #expect((cost.missedClocks.count == 1) == (closes > Double(target.machine.clockPeriod)))
        var slow = target.machine
        slow.clockPeriod = Int(closes) + 1
        #expect(try MachineCost(.make(slow)).missedClocks.isEmpty)
        slow.clockPeriod = Int(closes) / 2
        let late = try MachineCost(.make(slow))
        #expect(late.missedClocks.count == 1)
        #expect(CostReport(machine: "m", cost: late).text.contains("clock missed: \(late.missedClocks[0])"))
    }

    /// Two chains of 4 slices for each of 4 pairs of rows; scratchpads of 24 KiB are block RAM.
    @Test func anFPGAMachineSaysWhatItTakes() throws {
        let report = try report("dsp-chain-tiny")
        let fpga = try #require(report.cost?.fpga)
        for name in FPGAMachineCost.resources { #expect(fpga.total(name) == fpga.parts.reduce(0) { $0 + ($1.resources[name] ?? 0) }) }
        #expect(fpga.parts[0].resources["dsp"] ?? 0 >= 32)
        #expect(fpga.parts.first { $0.name == "act scratchpad" }?.resources == ["bram": 6])
        let schema = SchemaCheck(try JSONValue.parse(Repository.text("schemas/report-1.schema.json")))
        #expect(schema.problems(report.json) == [])
        let large = try #require(MachineCost(.make("dsp-chain")).fpga)
        #expect(large.parts.first { $0.name == "act scratchpad" }?.resources == ["uram": 16])
        #expect(try MachineCost(.make("mac-int8")).fpga == nil)
    }

    @Test func anUnknownLibraryIsRefusedWithTheNames() {
        let error = #expect(throws: Diagnostic.self) { try LibraryCosts.load("asap8") }
        #expect(error?.message.contains("asap7") == true)
    }
}
