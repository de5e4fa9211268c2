import Diagnostics
import Formats
import Foundation
import Frontends
import Report

/// Makes a graph of a model's file.
public enum ModelImport {
    /// - Parameters:
    ///   - weights: `keep`, or as `NumberFormat` reads it; f16 when left out, of ONNX `keep`, of SCALE-Sim int8.
    ///   - activations: in front of products; f16 when left out, of ONNX as they are, of SCALE-Sim int8.
    ///   - bindings: sizes that an ONNX model leaves open.
    ///   - output: the graph; its weights lie beside it.
    /// - Returns: what became of the model, as text for a terminal.
    public static func run(
        _ model: String, to output: String, weights: String?, activations: String?, bindings: [String: Int] = [:],
        progress: (Double) -> Void
    ) throws -> String {
        let files = try ImportedFiles(graph: output)
        let isNamed = model.lowercased().hasSuffix(".onnx")
        if !isNamed, let name = bindings.keys.min() {
            throw Diagnostic(field: "--bind", "'\(name)': only sizes of an ONNX model are bound when it is imported")
        }
        if TopologyImport.isOne(model) { return try topology(model, files, weights, activations) }
        let summary =
            try isNamed
            ? onnx(model, files, weights, activations, bindings, progress)
            : transformer(model, files, weights, activations, progress)
        return text(summary) + "\(output) and \(files.weights): \(Numbers.grouped(summary.bytes)) bytes of weights\n"
    }

    /// A GGUF file, or a folder of the Hugging Face layout.
    private static func transformer(
        _ model: String, _ files: ImportedFiles, _ weights: String?, _ activations: String?,
        _ progress: (Double) -> Void
    ) throws -> ImportSummary {
        let half = NumberFormat(codec: .float16)
        let choice: ImportedWeights =
            weights == "keep"
            ? .kept : .format(try weights.map { try NumberFormat(exactOr: $0, field: "--weights") } ?? half)
        let activations = try activations.map { try NumberFormat(exactOr: $0, field: "--activations") } ?? half
        if HuggingFaceImport.isOne(model) {
            return try HuggingFaceImport(path: model, weights: choice, activations: activations).write(files, progress: progress)
        }
        return try GGUFImport(path: model, weights: choice, activations: activations).write(files, progress: progress)
    }

    /// Layers of SCALE-Sim, which have no values.
    private static func topology(
        _ model: String, _ files: ImportedFiles, _ weights: String?, _ activations: String?
    ) throws -> String {
        let byte = NumberFormat(codec: .int8)
        let formats = NumberFormats(
            weights: try weights.map { try NumberFormat(exactOr: $0, field: "--weights") } ?? byte,
            activations: try activations.map { try NumberFormat(exactOr: $0, field: "--activations") } ?? byte)
        let graph = try TopologyImport(path: model, formats: formats)
        try graph.write(files)
        return "\(graph.summary)\n\(files.graph), without weights: --timing-only or --random-weights\n"
    }

    private static func onnx(
        _ model: String, _ files: ImportedFiles, _ weights: String?, _ activations: String?, _ bindings: [String: Int],
        _ progress: (Double) -> Void
    ) throws -> ImportSummary {
        let weights = weights == "keep" ? nil : weights
        let formats = try ImportFormats(
            weights: try weights.map { try NumberFormat(exactOr: $0, field: "--weights") },
            activations: try activations.map { try NumberFormat(exactOr: $0, field: "--activations") },
            bindings: bindings)
        return try ONNXImport(path: model, formats: formats).write(files, progress: progress)
    }

    private static func text(_ summary: ImportSummary) -> String {
        var table = TextTable([
            .init("tensors"), .init("elements"), .init("type", alignment: .left), .init("stored as", alignment: .left),
            .init("signal to noise", alignment: .left),
        ])
        for row in summary.rows {
            table.add([
                Numbers.grouped(row.tensors), Numbers.grouped(row.elements), row.type, row.format, quality(row),
            ])
        }
        let unread = summary.unread.isEmpty ? "" : "not looked at: \(summary.unread.joined(separator: ", "))\n"
        return summary.network + "\n\n" + table.text + "\n" + unread
    }

    private static func quality(_ row: ImportSummary.Row) -> String {
        guard !row.isExact else { return "exact" }
        let decibels = Int((100 * log10(row.signalToNoise)).rounded())
        return "\(decibels / 10).\(abs(decibels % 10)) dB"
    }
}
