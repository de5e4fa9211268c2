import Arch
import Diagnostics
import Engines
import Graph
import Toolchain

/// Machines around one lookup engine and graphs for it.
enum LookupMachine {
    /// The preset `lut-tc` with this engine, and without its multiplier engine unless asked for.
    static func target(
        arrays: Int = 1, k: Int = 4, tables: LUTTensorCore.Tables = .exact, symmetric: Bool = true,
        withMultipliers: Bool = false
    ) throws -> Target {
        var machine = try Presets.named("lut-tc")
        let engine = EngineSpecification(
            kind: "lut-tc",
            parameters: ["arrays": .integer(arrays), "k": .integer(k),
                "tables": .text(tables.rawValue), "symmetric": .flag(symmetric)])
        machine.engines = [engine] + (withMultipliers ? machine.engines.filter { $0.kind == "mac" } : [])
        return try Target.make(machine)
    }

    static func model(_ json: String, seed: UInt64 = 1) throws -> Model {
        let document = try GraphReader.read(try JSONValue.parse(Array(json.utf8)))
        return Model(graph: document.graph, bundle: nil).withRandomValues(seed: seed)
    }

    /// A file of `examples`.
    static func example(_ path: String) -> String { Repository.path("examples/" + path) }

    static func gemm(bits: Int, bindings: [String: Int] = [:]) throws -> Model {
        try Model(path: example("gemm/w\(bits).json"), bindings: bindings).withRandomValues(seed: UInt64(bits))
    }
}

extension Program {
    var products: [(multiply: Multiply, shape: LookupShape)] {
        instructions.compactMap { if case .lmma(let multiply, let shape) = $0.body { (multiply, shape) } else { nil } }
    }

    var tableBuilds: [BuildTables] {
        instructions.compactMap { if case .buildTables(let build) = $0.body { build } else { nil } }
    }
}
