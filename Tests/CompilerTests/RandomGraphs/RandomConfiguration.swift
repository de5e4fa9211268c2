import Arch
import Compiler
import Engines
import Formats
import Graph

/// A machine and compiler options drawn from a seed: presets with smaller scratchpads, other tables and queues, and tiles
/// that the planner would not choose.
struct RandomConfiguration {
    var target: Target
    var options: CompilerOptions

    /// `lut-tc-tiny` with tables of another length is `lut-tc-tiny k=3`, and so on.
    static let machines = ProductTests.machines + [2, 3, 5].map { "lut-tc-tiny k=\($0)" } + ["olive-tiny", "ant-tiny", "olaccel-tiny"]

    private static func machine(_ name: String) throws -> Machine {
        let parts = name.split(separator: " ")
        var machine = try Presets.named(String(parts[0]))
        guard parts.count == 2, let length = Int(parts[1].dropFirst(2)) else { return machine }
        machine.engines[0].parameters["k"] = .integer(length)
        machine.name = name
        return machine
    }

    init(preset: String, seed: UInt64) throws {
        var random = SplitMix64(seed: seed &* 31 &+ UInt64(preset.utf8.count))
        func chance(_ part: Int, _ whole: Int) -> Bool { Int.random(in: 0..<whole, using: &random) < part }
        func oneOf<Value>(_ values: [Value]) -> Value { values[Int.random(in: values.indices, using: &random)] }
        var machine = try Self.machine(preset)
        if chance(1, 3) {
            machine.scratchpads.activations = oneOf([2048, 4096, 6144, 12288])
            machine.scratchpads.weights = oneOf([4096, 8192, 16384])
            machine.scratchpads.accumulators = oneOf([2048, 4096, 8192])
            if machine.scratchpads.tables > 0 { machine.scratchpads.tables = oneOf([4096, 8192, 16384]) }
        }
        if chance(1, 4) { machine.frontEnd.queueDepth = oneOf([1, 2, 3]) }
        if chance(1, 4), machine.engines[0].kind == "lut-tc" {
            let tables = oneOf(["int8-per-table", "int8-per-64"])
            // Only tables that divide 64 share a scale over 64 activations.
            let sharesScale = [nil, .integer(2), .integer(4)].contains(machine.engines[0].parameters["k"])
            machine.engines[0].parameters["tables"] = .text(sharesScale ? tables : "int8-per-table")
        }
        if machine.engines[0].kind == "dsp-chain", chance(1, 3) {
            machine.engines[0].parameters["overflowAdjust"] = .flag(chance(1, 2))
            machine.engines[0].parameters["chainLength"] = .integer(oneOf([2, 6, 10, 16]))
            machine.engines[0].parameters["lspBits"] = .integer(oneOf([1, 5, 9]))
        }
        if machine.engines[0].kind == "mixpe", chance(1, 2) {
            machine.engines[0].parameters["signs"] = .text(oneOf(WeightSigns.allCases).rawValue)
            machine.engines[0].parameters["bitsPerElement"] = .integer(oneOf([1, 2, 4, 8]))
            machine.engines[0].parameters["epilogueLanes"] = .integer(oneOf([1, 5, 16]))
            machine.engines[0].parameters["partialRows"] = .integer(oneOf([1, 3, 128]))
        }
        if machine.engines[0].kind == "ant", chance(1, 2) {
            machine.engines[0].parameters["epilogueLanes"] = .integer(oneOf([1, 5, 16]))
            machine.engines[0].parameters["rows"] = .integer(oneOf([2, 6, 16]))
        }
        if machine.engines[0].kind == "olive", chance(1, 2) {
            machine.engines[0].parameters["wideOutliers"] = .text(oneOf(OliveArray.WideOutliers.allCases).rawValue)
            machine.engines[0].parameters["epilogueLanes"] = .integer(oneOf([1, 5, 16]))
            machine.engines[0].parameters["rows"] = .integer(oneOf([2, 6, 16]))
        }
        let residency = oneOf([CompilerOptions.Residency.automatic, .automatic, .dram])
        // Too small for most graphs, so that tensors spill to DRAM.
        if chance(2, 3) {
            machine.sharedBuffer = SharedBuffer(
                bytes: oneOf([256, 1024, 4096, 65536]), bytesPerCycle: oneOf([8, 32, 64]), latency: oneOf([1, 3, 20]))
        }
        if machine.engines[0].kind == "dsp-chain", chance(1, 3) {
            machine.cores = oneOf([2, 3])
            machine.vector.lanes *= machine.cores
        }
        let cores = machine.cores
        target = Target(machine: machine, engines: try machine.engines.map { try Catalog.engine($0, cores: cores) })
        options = CompilerOptions(
            fuses: chance(2, 3), tablePlacement: oneOf(CompilerOptions.TablePlacement.allCases), residency: residency,
            allowsLossyConversions: true, keepsIntermediates: chance(1, 2))
        if chance(1, 3) {
            options.tileLimit = .init(rows: oneOf([1, 2, 3, 5]), columns: oneOf([1, 5, 8, 64]), depth: oneOf([4, 16, 32, 100]))
        }
    }
}
