import Diagnostics
import Frontends
import Graph

/// What a command is given as its graph, opened once and bound to symbols as often as it takes: a graph file, a part of a
/// preset, a topology of SCALE-Sim, or a model's file, which is imported.
public struct ModelSource: Sendable {
    private enum Kind: Sendable {
        case file(CheckedValues)
        case preset(PresetReference)
        case topology(TopologyImport)
        case imported(ImportedModel)
    }

    private let path: String
    private let kind: Kind
    /// Seed of made-up values, when values are made up.
    public var randomValues: UInt64?

    /// Whether formats can be chosen for it, and overridden for some of its layers.
    public static func isImported(_ path: String) -> Bool { ImportedModel.isOne(path) }

    /// Whether formats can be chosen for it.
    public static func hasChoice(_ path: String) -> Bool {
        PresetReference.isMeant(by: path) || TopologyImport.isOne(path) || isImported(path)
    }

    /// - Parameters:
    ///   - options: for what is made into a graph; the bindings are those of an ONNX model.
    ///   - progress: is told which share of a model's weights is imported.
    public init(_ path: String, _ options: ImportOptions = ImportOptions(), progress: (Double) -> Void = { _ in }) throws {
        self.path = path
        if PresetReference.isMeant(by: path) {
            kind = .preset(try PresetReference(path, weights: options.weights, activations: options.activations))
        } else if TopologyImport.isOne(path) {
            kind = .topology(try TopologyImport(path: path, formats: options.uniformFormats(default: .eightBit)))
        } else if ImportedModel.isOne(path) {
            var options = options
            if !ModelImport.isONNX(path) { options.bindings = [:] }
            kind = .imported(try ImportedModel(path: path, options, progress: progress))
        } else {
            kind = .file(CheckedValues())
        }
    }

    public func load(_ bindings: [String: Int] = [:], bucket: LengthBucket? = nil) throws -> Model {
        let model =
            switch kind {
            case .file(let checked): try Model(path: path, bindings: bindings, bucket: bucket, checked: checked)
            case .preset(let preset): try preset.model(bindings: bindings, bucket: bucket)
            case .topology(let topology): try Model(topology, path: path, bindings: bindings, bucket: bucket)
            case .imported(let model): try model.model(bindings, bucket: bucket)
            }
        return randomValues.map { model.withRandomValues(seed: $0) } ?? model
    }

    /// What became of a model's file, in lines.
    public var notes: [String] { if case .imported(let model) = kind { model.notes } else { [] } }

    /// The symbol that says how many examples a run takes.
    public func batchSymbol() throws(Diagnostics) -> String? {
        switch kind {
        case .file: try BatchSymbol.find(path: path)
        case .imported(let model): BatchSymbol.find(model.document)
        case .preset, .topology: nil
        }
    }
}
