import ArgumentParser
import Toolchain

/// How much a whole preset is given to do.
struct NetworkArguments: ParsableArguments {
    @Option(help: "Tokens that enter a preset at once (128).")
    var prefill: Int?

    @Option(help: "Tokens that a preset makes after them, one by one.")
    var decode: Int?

    @Option(help: "Cached lengths that round up to the same multiple share a program, and its cycles; 1 has one for each.")
    var decodeBucket = 16

    func validate() throws {
        guard prefill.map({ (1...1 << 30).contains($0) }) ?? true, decode.map({ (0...1 << 20).contains($0) }) ?? true,
            (1...1 << 20).contains(decodeBucket)
        else { throw ValidationError("--prefill, --decode and --decode-bucket want numbers of tokens.") }
    }

    /// A network of several graphs is timed, and nothing else.
    func validate(beside run: Run) throws {
        guard PresetReference.isMeant(by: run.graph.graph) else {
            guard prefill == nil, decode == nil else { throw ValidationError("--prefill and --decode are for presets.") }
            return
        }
        guard isWhole(run.graph) else { return }
        if run.check || run.fpga || run.data != nil || run.layerOutputs != nil || run.destination.directory != nil || !run.inputs.files.isEmpty || run.graph.randomWeights
            || !run.graph.bindings.isEmpty || run.open.bucket != nil || !run.parameters.settings.isEmpty
        {
            throw ValidationError("A whole preset is only timed; name a part of it (preset:NAME/PART) for anything else.")
        }
    }

    /// `nil` when one graph is meant.
    func run(_ graph: GraphArguments) throws -> NetworkRun? {
        guard let preset = try graph.preset, isWhole(graph) else { return nil }
        return try NetworkRun(preset, prefill: prefill, decode: decode ?? 0, bucket: decodeBucket)
    }

    /// A preset that is one graph is run like any other.
    private func isWhole(_ graph: GraphArguments) -> Bool { (try? graph.preset)?.isSeveralGraphs ?? false }
}
