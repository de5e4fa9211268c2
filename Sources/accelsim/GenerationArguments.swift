import Arch
import ArgumentParser
import Cost
import Diagnostics
import Graph
import Toolchain

/// What a language model is given, and how much it is to make.
struct GenerationArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Text that a language model starts from; wants --tokenizer, unless the model has one.", valueName: "text"))
    var prompt: String?

    @Option(help: ArgumentHelp("Numbers of the tokens that a language model starts from.", valueName: "n,n,..."))
    var promptTokens: TokenList?

    @Option(help: "Tokens that a language model makes, the likeliest each time.")
    var generate: Int?

    @OptionGroup var text: TokenizerArguments

    func validate() throws {
        guard (promptTokens == nil && prompt == nil) == (generate == nil), promptTokens == nil || prompt == nil else {
            throw ValidationError("--generate goes with one of --prompt and --prompt-tokens.")
        }
        if let generate, !(1...1 << 20).contains(generate) { throw ValidationError("--generate wants a number of tokens.") }
    }

    /// Values and time come of the programs that are needed, and of nothing else.
    func validate(beside run: Run) throws {
        guard generate != nil else { return }
        if prompt != nil, text.path(run.graph) == nil { throw ValidationError("--prompt wants a --tokenizer.") }
        if PresetReference.isMeant(by: run.graph.graph) {
            throw ValidationError("Presets have no weights, so they make no tokens; --decode times what they would take.")
        }
        if run.check || run.fpga || run.timingOnly || run.data != nil || run.layerOutputs != nil || run.destination.directory != nil || !run.inputs.files.isEmpty
            || !run.graph.bindings.isEmpty || run.open.bucket != nil || !run.parameters.settings.isEmpty
        {
            throw ValidationError("--generate binds symbols and chooses inputs itself; it takes no --bind, --input, --check, --fpga or --data.")
        }
    }

    /// Of a model's file its own, when it is needed.
    func tokenizer(_ graph: GraphArguments) throws -> TextTokenizer? {
        prompt == nil && text.tokenizer == nil ? nil : try text.load(graph)
    }

    /// - Returns: `nil` when nothing is to be generated.
    func generation(_ run: Run, _ target: Target, _ tokenizer: TextTokenizer?) throws -> Generation? {
        guard let generate, let prompt = promptTokens?.tokens ?? prompt.flatMap({ tokenizer?.encode($0) }) else { return nil }
        let bucket = run.network.decodeBucket
        let capacity = Generation.capacity(prompt: prompt.count, count: generate, bucket: bucket)
        let source = try run.graph.open()
        let model = LanguageModel(target: target, options: run.compiler.options, capacity: capacity) { bindings, bucket in
            try source.load(bindings, bucket: bucket)
        }
        return try Generation(
            model, prompt: prompt, count: generate, bucket: bucket,
            cost: MachineCost(target, library: run.costs.library()))
    }
}

/// `N,N,...`
struct TokenList: ExpressibleByArgument {
    var tokens: [Int32]

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Int32($0) }
        guard !parts.contains(nil) else { return nil }
        tokens = parts.compactMap { $0 }
    }
}
