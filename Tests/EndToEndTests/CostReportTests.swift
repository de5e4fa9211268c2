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
    @Test(arguments: ["mac-int8", "lut-tc", "mixpe", "olive"], ["asap7", "sg13g2"]) func compositionsHold(arch: String, name: String) throws {
        let target = try Target.make(arch)
        let library = try LibraryCosts.load(name)
        let binding = target.engines[0].rtl
        let composition = try #require(
            Composition(
                library.blocks.filter { block in
                    // The ablation's units, and arrays with selectors, are other arrays of the same module.
                    block.module == binding.top && block.activity != nil && block.parameters["SelectorInputs"] ?? 1 == 1
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

    /// What one more of what the array is sized by would take; `nil` where the engine does not take it.
    private func larger(_ sized: Target, by step: Int) throws -> Target? {
        let engine = sized.engines[0]
        let size = try #require(engine.parameters.first { $0.name == engine.sizeParameter }.flatMap { Int($0.value) })
        var machine = sized.machine
        for (name, value) in machine.engines[0].parameters where value == .integer(size) && name.hasSuffix("Lanes") {
            machine.engines[0].parameters[name] = .integer(size + step)
        }
        machine.engines[0].parameters[engine.sizeParameter] = .integer(size + step)
        return try? Target.make(machine)
    }

    /// The array grows, and the one that fits is the largest.
    @Test(arguments: ["lut-tc", "mixpe", "olive", "olaccel"]) func anEqualDatapathIsAsLargeAsFits(arch: String) throws {
        let library = try LibraryCosts.load(LibraryCosts.names[0])
        func area(_ target: Target) -> Int { MachineCost(target, library: library).datapathSquareMicrometres }
        func power(_ target: Target) throws -> Int {
            try #require(DatapathPower(target, MachineCost(target, library: library))).microwatts
        }
        for (measure, taken) in [(EqualDatapath.Measure.area, area), (.power, power)] {
            let first = try Target.make("mac-int8")
            let equal = try EqualDatapath(measure, of: first, library: library)
            #expect(try equal.budget == taken(first))
            let sized = try equal.sized(.make(arch))
            #expect(try taken(sized) <= equal.budget)
            let next = try #require(try [1, 2, 4].lazy.compactMap { try larger(sized, by: $0) }.first)
            #expect(try taken(next) > equal.budget, "\(measure)")
        }
    }

    /// 4096 products and 64 clocked columns: what the parts say for one, times what there are of them.
    @Test func peakPowerIsThatOfEveryElementInEveryCycle() throws {
        let target = try Target.make("mac-int8")
        let cost = try MachineCost(target)
        let array = try #require(cost.engines[0])
        let power = try #require(DatapathPower(target, cost))
        let product = try #require(array.work.first { $0.event == .multiplyAccumulate }).picojoules.value
        let scale = try #require(array.work.first { $0.event == .groupScale }).picojoules.value
        let clock = try #require(array.clockPicojoulesPerCycle).value
        // In groups of 128 every other pass of 64 k ends in a scaled sum of each of 64 columns; at 1 GHz 1 pJ per cycle is 1 mW.
        let milliwatts = 4096 * product + 32 * scale + clock + array.leakageNanowatts.value * 1e-6
        #expect(abs(Double(power.microwatts) - 1000 * milliwatts) < 2)
        var slow = target.machine
        slow.clockPeriod = 2000
        let half = try #require(try DatapathPower(.make(slow), MachineCost(.make(slow))))
        #expect(abs(Double(half.microwatts) - 500 * (milliwatts + array.leakageNanowatts.value * 1e-6)) < 2)
    }

    @Test func aMachineWithoutATableCannotBeMadeEqual() throws {
        let library = try LibraryCosts.load(LibraryCosts.names[0])
        for measure in EqualDatapath.Measure.allCases {
            let equal = try EqualDatapath(measure, of: .make("mac-int8"), library: library)
            let error = #expect(throws: Diagnostics.self) { try equal.sized(.make("dsp-chain")) }
            #expect(error?.description.contains("engine0 dsp-chain: no sizes of dsp_chain_array in asap7-rvt-tt") == true)
        }
        // 64 columns of lookups and the second engine are more than 64 multipliers.
        let tiny = try EqualDatapath(.power, of: .make("mac-int8-tiny"), library: library)
        #expect(try tiny.isExceeded(by: tiny.sized(.make("lut-tc"))))
        #expect(try !tiny.isExceeded(by: tiny.sized(.make("mac-int8"))))
        // The Debian library's table has elements, and no arrays.
        let small = try LibraryCosts.load("osu018")
        #expect(throws: Diagnostics.self) { try EqualDatapath(.power, of: .make("mac-int8"), library: small) }
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
        #expect(try CostReport(.make(slow), cost: late).text.contains("clock missed: \(late.missedClocks[0])"))
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

    /// A product takes a DSP slice, and the 24-bit multiplier of a scale lane four.
    @Test func anArrayOfAnFPGAIsComposedOfSmallerOnes() throws {
        let costs = try FPGAMachineCost(.make("mac-int8"), in: .load())
        let array = costs.parts[0]
        #expect(array.origin.kind == .estimated && array.origin.text.contains("SelectorInputs 1 for 32"))
        #expect(array.resources["dsp"] == 64 * 64 + 4 * 64)
        for name in FPGAMachineCost.resources {
            #expect(costs.total(name) == costs.parts.reduce(0) { $0 + ($1.resources[name] ?? 0) })
        }
        #expect(costs.parts.contains { $0.name == "vector unit" })
        // 64 lanes of float adders alone.
        #expect(costs.parts.first { $0.name == "vector unit" }?.resources["lut"] ?? 0 > 64 * 300)
    }

    @Test func whatTheTableOfAnFPGALacksIsNamed() throws {
        let empty = try FPGACosts(json: [
            "schema": "accelsim-fpga-costs-1", "device": "d", "date": "", "command": "", "flow": "", "blocks": .array([]),
        ])
        let error = #expect(throws: Diagnostic.self) { try FPGAMachineCost(.make("mixpe"), in: empty) }
        #expect(error?.message.contains("mixpe_array") == true && error?.field == "engines[0]")
    }

    @Test func costsOfAnFPGAArePrintedAsTextAndJSON() throws {
        let arguments = ["cost", "--arch", "mixpe-tiny", "--target", "fpga"]
        let text = try Accelsim.run(arguments + ["--explain"])
        #expect(text.status == 0 && text.output.contains("engine0 mixpe, FPGA: "))
        let json = try JSONValue.parse(Accelsim.run(arguments + ["--json", "-"]).output)
        let parts = json["fpga"]?["parts"]?.items ?? []
        #expect(json["fpga"]?["total"]?["lut"]?.integer == parts.reduce(0) { $0 + ($1["resources"]?["lut"]?.integer ?? 0) })
        let run = ["run", "examples/two-layers/graph.json", "--arch", "mixpe-tiny", "--timing-only", "--json", "-"]
        let report = try JSONValue.parse(Accelsim.run(run + ["--fpga"]).output)
        #expect(report["fpga"] == json["fpga"])
        #expect(try JSONValue.parse(Accelsim.run(run).output)["fpga"] == nil)
    }

    @Test func anUnknownLibraryIsRefusedWithTheNames() {
        let error = #expect(throws: Diagnostic.self) { try LibraryCosts.load("asap8") }
        #expect(error?.message.contains("asap7") == true)
    }
}
