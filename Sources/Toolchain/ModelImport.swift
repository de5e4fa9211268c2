import Diagnostics
import Formats
import Foundation
import Frontends
import Report

/// Makes a graph of a model's file.
public enum ModelImport {
    /// - Parameter output: the graph; its weights lie beside it.
    /// - Returns: what became of the model, as text for a terminal.
    public static func run(
        _ model: String, to output: String, _ options: ImportOptions, progress: (Double) -> Void
    ) throws -> String {
        let files = try ImportedFiles(graph: output)
        if !isONNX(model), let name = options.bindings.keys.min() {
            throw Diagnostic(field: "--bind", "'\(name)': only sizes of an ONNX model are bound when it is imported")
        }
        if TopologyImport.isOne(model) {
            let graph = try TopologyImport(path: model, formats: options.uniformFormats(default: .eightBit))
            try graph.write(files)
            return "\(graph.summary)\n\(files.graph), without weights: --timing-only or --random-weights\n"
        }
        let summary = try write(model, to: files, options, progress: progress)
        return text(summary) + "\(output) and \(files.weights): \(Numbers.grouped(summary.bytes)) bytes of weights\n"
    }

    /// A model's file as a graph and its weights, in files.
    static func write(
        _ model: String, to files: ImportedFiles, _ options: ImportOptions, progress: (Double) -> Void
    ) throws -> ImportSummary {
        try isONNX(model) ? onnx(model, files, options, progress) : transformer(model, files, options, progress)
    }

    static func isONNX(_ model: String) -> Bool { model.lowercased().hasSuffix(".onnx") }

    /// A GGUF file, or a folder of the Hugging Face layout.
    private static func transformer(
        _ model: String, _ files: ImportedFiles, _ options: ImportOptions, _ progress: (Double) -> Void
    ) throws -> ImportSummary {
        let formats = try options.formats(default: .half)
        let weights: ImportedWeights = options.weights == ImportedWeights.keep ? .kept : .format(formats.weights)
        let overrides = try options.parsedOverrides()
        if HuggingFaceImport.isOne(model) {
            return try HuggingFaceImport(path: model, weights: weights, activations: formats.activations, overrides: overrides)
                .write(files, progress: progress)
        }
        return try GGUFImport(path: model, weights: weights, activations: formats.activations, overrides: overrides)
            .write(files, progress: progress)
    }

    private static func onnx(
        _ model: String, _ files: ImportedFiles, _ options: ImportOptions, _ progress: (Double) -> Void
    ) throws -> ImportSummary {
        let asked = try options.formats(default: .single)
        let formats = try ImportFormats(
            weights: asked.weights, activations: asked.activations, bindings: options.bindings, overrides: options.parsedOverrides())
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
