import Arch
import Diagnostics
import Testing

@Suite struct MachineTests {
    @Test func presetsHaveTheStatedTotals() throws {
        let names = [
            "mac-int8", "lut-tc", "mac-128x128", "mac-fp16", "mac-fp16-dequantise-first", "mac-fp8", "dsp-chain", "mixpe",
            "unpu", "bit-serial", "bitfusion",
        ]
        let tiny = names.filter { $0 != "mac-128x128" }.map { $0 + "-tiny" }
        #expect(Presets.all.count == names.count + tiny.count && Set(Presets.all.map(\.name)) == Set(names + tiny))
        for machine in Presets.all {
            #expect(machine.problems.isEmpty, "\(machine.problems)")
            #expect(machine.scratchpads.total == (machine.name.hasSuffix("-tiny") ? 64 << 10 : 2 << 20))
            #expect(machine.clockPeriod == 1000)
            // 64 pins of 6.4 Gb/s.
            #expect(machine.memory.bandwidth == 51.2e9)
            #expect(try Presets.named(machine.name) == machine)
        }
    }

    @Test func presetsOfOneSizeDifferByEnginesAndScratchpadsOnly() throws {
        let mac = try Presets.named("mac-int8")
        for name in ["lut-tc", "dsp-chain", "mixpe", "bit-serial", "bitfusion"] {
            let other = try Presets.named(name)
            #expect(mac.vector == other.vector && mac.memory == other.memory && mac.frontEnd == other.frontEnd)
        }
    }

    /// UNPU has a table builder beside each array; all else is that of `lut-tc`.
    @Test func unpuDiffersFromItsSuccessorByTablesAndTheirBuilders() throws {
        for (name, builders) in [("unpu", 64), ("unpu-tiny", 1)] {
            let unpu = try Presets.named(name)
            var other = try Presets.named(name == "unpu" ? "lut-tc" : "lut-tc-tiny")
            #expect(unpu.vector.tablesPerCycle == builders)
            other.vector.tablesPerCycle = builders
            other.engines[0].parameters["symmetric"] = .flag(false)
            (other.name, other.summary) = (unpu.name, unpu.summary)
            #expect(other == unpu)
        }
    }

