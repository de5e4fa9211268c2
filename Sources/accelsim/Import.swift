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

    @Option(
        help: ArgumentHelp(
            "f16 (default of GGUF and Hugging Face); keep (default of ONNX), as the file has them where a graph can; or CODEC, CODEC:group=N or CODEC:tensor, then perhaps :mse.",
            valueName: "format"))
    var weights: String?

    @Option(
        help: ArgumentHelp(
            "f16 (default of GGUF and Hugging Face) or another codec; of ONNX a float, or as they are when left out.", valueName: "codec"
        ))
    var activations: String?

    @Option(
        name: .customLong("bind"),
        help: ArgumentHelp(
            "Size that an ONNX model leaves open; left out, it is a symbol of the graph.", valueName: "name=value"))
    var bindings: [Binding] = []

    func run() throws {
        let symbols = Dictionary(bindings.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        var shown = -1
        let text = try ModelImport.run(model, to: output, weights: weights, activations: activations, bindings: symbols)
        { share in
            let tenths = Int(share * 10)
            if tenths > shown { Terminal.progress("\(tenths * 10) %") }
            shown = max(shown, tenths)
        }
        Terminal.print(text)
    }
}
