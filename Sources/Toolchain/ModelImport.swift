import Diagnostics
import Formats
import Frontends
import Foundation
import Report

/// Makes a graph of a model's file.
public enum ModelImport {
    /// - Parameters:
    ///   - weights: `keep`, or as `NumberFormat` reads it; f16 when left out, and so are `activations`.
    ///   - output: the graph; its weights lie beside it.
    /// - Returns: what became of the model, as text for a terminal.
    public static func run(
        _ model: String, to output: String, weights: String?, activations: String?, progress: (Double) -> Void
    ) throws -> String {
        let half = NumberFormat(codec: .float16)
        let choice: GGUFImport.Weights =
            weights == "keep" ? .kept : .format(try weights.map { try NumberFormat(exactOr: $0, field: "--weights") } ?? half)
        let files = try ImportedFiles(graph: output)
        let activations = try activations.map { try NumberFormat(exactOr: $0, field: "--activations") } ?? half
        let summary = try GGUFImport(path: model, weights: choice, activations: activations).write(files, progress: progress)
        return text(summary) + "\(output) and \(files.weights): \(Numbers.grouped(summary.bytes)) bytes of weights\n"
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
