import Diagnostics
import Foundation

/// A checkpoint in the layout of Hugging Face as a graph of its whole network, with its weights.
public struct HuggingFaceImport: Sendable {
    private let network: HuggingFaceNetwork
    private let transformer: TransformerImport
    private let checkpoint: Checkpoint

    /// Whether a path is a folder or a file of such a checkpoint.
    public static func isOne(_ path: String) -> Bool { CheckpointFolder.isOne(path) }

    /// - Parameter path: a folder with `config.json` and weights in safetensors files, or one of these files.
    /// - Throws: everything that keeps the checkpoint from becoming a graph.
    public init(
        path: String, weights: ImportedWeights, activations: NumberFormat, overrides: [FormatOverride] = []
    ) throws(Diagnostics) {
        checkpoint = try Checkpoint(path: path)
        do throws(Diagnostics) { network = try HuggingFaceNetwork(checkpoint) } catch { throw error.inFile(checkpoint.configPath) }
        do throws(Diagnostics) {
            let sources = HuggingFaceSources(checkpoint, network)
            transformer = try TransformerImport(
                network.shape, name: Self.name(checkpoint), sources: sources, weights: weights, activations: activations,
                overrides: overrides)
        } catch { throw Self.placed(error, checkpoint) }
    }

    private static func name(_ checkpoint: Checkpoint) -> String {
        if case .string(let name)? = checkpoint.config["_name_or_path"],
            let last = name.split(separator: "/").last, last.utf8.count <= 200
        {
            return String(last)
        }
        let folder = URL(fileURLWithPath: checkpoint.folder.path).standardizedFileURL.lastPathComponent
        return folder.isEmpty || folder == "/" ? "model" : folder
    }

    /// Writes the graph, and its weights beside it under the same name with the ending `.safetensors`.
    ///
    /// - Parameter progress: is told which share of all weights is written.
    public func write(_ output: ImportedFiles, progress: (Double) -> Void = { _ in }) throws(Diagnostics) -> ImportSummary {
        var summary = ImportSummary(
            network: "\(network.architecture.type): \(network.shape.summary)", unread: network.unread + transformer.unread)
        do throws(Diagnostics) { try transformer.write(output, &summary, progress: progress) } catch {
            throw Self.placed(error, checkpoint)
        }
        return summary
    }

    /// Every problem in the file of its tensor.
    private static func placed(_ problems: Diagnostics, _ checkpoint: Checkpoint) -> Diagnostics {
        Diagnostics(
            problems.all.map { problem in
                problem.inFile(problem.node.flatMap { checkpoint.tensors[$0]?.file } ?? checkpoint.folder.path)
            })
    }
}
