import Arch
import Diagnostics
import Testing

@Suite struct MachineTests {
    @Test func presetsHaveTheStatedTotals() throws {
        let names = [
            "mac-int8", "lut-tc", "mac-128x128", "mac-fp16", "mac-fp16-dequantise-first", "mac-fp8", "dsp-chain", "mixpe",
            "mixpe-fp16", "olive", "ant", "olaccel", "gobo", "unpu", "bit-serial", "bitfusion",
        ]
        let tiny = names.filter { $0 != "mac-128x128" }.map { $0 + "-tiny" }
        let published = ["flightllm-u280", "flightllm-vhk158"]
        #expect(Set(Presets.all.map(\.name)) == Set(names + tiny + published))
        for machine in Presets.all where !published.contains(machine.name) {
            #expect(machine.problems.isEmpty, "\(machine.problems)")
            #expect(machine.scratchpads.total == (machine.name.hasSuffix("-tiny") ? 64 << 10 : 2 << 20))
            #expect(machine.clockPeriod == 1000)
            // 64 pins of 6.4 Gb/s.
            #expect(machine.memory.bandwidth == 51.2e9)
            #expect(try Presets.named(machine.name) == machine)
        }
    }

    /// The data sheets and the public profile, written out once more.
    @Test(arguments: [("flightllm-u280", 3, 460e9, 8), ("flightllm-vhk158", 4, 819.2e9, 32)])
    func flightLLMHasThePublishedNumbers(name: String, cores: Int, bandwidth: Double, gigabytes: Int) throws {
        let machine = try Presets.named(name)
        #expect(machine.problems.isEmpty)
        #expect(machine.cores == cores && machine.memory.capacity == gigabytes << 30)
        let peak = Double(machine.memory.burstBytes) / Double(machine.memory.burstPeriod) * 1e12
        #expect(abs(peak / bandwidth - 1) < 0.002 && machine.memory.efficiency == 70)
        #expect(abs(machine.memory.bandwidth / (0.7 * bandwidth) - 1) < 0.003)
        #expect(abs(1e12 / Double(machine.clockPeriod) / 225e6 - 1) < 0.0002)
        #expect(machine.sharedBuffer?.bytes == 1 << 20 && machine.scratchpads.weights == cores * 2 << 20)
    }

    @Test func presetsOfOneSizeDifferByEnginesAndScratchpadsOnly() throws {
        let mac = try Presets.named("mac-int8")
        for name in ["lut-tc", "dsp-chain", "mixpe", "mixpe-fp16", "olive", "ant", "olaccel", "gobo", "bit-serial", "bitfusion"] {
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
        machine.sharedBuffer = SharedBuffer(bytes: 4096, bytesPerCycle: 32, latency: 3)
        machine.cores = machine.vector.lanes % 3 == 0 ? 3 : 4
        machine.memory.efficiency = 70
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
        (["memory", "efficiency_percent"], 0, "memory.efficiency_percent"),
        (["memory", "efficiency_percent"], 101, "memory.efficiency_percent"),
        (["cores"], 0, "cores"), (["cores"], 65, "cores"), (["cores"], "2", "cores"),
        (["shared_buffer"], 1, "shared_buffer"),
        (["shared_buffer"], ["bytes_per_cycle": 64, "latency_cycles": 8], "shared_buffer.bytes"),
        (["shared_buffer"], shared(bytes: 0), "shared_buffer.bytes"),
        (["shared_buffer"], shared(bytes: 100), "shared_buffer.bytes"),
        (["shared_buffer"], shared(bytes: 1 << 33), "shared_buffer.bytes"),
        (["shared_buffer"], shared(bytesPerCycle: 48), "shared_buffer.bytes_per_cycle"),
        (["shared_buffer"], shared(bytesPerCycle: 8192), "shared_buffer.bytes_per_cycle"),
        (["shared_buffer"], shared(latency: 0), "shared_buffer.latency_cycles"),
        (["shared_buffer"], shared(banks: 4), "shared_buffer.banks"),
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
        (["vector", "selections_per_builder"], 0, "vector.selections_per_builder"),
        (["vector", "pipeline_stages"], 0, "vector.pipeline_stages"),
        (["engines"], .array([]), "engines"), (["engines"], nil, "engines"), (["engines"], 1, "engines"),
        (["engines"], .array(Array(repeating: ["kind": "mac"], count: 3)), "engines"),
        (["engines"], .array([[:]]), "engines[0].kind"), (["engines"], .array([["kind": ""]]), "engines[0].kind"),
        (["engines"], .array([["kind": "mac", "rows": 3]]), "engines[0].rows"),
        (["engines"], .array([["kind": "mac", "parameters": ["rows": .number(1.5)]]]), "engines[0].parameters.rows"),
    ]

    private static func shared(
        bytes: Int = 1 << 20, bytesPerCycle: Int = 64, latency: Int = 8, banks: Int? = nil
    ) -> JSONValue {
        var object: JSONObject = [
            "bytes": .integer(bytes), "bytes_per_cycle": .integer(bytesPerCycle), "latency_cycles": .integer(latency),
        ]
        object["banks"] = banks.map { .integer($0) }
        return .object(object)
    }

    @Test func aSharedBufferIsAChannelOfOneWordPerCycle() throws {
        var machine = try Presets.named("lut-tc")
        #expect(machine.channel(of: .shared) == nil && machine.memories == [.dram] && machine.sharedBytes == 0)
        machine.clockPeriod = 2500
        machine.sharedBuffer = SharedBuffer(bytes: 4096, bytesPerCycle: 32, latency: 3)
        let channel = try #require(machine.channel(of: .shared))
        #expect(channel.burstBytes == 32 && channel.slotPeriod == 2500 && channel.latency == 7500)
        #expect(machine.memories == [.dram, .shared] && machine.sharedBytes == 4096)
    }

    /// 32 bytes every 1000 ps at 70 % are 32 bytes every 1428.57 ps; slots are whole picoseconds, never too fast.
    @Test func efficiencyStretchesTheSlots() {
        let channel = MemoryChannel(
            standard: "x", burstBytes: 32, burstPeriod: 1000, efficiency: 70, latency: 1, capacity: 64)
        #expect(channel.slotPeriod == 1429)
    }

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
