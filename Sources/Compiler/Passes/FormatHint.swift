import Arch
import Formats
import Graph

/// Formats that a machine multiplies, for a user whose graph has others.
struct FormatHint {
    let graph: Graph
    let target: Target

    /// What `--weights` and `--activations` make of a model, the most usual first.
    private static let choices: [(weights: String, activations: String, weightCodec: Codec, activationCodec: Codec)] = [
        ("f16", "f16", .float16, .float16),
        ("int8", "int8", .signed(bits: 8), .signed(bits: 8)),
        ("int4:group=32", "int8", .signed(bits: 4), .signed(bits: 8)),
        ("int4:group=32", "f16", .signed(bits: 4), .float16),
        ("int8", "f16", .signed(bits: 8), .float16),
        ("ternary", "int8", .ternary, .signed(bits: 8)),
        ("int4:group=32", "int4", .signed(bits: 4), .signed(bits: 4)),
    ]

    var text: String {
        let name = target.machine.name
        let exact = options { if case .native = $0 { true } else { false } }
        let lossy = options { if case .unsupported = $0 { false } else { true } }
        let (found, flag) = exact.isEmpty ? (lossy, " with --convert") : (exact, "")
        let rest = "accelsim matrix lists what every machine multiplies"
        if found.isEmpty { return rest }
        let codes = found.prefix(2).contains { !$0.hasSuffix("f16") } ? ", ONNX models with codes of their own" : ""
        return "'\(name)' multiplies what a model is imported with \(found.prefix(2).joined(separator: " or "))\(flag)\(codes); \(rest)"
    }

    private func options(_ isTaken: (Support) -> Bool) -> [String] {
        let runtime = graph.nodes.contains { $0.operation.isProduct && !graph.constants.contains($0.inputs[1]) }
        return Self.choices.filter { choice in
            let activations = choice.activationCodec
            var formats = [ProductFormat(activations: activations, weights: choice.weightCodec)]
            if runtime {
                formats.append(ProductFormat(activations: activations, weights: activations.widenedToBytes, runtimeWeights: true))
            }
            return formats.allSatisfy { format in target.engines.contains { isTaken($0.answer(format)) } }
        }
        .map { "--weights \($0.weights) --activations \($0.activations)" }
    }
}
