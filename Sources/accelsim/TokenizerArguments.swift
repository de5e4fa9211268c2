import ArgumentParser
import Diagnostics
import Toolchain

/// Where texts become tokens.
struct TokenizerArguments: ParsableArguments {
    @Option(help: ArgumentHelp("Model file whose tokenizer texts go through (GGUF).", valueName: "file"))
    var tokenizer: String?

    func load() throws -> TextTokenizer? { try tokenizer.map { try TextTokenizer(path: $0) } }
}