    @Test func unknownPresetIsReportedWithItsNeighbour() {
        do {
            _ = try Presets.named("lut-tx")
            Issue.record("found")
        } catch { #expect(error.message.contains("did you mean 'lut-tc'?")) }
    }

    @Test(arguments: Presets.all)
    func machinesSurviveTheirFile(machine: Machine) throws {
        var machine = machine
        machine.engines[0].parameters["mode"] = .text("structural")
        machine.engines[0].parameters["pipelined"] = .flag(true)
        let text = machine.json.text()
        #expect(try Machine(json: JSONValue.parse(text)) == machine)
        #expect(try Machine(json: JSONValue.parse(text)).json.text() == text)
    }

    /// One change to a good file, and the field that must be named.
    private static let mistakes: [(path: [String], value: JSONValue?, field: String)] = [
        (["schema"], "accelsim-machine-2", "schema"), (["schema"], nil, "schema"),
        (["name"], "", "name"), (["name"], "a b", "name"), (["name"], nil, "name"), (["name"], 3, "name"),
        (["name"], .string(String(repeating: "x", count: 65)), "name"), (["name"], "ü", "name"),
        (["summary"], 1, "summary"), (["clock_ps"], 0, "clock_ps"), (["clock_ps"], -1, "clock_ps"),
        (["clock_ps"], 1_000_001, "clock_ps"), (["clock_ps"], "1000", "clock_ps"),
        (["clock_ps"], .number(0.5), "clock_ps"),
        (["clock_ps"], .number(1e300), "clock_ps"), (["clok_ps"], 1, "clok_ps"),
        (["memory"], nil, "memory"), (["memory"], 1, "memory"), (["memory", "standard"], "", "memory.standard"),
        (["memory", "burst_bytes"], 48, "memory.burst_bytes"), (["memory", "burst_bytes"], 0, "memory.burst_bytes"),
        (["memory", "burst_bytes"], 8192, "memory.burst_bytes"), (["memory", "burst_ps"], 0, "memory.burst_ps"),
        (["memory", "latency_ps"], 0, "memory.latency_ps"), (["memory", "latency_ps"], nil, "memory.latency_ps"),
        (["memory", "capacity_bytes"], 0, "memory.capacity_bytes"),
        (["memory", "capacity_bytes"], 100, "memory.capacity_bytes"),
        (["memory", "capacity_bytes"], .integer(1 << 41), "memory.capacity_bytes"),
        (["memory", "banks"], 8, "memory.banks"),
        (["front_end"], .null, "front_end"), (["front_end", "fetch_instructions"], 0, "front_end.fetch_instructions"),
        (["front_end", "buffer_instructions"], 8, "front_end.buffer_instructions"),
        (["front_end", "queue_depth"], 0, "front_end.queue_depth"),
        (["front_end", "queue_depth"], true, "front_end.queue_depth"),
        (["scratchpads", "activations_bytes"], 0, "scratchpads.activations_bytes"),
        (["scratchpads", "weights_bytes"], 100, "scratchpads.weights_bytes"),
        (["scratchpads", "weights_bytes"], .integer(1 << 24 + 64), "scratchpads.weights_bytes"),
        (["scratchpads", "tables_bytes"], -64, "scratchpads.tables_bytes"),
        (["scratchpads", "accumulators_bytes"], nil, "scratchpads.accumulators_bytes"),
        (["vector"], .array([]), "vector"), (["vector", "lanes"], 48, "vector.lanes"),
        (["vector", "lanes"], 0, "vector.lanes"),
        (["vector", "simple_interval"], 0, "vector.simple_interval"),
        (["vector", "divide_interval"], 0, "vector.divide_interval"),
        (["vector", "elementary_interval"], 0, "vector.elementary_interval"),
        (["vector", "tables_per_cycle"], 0, "vector.tables_per_cycle"),
        (["vector", "pipeline_stages"], 0, "vector.pipeline_stages"),
        (["engines"], .array([]), "engines"), (["engines"], nil, "engines"), (["engines"], 1, "engines"),
        (["engines"], .array(Array(repeating: ["kind": "mac"], count: 3)), "engines"),
        (["engines"], .array([[:]]), "engines[0].kind"), (["engines"], .array([["kind": ""]]), "engines[0].kind"),
        (["engines"], .array([["kind": "mac", "rows": 3]]), "engines[0].rows"),
        (["engines"], .array([["kind": "mac", "parameters": ["rows": .number(1.5)]]]), "engines[0].parameters.rows"),
    ]

    private static func changed(_ value: JSONValue, _ path: ArraySlice<String>, _ new: JSONValue?) -> JSONValue {
        guard case .object(var object) = value, let key = path.first else { return value }
        object[key] = path.count == 1 ? new : object[key].map { changed($0, path.dropFirst(), new) }
        return .object(object)
    }

    @Test(arguments: mistakes.indices)
    func everyMistakeNamesFileAndField(index: Int) throws {
        let mistake = Self.mistakes[index]
        let good = try Presets.named("lut-tc").json
        do {
            _ = try Machine(json: Self.changed(good, mistake.path[...], mistake.value), file: "m.json")
            Issue.record("accepted \(mistake)")
        } catch {
            #expect(error.all.map(\.field) == [mistake.field], "\(error)")
            #expect(error.all.allSatisfy { $0.file == "m.json" })
        }
    }

    @Test func allMistakesAreReportedTogether() throws {
        var machine = try Presets.named("lut-tc")
        machine.clockPeriod = 0
        machine.memory.burstBytes = 33
        machine.scratchpads.weights = 1
        machine.vector.lanes = 3
        do {
            _ = try Machine(json: machine.json)
            Issue.record("accepted")
        } catch {
            let fields = Set(error.all.compactMap(\.field))
            #expect(
                fields.isSuperset(of: ["clock_ps", "memory.burst_bytes", "scratchpads.weights_bytes", "vector.lanes"]))
        }
    }
}
