import Diagnostics
import Graph

/// A GGUF file as a graph of its whole network, with its weights.
public struct GGUFImport: Sendable {
    private let network: GGUFNetwork
    private let transformer: TransformerImport
    private let path: String

    /// - Throws: everything that keeps the file from becoming a graph.
    public init(
        path: String, weights: ImportedWeights, activations: NumberFormat, overrides: [FormatOverride] = []
    ) throws(Diagnostics) {
        self.path = path
        let file: GGUFFile
        do throws(Diagnostic) { file = try GGUFFile(path: path) } catch { throw Diagnostics(error) }
        do throws(Diagnostics) {
            network = try GGUFNetwork(file)
            try Self.checkLayers(file, network)
            transformer = try TransformerImport(
                network.shape, name: Self.name(of: file), sources: GGUFSources(file, network.shape), weights: weights,
                activations: activations, overrides: overrides)
        } catch { throw error.inFile(path) }
    }

    private static func name(of file: GGUFFile) -> String {
        if case .string(let name)? = file.metadata["general.name"], !name.isEmpty, name.utf8.count <= 200 { return name }
        return file.path.split(separator: "/").last.map(String.init) ?? "model"
    }

    /// No network is drafted that the file cannot fill: a wrong count could ask for any number of layers.
    private static func checkLayers(_ file: GGUFFile, _ network: GGUFNetwork) throws(Diagnostics) {
        let numbers = file.tensors.compactMap { tensor in
            let words = tensor.name.split(separator: ".", maxSplits: 2)
            return words.count == 3 && words[0] == "blk" ? Int(words[1]) : nil
        }
        // A high number alone could ask for any count of layers.
        let found = Set(numbers).count
        guard found == network.shape.layers else {
            throw Diagnostics(
                Diagnostic(
                    field: "\(network.architecture.name).block_count",
                    "is \(network.shape.layers), but the file has tensors of \(found) blocks"))
        }
    }

    /// Writes the graph, and its weights beside it under the same name with the ending `.safetensors`.
    ///
    /// - Parameter progress: is told which share of all weights is written.
    public func write(_ output: ImportedFiles, progress: (Double) -> Void = { _ in }) throws(Diagnostics) -> ImportSummary {
        var summary = ImportSummary(
            network: "\(network.architecture.name): \(network.shape.summary)",
            unread: network.unread.map { "\(network.architecture.name).\($0)" })
        do throws(Diagnostics) { try transformer.write(output, &summary, progress: progress) } catch { throw error.inFile(path) }
        return summary
    }
}
