import ArgumentParser
import Toolchain

/// A model file becomes a graph.
struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make a graph of a model (GGUF, ONNX, Hugging Face folder), with its weights beside it.",
        discussion: "docs/import.md says which models are understood, and what becomes of their weights.")

    @Argument(help: "A GGUF or ONNX file, a folder with config.json and safetensors files, or a topology of SCALE-Sim (.csv).")
    var model: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The graph to write (NAME.json).", valueName: "file"))
    var output: String

    @OptionGroup var formats: FormatArguments

    @Option(
        name: .customLong("bind"),
        help: ArgumentHelp(
            "Size that an ONNX model leaves open; left out, it is a symbol of the graph.", valueName: "name=value"))
    var bindings: [Binding] = []

    func run() throws {
        let symbols = Dictionary(bindings.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        let text = try ModelImport.run(model, to: output, formats.options(symbols), progress: FormatArguments.progress())
        Terminal.print(text)
    }
}
