import Diagnostics
import Formats
import Graph

/// A transformer of a model's file as a graph, and the rows that its constants are made of.
struct TransformerImport: Sendable {
    private let draft: GraphDraft
    private let outputs: [String]
    private let stores: [WeightStore]
    /// Tensors that were left out.
    let unread: [String]

    /// - Throws: every constant that the file has not, and every tensor that the graph has no place for.
    init(
        _ shape: TransformerShape, name: String, sources: some TransformerSources, weights: ImportedWeights,
        activations: NumberFormat, overrides: [FormatOverride] = []
    ) throws(Diagnostics) {
        var formats = NumberFormats(weights: Self.fallback(weights, activations), activations: activations)
        formats.overrides = overrides
        let choices = try WeightChoices(shape, sources, weights, overrides, formats)
        formats.exceptions = choices.formats
        var drafted = TransformerDraft(shape, name: name, formats: formats, scalesTokens: true)
        outputs = drafted.network()
        draft = drafted.draft
        (stores, unread) = try Self.stores(sources, draft.constants, kept: choices.kept)
        _ = try GraphReader.read(draft.document(outputs: outputs))
    }

    /// What weights become that a graph cannot have as the file has them: codes are multiplied with codes only. Where all are
    /// to be seen as they are, tables are too.
    private static func fallback(_ weights: ImportedWeights, _ activations: NumberFormat) -> NumberFormat {
        if case .format(let format) = weights, format.codec == .float32 { return format }
        return NumberFormat(codec: activations.needsScale ? .int8 : .float16)
    }

    private static func stores(
        _ sources: some TransformerSources, _ constants: [DraftedConstant], kept: Set<String>
    ) throws(Diagnostics) -> ([WeightStore], unread: [String]) {
        var sources = sources
        var problems = Diagnostics()
        var stores: [WeightStore] = []
        for constant in constants {
            guard let sizes = constant.sizes else { continue }
            if case .numbers = constant.content {
                stores.append(WeightStore(constant: constant, sizes: sizes, source: nil, isExact: true))
                continue
            }
            do throws(Diagnostic) {
                let source = try sources.source(constant.name, sizes)
                stores.append(WeightStore(constant: constant, sizes: sizes, source: source, isExact: kept.contains(constant.name)))
            } catch { problems.report(error) }
        }
        for problem in sources.leftOver { problems.report(problem) }
        guard problems.isEmpty else { throw problems }
        return (stores, sources.unread)
    }

    /// Writes the graph, and its weights beside it under the same name with the ending `.safetensors`.
    ///
    /// - Parameter progress: is told which share of all weights is written.
    func write(
        _ files: ImportedFiles, _ summary: inout ImportSummary, progress: (Double) -> Void
    ) throws(Diagnostics) {
        do throws(Diagnostic) {
            try files.write(draft.document(outputs: outputs, weights: files.weightsName), stores, &summary, progress)
        } catch { throw Diagnostics(error) }
    }
}

extension TransformerShape {
    /// For reports.
    var summary: String {
        let shared = keyValueHeads == heads ? "" : ", \(keyValueHeads) of them for keys and values"
        let entered = patches.map { "\($0.count) patches of \($0.patch) x \($0.patch) pixels" } ?? "vocabulary \(vocabulary)"
        return "\(layers) layers of \(hidden), feed-forward \(feedForward), \(heads) heads of \(headWidth)\(shared), \(entered)"
    }
}
