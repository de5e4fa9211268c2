import Arch
import Compiler
import Diagnostics
import Graph
import Sim
import Testing
import Toolchain

/// The machines of FlightLLM: decode on the chip, cores in lockstep, weights of three to five bits.
@Suite struct FlightLLMTests {
    static let machines = ["flightllm-u280", "flightllm-vhk158"]

    private static func decode(_ residency: CompilerOptions.Residency, on machine: String, past: Int) throws -> Timing {
        let model = try Model(
            path: Repository.path("examples/llama-2-7b-block/w4/graph.json"), bindings: ["seq": 1, "past": past])
        return try Job(model, target: .make(machine), options: CompilerOptions(residency: residency)).time()
    }

    private static func activations(_ timing: Timing, _ memory: GlobalMemory) -> Int {
        timing.traffic[memory].readBytes[.activations] + timing.traffic[memory].writtenBytes[.activations]
    }

    /// The block's own input and output, weights and cached keys and values are all that HBM moves.
    @Test(arguments: machines, [128, 2047])
    func decodeMovesNoActivationThroughHBM(machine: String, past: Int) throws {
        let onChip = try Self.decode(.onChip, on: machine, past: past)
        let automatic = try Self.decode(.automatic, on: machine, past: past)
        let inDRAM = try Self.decode(.dram, on: machine, past: past)
        #expect(onChip == automatic)
        #expect(Self.activations(onChip, .dram) == 0)
        #expect(Self.activations(onChip, .shared) == Self.activations(inDRAM, .dram))
        #expect(Self.activations(inDRAM, .dram) > 100_000 && Self.activations(inDRAM, .shared) == 0)
        // 4096 f32 written; what is read beside weights, scales and instructions are two caches of int8.
        #expect(onChip.memory.writtenBytes[.outputs] == 4096 * 4)
        #expect(onChip.memory.writtenBytes[.kv] == 2 * 4096 && onChip.memory.readBytes[.kv] == 2 * 4096 * (past + 1))
        #expect(onChip.cycles < inDRAM.cycles)
    }

    @Test(arguments: machines, [3, 4, 5])
    func weightsOfThreeToFiveBitsAreExact(machine: String, bits: Int) throws {
        let document = try GraphReader.read(try JSONValue.parse(Array("""
            {"schema": "accelsim-graph-1", "inputs": {"x": {"shape": [3, 128]}},
             "constants": {"w": {"shape": [300, 128], "encoding": {"codec": "int\(bits)", "scale": "s", "group": 64}},
                           "s": {"shape": [300, 2], "encoding": "f16"}},
             "nodes": [{"name": "q", "op": "quantise", "inputs": ["x"], "encoding": {"codec": "int8", "scale": 0.02}},
                       {"name": "y", "op": "linear", "inputs": ["q", "w"], "output": "f32"}], "outputs": ["y"]}
            """.utf8)))
        try check(Model(graph: document.graph, bundle: nil).withRandomValues(seed: 5), on: machine)
    }

    @Test(arguments: machines, ["w4-2of4", "w4-4of16", "w4-mixed16"])
    func structuredWeightsAreExact(machine: String, example: String) throws {
        let bindings = ["m": 2, "n": 200, "k": 128]
        let model = try Model(path: Repository.path("examples/gemm/\(example).json"), bindings: bindings)
        try check(model.withRandomValues(seed: 6), on: machine)
    }

    @Test(arguments: machines)
    func aSmallBlockIsExact(machine: String) throws {
        try check(
            Model(
                path: Repository.path("examples/llama-block-small/w4g128/graph.json"), bindings: ["seq": 1, "past": 37]),
            on: machine)
    }

    private func check(_ model: Model, on machine: String) throws {
        let job = try Job(model, target: .make(machine))
        let inputs = try Inputs(for: model.graph, seed: 1).tensors
        let record = try job.check(inputs, outputs: job.compute(inputs))
        #expect(record.difference == nil, "\(String(describing: record.difference))")
        #expect(ProgramFile.conflicts(job.program, job.target) == [])
    }

    @Test func theReportTellsCoresAndBothMemories() throws {
        let result = try Accelsim.run([
            "run", "examples/llama-block-small/w4g128/graph.json", "--arch", "flightllm-u280", "--bind", "seq=1", "--bind",
            "past=37", "--timing-only", "--residency", "on-chip", "--json", "-",
        ])
        #expect(result.status == 0, "\(result.errors)")
        let report = try JSONValue.parse(Array(result.output.utf8))
        let schema = try JSONValue.parse(Repository.text("schemas/report-1.schema.json"))
        #expect(SchemaCheck(schema).problems(report) == [])
        #expect(report["cores"]?.integer == 3)
        for direction in ["read", "written"] {
            #expect(report["bytes"]?[direction]?["activations"]?.integer == 0)
            let shared = report["shared_bytes"]?[direction]?["total"]?.integer ?? 0
            #expect(shared > 0)
            let layers = report["layers"]?.items.reduce(0) {
                $0 + ($1["shared_bytes"]?[direction]?["total"]?.integer ?? 0)
            }
            #expect(layers == shared)
        }
        #expect(report["bytes"]?["read"]?["inputs"]?.integer != 0)
    }

    @Test func onChipResidencyNamesTheTensorThatDoesNotFit() throws {
        let result = try Accelsim.run([
            "run", "examples/llama-2-7b-block/w4/graph.json", "--arch", "flightllm-u280", "--bind", "seq=512",
            "--timing-only", "--residency", "on-chip",
        ])
        #expect(result.status == 65 && result.output.isEmpty)
        #expect(result.errors.contains("residency: its") && result.errors.contains("do not fit into the shared buffer"))
    }
}
