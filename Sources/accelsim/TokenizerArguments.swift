import ArgumentParser
import Diagnostics
import Toolchain

/// Where texts become tokens.
struct TokenizerArguments: ParsableArguments {
    @Option(help: ArgumentHelp("What texts go through: a GGUF file, a tokenizer.json or a folder with one.", valueName: "file"))
    var tokenizer: String?

    func load() throws -> TextTokenizer? { try tokenizer.map { try TextTokenizer(path: $0) } }
}
