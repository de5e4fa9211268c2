import ArgumentParser
import Toolchain

/// What numbers of a model become when it is made into a graph.
struct FormatArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "f16 (default of GGUF and Hugging Face); keep (default of ONNX), as the file has them where a graph can; or CODEC, CODEC:group=N or CODEC:tensor, then perhaps :mse. Of a preset, other ones than its own. Left out beside codes as activations: int8.",
            valueName: "format"))
    var weights: String?

    @Option(
        help: ArgumentHelp(
            "f16 (default of GGUF and Hugging Face) or another codec; of ONNX models as they are when left out, of presets and topologies what goes with the weights.", valueName: "codec"
        ))
    var activations: String?

    @Option(
        name: .customLong("override"),
        help: ArgumentHelp(
            "Another format of weights whose name or node matches a pattern (blk.0.*=int8:group=32); behind a comma that of activations. The first that matches counts.",
            valueName: "pattern=format"))
    var overrides: [String] = []

    var areEmpty: Bool { weights == nil && activations == nil && overrides.isEmpty }

    func options(_ bindings: [String: Int]) -> ImportOptions {
        ImportOptions(weights: weights, activations: activations, overrides: overrides, bindings: bindings)
    }

    /// Told every tenth of an import.
    static func progress() -> (Double) -> Void {
        var shown = -1
        return { share in
            let tenths = Int(share * 10)
            if tenths > shown { Terminal.progress("importing: \(tenths * 10) %") }
            shown = max(shown, tenths)
        }
    }
}
