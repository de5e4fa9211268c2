import ArgumentParser
import Diagnostics
import Graph
import Toolchain

/// Which graph, and with which dimensions and values.
struct GraphArguments: ParsableArguments {
    @Argument(help: 
        "Graph file (docs/graph.md), preset:NAME (accelsim models), a topology of SCALE-Sim (.csv), or a model (GGUF or ONNX file, Hugging Face folder), which is imported.")
    var graph: String

    @Option(name: .customLong("bind"), help: ArgumentHelp("Value of a symbolic dimension.", valueName: "name=value"))
    var bindings: [Binding] = []

    @OptionGroup var formats: FormatArguments

    @Flag(help: "Make values up for all constants, from the seed.")
    var randomWeights = false

    @Option(help: "Seed of everything that is drawn.")
    var seed: UInt64 = 0

    var symbols: [String: Int] { Dictionary(bindings.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }) }

    /// The graph, opened: a model's file is imported now.
    func open() throws -> ModelSource {
        var source = try ModelSource(graph, formats.options(symbols), progress: FormatArguments.progress())
        if randomWeights { source.randomValues = seed }
        for note in source.notes { Terminal.say("note: \(note)") }
        return source
    }

    func load() throws -> Model { try open().load(symbols) }

    /// `nil` for a file.
    var preset: PresetReference? {
        get throws {
            guard PresetReference.isMeant(by: graph) else { return nil }
            return try PresetReference(graph, weights: formats.weights, activations: formats.activations)
        }
    }

    func validate() throws {
        if !formats.areEmpty, !ModelSource.hasChoice(graph) {
            throw ValidationError("--weights, --activations and --override are for models and presets; a graph file has its own formats.")
        }
        if !formats.overrides.isEmpty, !ModelSource.isImported(graph) {
            throw ValidationError("--override is for a model that is imported.")
        }
        for (index, binding) in bindings.enumerated()
        where bindings[..<index].contains(where: { $0.name == binding.name }) {
            throw ValidationError("'\(binding.name)' is bound twice.")
        }
    }
}

/// A dimension that the compiled program leaves open.
struct BucketArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Compile for all lengths of this symbol that round up to the same multiple; the length is set at run time.",
            valueName: "name=multiple"))
    var bucket: Binding?

    var lengths: LengthBucket? { bucket.map { LengthBucket(symbol: $0.name, multiple: $0.value) } }

    func validate() throws {
        if let bucket, bucket.value < 1 { throw ValidationError("--bucket needs a multiple of at least 1.") }
    }
}

/// What the host writes into parameter registers.
struct ParameterArguments: ParsableArguments {
    @Option(name: .customLong("set"), help: ArgumentHelp("Value of a parameter register.", valueName: "name=value"))
    var settings: [Binding] = []

    var values: [String: Int] { Dictionary(settings.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }) }

    func validate() throws {
        for (index, setting) in settings.enumerated()
        where settings[..<index].contains(where: { $0.name == setting.name }) {
            throw ValidationError("'\(setting.name)' is set twice.")
        }
    }
}

/// `NAME=VALUE`
struct Binding: ExpressibleByArgument {
    var name: String
    var value: Int

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let value = Int(parts[1]) else { return nil }
        name = String(parts[0])
        self.value = value
    }
}

/// `NAME=FILE.npy`
struct NamedFile: ExpressibleByArgument {
    var name: String
    var path: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1)
        guard parts.count == 2 else { return nil }
        name = String(parts[0])
        path = String(parts[1])
    }
}
