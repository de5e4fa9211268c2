import Diagnostics
import Formats
import Graph

/// A GGUF file as a graph of its whole network, with its weights.
public struct GGUFImport: Sendable {
    public enum Weights: Hashable, Sendable {
        /// As the file has them where a graph can, otherwise f16.
        case kept
        case format(NumberFormat)
    }

    private let network: GGUFNetwork
    private let draft: GraphDraft
    private let output: String
    private let stores: [WeightStore]

    /// - Throws: everything that keeps the file from becoming a graph.
    public init(path: String, weights: Weights, activations: NumberFormat) throws(Diagnostics) {
        let file: GGUFFile
        do throws(Diagnostic) { file = try GGUFFile(path: path) } catch { throw Diagnostics(error) }
        do throws(Diagnostics) {
            network = try GGUFNetwork(file)
            try Self.checkLayers(file, network)
            var formats = NumberFormats(weights: Self.fallback, activations: activations)
            switch weights {
            case .kept: formats.exceptions = Self.exactFormats(file, network)
            case .format(let format): formats.weights = format
            }
            var drafted = TransformerDraft(
                network.shape, name: Self.name(of: file), formats: formats,
                operandScales: activations.needsScale ? GGUFOperandScales(file, network.shape).scales(activations.codec) : [:])
            output = drafted.network()
            draft = drafted.draft
            stores = try Self.stores(file, network.shape, draft.constants, isKept: weights == .kept)
            _ = try GraphReader.read(draft.document(outputs: [output]))
        } catch { throw error.inFile(path) }
    }

    /// What weights become that a graph cannot have as the file has them.
    private static let fallback = NumberFormat(codec: .float16)

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
        let found = (numbers.max() ?? -1) + 1
        guard found == network.shape.layers else {
            throw Diagnostics(
                Diagnostic(
                    field: "\(network.architecture.name).block_count",
                    "is \(network.shape.layers), but the file has tensors of \(found) blocks"))
        }
    }

    /// Formats of weights that a graph can have as they are. What is missing is somebody else's business.
    private static func exactFormats(_ file: GGUFFile, _ network: GGUFNetwork) -> [String: NumberFormat] {
        // Any format with scales tells weights from other constants.
        let codes = NumberFormats(weights: NumberFormat(codec: .int8), activations: NumberFormat(codec: .int8))
        var sources = GGUFSources(file, network.shape)
        var formats: [String: NumberFormat] = [:]
        var draft = TransformerDraft(network.shape, name: "", formats: codes)
        _ = draft.network()
        for constant in draft.draft.constants {
            guard case .weights = constant.content, let sizes = constant.sizes,
                let format = try? sources.source(constant.name, sizes).exactFormat
            else { continue }
            formats[constant.name] = format
        }
        return formats
    }

    private static func stores(
        _ file: GGUFFile, _ shape: TransformerShape, _ constants: [DraftedConstant], isKept: Bool
    ) throws(Diagnostics) -> [WeightStore] {
        var sources = GGUFSources(file, shape)
        var problems = Diagnostics()
        var stores: [WeightStore] = []
        for constant in constants {
            guard let sizes = constant.sizes else { continue }
            if case .number = constant.content {
                stores.append(WeightStore(constant: constant, sizes: sizes, source: nil, isExact: true))
                continue
            }
            do throws(Diagnostic) {
                let source = try sources.source(constant.name, sizes)
                stores.append(WeightStore(constant: constant, sizes: sizes, source: source, isExact: isKept))
            } catch { problems.report(error) }
        }
        for problem in sources.leftOver { problems.report(problem) }
        guard problems.isEmpty else { throw problems }
        return stores
    }
}

extension GGUFImport {
    /// Writes the graph, and its weights beside it under the same name with the ending `.safetensors`.
    ///
    /// - Parameter progress: is told which share of all weights is written.
    public func write(_ output: ImportedFiles, progress: (Double) -> Void = { _ in }) throws(Diagnostics) -> ImportSummary {
        var summary = ImportSummary(
            network: network.description, unread: network.unread.map { "\(network.architecture.name).\($0)" })
        do throws(Diagnostic) {
            try output.write(draft.document(outputs: [self.output], weights: output.weightsName), stores, &summary, progress)
        } catch { throw Diagnostics(error) }
        return summary
    }
}

extension GGUFNetwork {
    /// For reports.
    var description: String {
        let heads = shape.keyValueHeads == shape.heads ? "" : ", \(shape.keyValueHeads) of them for keys and values"
        return "\(architecture.name): \(shape.layers) layers of \(shape.hidden), feed-forward \(shape.feedForward), "
            + "\(shape.heads) heads of \(shape.headWidth)\(heads), vocabulary \(shape.vocabulary)"
    }
}
