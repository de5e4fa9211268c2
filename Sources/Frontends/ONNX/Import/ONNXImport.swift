import Diagnostics
import Formats
import Foundation
import Graph

/// An ONNX model as a graph, with its weights.
public struct ONNXImport: Sendable {
    private let draft: ONNXDraft
    private let name: String
    private let outputs: [String]
    private let description: String
    private let remarks: [String]

    /// - Throws: everything that keeps the model from becoming a graph.
    public init(path: String, formats: ImportFormats) throws(Diagnostics) {
        let file: ONNXFile
        do throws(Diagnostic) { file = try ONNXFile(path: path) } catch { throw Diagnostics(error) }
        do throws(Diagnostics) { try self.init(file, formats) } catch { throw error.inFile(path) }
    }

    /// - Parameter data: the model, as in a file of this name.
    init(data: Data, path: String, formats: ImportFormats = ImportFormats()) throws(Diagnostics) {
        let file: ONNXFile
        do throws(Diagnostic) { file = try ONNXFile(data: data, path: path) } catch { throw Diagnostics(error) }
        do throws(Diagnostics) { try self.init(file, formats) } catch { throw error.inFile(path) }
    }

    private init(_ file: ONNXFile, _ formats: ImportFormats) throws(Diagnostics) {
        let graph = file.model.graph
        let nodes = graph.node.enumerated().map { ONNXNode($1, index: $0, versions: file.versions) }
        try Self.checkOperators(file, nodes)
        var builder = ONNXGraphBuilder(file, formats)
        try builder.read()
        try builder.lower(Raising.raised(nodes, constants: builder.numbers, outputs: graph.output.map(\.name)))
        outputs = try builder.finish()
        try FormatOverride.check(formats.overrides, names: builder.lowering.overridable)
        draft = builder.lowering.draft
        remarks = builder.lowering.remarks.sorted()
        name = !graph.name.isEmpty && graph.name.utf8.count <= 200 ? graph.name : "model"
        let sets = file.versions.sorted { $0.key < $1.key }.map { "\($0.key.isEmpty ? "ai.onnx" : $0.key) \($0.value)" }
        description =
            "\(name): \(nodes.count) nodes become \(draft.nodes.count); operator sets \(sets.joined(separator: ", "))"
        _ = try GraphReader.read(document(weights: nil))
    }

    private func document(weights: String?) -> JSONValue {
        draft.document(name: name, outputs: outputs, weights: weights)
    }

    /// Names every operator and attribute that is not known, before anything else is looked at.
    private static func checkOperators(_ file: ONNXFile, _ nodes: [ONNXNode]) throws(Diagnostics) {
        var unsupported = UnsupportedList()
        for node in nodes {
            // Of its branches one is taken, and looked at then.
            if node.operation == "If" { continue }
            guard let known = ONNXOperator.all[node.operation] else {
                unsupported.add("operator \(node.operation)", node.name)
                continue
            }
            for name in node.attributes.keys.sorted() where !known.attributes.contains(name) && name != "name" {
                unsupported.add("attribute \(name) of \(node.operation)", node.name)
            }
        }
        if !file.model.graph.sparseInitializer.isEmpty { unsupported.add("sparse initialisers", file.model.graph.name) }
        try unsupported.throwIfAny()
    }

    /// Writes the graph, and its weights beside it under the same name with the ending `.safetensors`.
    ///
    /// - Parameter progress: is told which share of all weights is written.
    public func write(_ output: ImportedFiles, progress: (Double) -> Void = { _ in }) throws(Diagnostics)
        -> ImportSummary
    {
        var summary = ImportSummary(network: ([description] + remarks).joined(separator: "\n"), unread: [])
        do throws(Diagnostic) {
            try output.write(document(weights: output.weightsName), draft.liveConstants(outputs), &summary, progress)
        } catch { throw Diagnostics(error) }
        return summary
    }
}

/// What a model has and a graph has not: reasons, each with the nodes that it is true of.
struct UnsupportedList {
    private var nodes: [(reason: String, names: [String])] = []

    mutating func add(_ reason: String, _ name: String) {
        if let index = nodes.firstIndex(where: { $0.reason == reason }) {
            nodes[index].names.append(name)
        } else {
            nodes.append((reason, [name]))
        }
    }

    /// - Parameter open: sizes that the model leaves open, which reasons that end in `(--bind)` are about.
    func throwIfAny(open: [String] = []) throws(Diagnostics) {
        guard !nodes.isEmpty else { return }
        let bindings = open.map { "--bind \($0)=N" }.joined(separator: " ")
        throw Diagnostics(
            nodes.map { reason, names in
                let more = names.count > 20 ? " and \(names.count - 20) more" : ""
                let count = names.count == 1 ? "1 node" : "\(names.count) nodes"
                return Diagnostic(
                    "not supported: \(open.isEmpty ? reason : reason.replacingOccurrences(of: "--bind", with: bindings)) (\(count): \(names.prefix(20).joined(separator: ", "))\(more))")
            })
    }
}
