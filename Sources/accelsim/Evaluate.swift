import Arch
import ArgumentParser
import Diagnostics
import Graph
import Toolchain

/// How well a language model foretells a text on a machine.
struct Evaluate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval", abstract: "Compute the perplexity of a language model on the simulated hardware.",
        discussion: "The text enters in chunks; of each chunk, all tokens but the first are foretold from those before them.")

    @OptionGroup var graph: GraphArguments
    @OptionGroup var machine: MachineArguments
    @OptionGroup var compiler: CompilerArguments
    @OptionGroup var execution: ExecutionArguments

    @Option(help: ArgumentHelp("Text in UTF-8; wants --tokenizer, unless the model has one.", valueName: "file"))
    var text: String?

    @Option(help: ArgumentHelp("Numbers of the text's tokens, one axis of whole numbers.", valueName: "file.npy"))
    var tokens: String?

    @OptionGroup var tokenizer: TokenizerArguments

    @Option(help: "Tokens that enter at once.")
    var chunk = 512

    @Option(help: "Chunks that are looked at, from the start; all when left out.")
    var chunks: Int?

    @Option(help: ArgumentHelp("Write the result as JSON; - is standard output, instead of the line.", valueName: "file|-"))
    var json: String?

    func validate() throws {
        if !graph.bindings.isEmpty { throw ValidationError("eval binds the symbols itself.") }
        guard (text == nil) != (tokens == nil) else { throw ValidationError("eval wants --text or --tokens.") }
        if text != nil, tokenizer.path(graph) == nil { throw ValidationError("--text wants a --tokenizer.") }
        if text == nil, tokenizer.tokenizer != nil { throw ValidationError("--tokenizer is for --text.") }
        if let chunks, chunks < 1 { throw ValidationError("--chunks wants a number of chunks.") }
    }

    func run() throws {
        let target = try Target.make(machine.arch)
        let source = try graph.open()
        let model = LanguageModel(target: target, options: compiler.options, capacity: chunk) { bindings, bucket in
            try source.load(bindings, bucket: bucket)
        }
        let run = try PerplexityRun(model, tokens: entered(), chunk: chunk, limit: chunks)
        let progress = Progress(of: run.count, "chunks")
        let report = try run.run(network: graph.graph, execution.execution) { progress.finished() }
        switch json {
        case "-": Terminal.print(report.json.text())
        case let path?:
            try OutputFile.write(report.json.text(), path: path)
            Terminal.print(report.text)
        case nil: Terminal.print(report.text)
        }
    }

    private func entered() throws -> [Int32] {
        if let tokens { return try TokenFile.read(tokens) }
        guard let text, let tokenizer = try tokenizer.load(graph) else { return [] }
        return try TokenFile.read(text: text, tokenizer)
    }
}
