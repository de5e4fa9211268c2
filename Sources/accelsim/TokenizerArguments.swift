import ArgumentParser
import Diagnostics
import Toolchain

/// Where texts become tokens.
struct TokenizerArguments: ParsableArguments {
    @Option(help: ArgumentHelp("What texts go through: a GGUF file, a tokenizer.json or a folder with one; left out, that of the model that is imported.", valueName: "file"))
    var tokenizer: String?

    /// The tokenizer that was named, or the model's own; `nil` when there is none.
    func path(_ graph: GraphArguments) -> String? { tokenizer ?? TextTokenizer.path(besides: graph.graph) }

    func load(_ graph: GraphArguments) throws -> TextTokenizer? { try path(graph).map { try TextTokenizer(path: $0) } }
}
