import Foundation
import Testing

/// Bad machine files, and machines on which a good graph cannot be run.
@Suite struct RobustnessMachineTests {
    static let edits: [Edit] = [
        Edit(#""accelsim-machine-1""#, #""accelsim-machine-9""#, "schema"),
        Edit(#""clock_ps": 1000"#, #""clock_ps": 0"#, "clock_ps"),
        Edit(#""clock_ps": 1000"#, #""clock_ps": -1"#, "clock_ps"),
        Edit(#""clock_ps": 1000"#, #""clock_ps": 9223372036854775807"#, "clock_ps"),
        Edit(#""clock_ps": 1000"#, #""clock_ps": 1e3000"#, "line 5"),
        Edit(#""clock_ps": 1000, "#.trimmingCharacters(in: .whitespaces), "", "clock_ps"),
        Edit(#""burst_bytes": 32"#, #""burst_bytes": 0"#, "burst_bytes"),
        Edit(#""burst_bytes": 32"#, #""burst_bytes": 33"#, "burst_bytes"),
        Edit(#""burst_bytes": 32"#, #""burst_bytes": 4611686018427387904"#, "burst_bytes"),
        Edit(#""burst_ps": 625"#, #""burst_ps": 0"#, "burst_ps"),
        Edit(#""burst_ps": 625"#, #""burst_ps": 9223372036854775807"#, "burst_ps"),
        Edit(#""latency_ps": 100000"#, #""latency_ps": -1"#, "latency_ps"),
        Edit(#""latency_ps": 100000"#, #""latency_ps": 9223372036854775807"#, "latency_ps"),
        Edit(#""capacity_bytes": 17179869184"#, #""capacity_bytes": 0"#, "capacity_bytes"),
        Edit(#""capacity_bytes": 17179869184"#, #""capacity_bytes": 9223372036854775807"#, "capacity_bytes"),
        Edit(#""capacity_bytes": 17179869184"#, #""capacity_bytes": 128"#, ""),
        Edit(#""capacity_bytes": 17179869184"#, #""capacity_bytes": 1024"#, "DRAM"),
        Edit(#""fetch_instructions": 16"#, #""fetch_instructions": 0"#, "fetch_instructions"),
        Edit(#""buffer_instructions": 128"#, #""buffer_instructions": 1"#, "buffer_instructions"),
        Edit(#""queue_depth": 32"#, #""queue_depth": 0"#, "queue_depth"),
        Edit(#""queue_depth": 32"#, #""queue_depth": 9223372036854775807"#, "queue_depth"),
        Edit(#""activations_bytes": 12288"#, #""activations_bytes": 0"#, "activations_bytes"),
        Edit(#""activations_bytes": 12288"#, #""activations_bytes": -64"#, "activations_bytes"),
        Edit(#""activations_bytes": 12288"#, #""activations_bytes": 1099511627776"#, "activations_bytes"),
        Edit(#""activations_bytes": 12288"#, #""activations_bytes": 64"#, ""),
        Edit(#""weights_bytes": 16384"#, #""weights_bytes": 64"#, ""),
        Edit(#""accumulators_bytes": 16384"#, #""accumulators_bytes": 4"#, "accumulators"),
        Edit(#""accumulators_bytes": 16384"#, #""accumulators_bytes": "a""#, "accumulators_bytes"),
        Edit(#""tables_bytes": 20480"#, #""tables_bytes": 64"#, ""),
        Edit(#""tables_bytes": 20480"#, #""tables_bytes": 1e99"#, "tables_bytes"),
        Edit(#""lanes": 8"#, #""lanes": 0"#, "lanes"), Edit(#""lanes": 8"#, #""lanes": 1099511627776"#, "lanes"),
        Edit(#""lanes": 8"#, #""lanes": 7.5"#, "lanes"),
        Edit(#""simple_interval": 1"#, #""simple_interval": 0"#, "simple_interval"),
        Edit(#""divide_interval": 4"#, #""divide_interval": 9223372036854775807"#, "divide_interval"),
        Edit(#""tables_per_cycle": 1"#, #""tables_per_cycle": 0"#, "tables_per_cycle"),
        Edit(#""pipeline_stages": 8"#, #""pipeline_stages": -1"#, "pipeline_stages"),
        Edit(#""kind": "lut-tc""#, #""kind": "lut-td""#, "lut-tc"), Edit(#""kind": "lut-tc""#, #""kind": 3"#, "kind"),
        Edit(#""arrays": 1"#, #""arrays": 0"#, "arrays"),
        Edit(#""arrays": 1"#, #""arrays": 9223372036854775807"#, "engines[0]"),
        Edit(#""arrays": 1"#, #""array": 1"#, "array"), Edit(#""k": 4"#, #""k": 63"#, "k"),
        Edit(#""k": 4"#, #""k": -4"#, "k"),
        Edit(#""n": 8"#, #""n": 0"#, "n"), Edit(#""n": 8"#, #""n": 4611686018427387904"#, "n"),
        Edit(#""m": 2"#, #""m": 0"#, "m"),
        Edit(#""rows": 4"#, #""rows": 0"#, "rows"), Edit(#""rows": 4"#, #""rows": 9223372036854775807"#, "rows"),
        Edit(#""columns": 4"#, #""columns": "four""#, "columns"), Edit(#""rows": 4"#, #""rows": null"#, "rows"),
    ]

    @Test(arguments: edits)
    func aBadMachineIsRefused(edit: Edit) throws {
        let preset = try BoundedRun(["archs", "--show", "lut-tc-tiny"], in: TemporaryFolder())
        let folder = TemporaryFolder()
        _ = try folder.write("m.json", edit.apply(String(decoding: preset.output, as: UTF8.self)))
        let graph = Repository.path("examples/llama-block-small/w2g64/graph.json")
        try Refusal.expect(
            ["run", graph, "--arch", "m.json", "--outputs", "out", "--json", "r.json"],
            naming: edit.naming.isEmpty ? "graph.json: '" : edit.naming, in: folder)
    }

    /// No engine of these machines takes the attention's int8 by int8 products, or anything at all.
    @Test(arguments: ["[]", #"[{"kind": "lut-tc", "parameters": {"arrays": 1, "k": 4, "m": 2, "n": 8}}]"#])
    func aMachineWithoutTheEngineIsRefused(engines: String) throws {
        let preset = try BoundedRun(["archs", "--show", "lut-tc-tiny"], in: TemporaryFolder())
        let text = String(decoding: preset.output, as: UTF8.self)
        let start = try #require(text.range(of: #""engines": "#))
        let folder = TemporaryFolder()
        _ = try folder.write("m.json", text[..<start.upperBound] + engines + "}")
        let graph = Repository.path("examples/llama-block-small/w2g64/graph.json")
        try Refusal.expect(["run", graph, "--arch", "m.json"], naming: engines == "[]" ? "engines" : "scores", in: folder)
    }
}
