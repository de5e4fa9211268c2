import Diagnostics
import Foundation
import Frontends
import Graph

/// A model's file as a graph. Its weights are in a mapped file that no folder names any more, so nothing is left behind.
struct ImportedModel: Sendable {
    let path: String
    let document: JSONValue
    /// What became of the model, in lines.
    let notes: [String]
    private let graph: OpenedGraph
    private let bound: Set<String>

    /// Whether a path is that of a model's file or folder, rather than of a graph.
    static func isOne(_ path: String) -> Bool {
        let name = path.lowercased()
        if [".gguf", ".onnx", ".safetensors"].contains(where: name.hasSuffix) { return true }
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    init(path: String, _ options: ImportOptions, progress: (Double) -> Void) throws {
        self.path = path
        bound = Set(options.bindings.keys)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("accelsim-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try ImportedFiles(graph: folder.appendingPathComponent("graph.json").path)
        let summary = try ModelImport.write(path, to: files, options, progress: progress)
        notes = summary.network.split(separator: "\n").map(String.init)
        graph = try OpenedGraph(path: files.graph, weights: files.weights, name: path)
        document = graph.document
    }

    func model(_ bindings: [String: Int], bucket: LengthBucket?) throws(Diagnostics) -> Model {
        // What the import has bound is no symbol any more.
        let rest = bindings.filter { !bound.contains($0.key) }
        let (loaded, bundle) = try graph.load(bindings: rest, bucket: bucket)
        guard let symbol = bucket?.symbol else { return Model(graph: loaded, bundle: bundle, path: path) }
        return Model(graph: loaded, bundle: bundle, path: path) { [graph] length throws(Diagnostics) in
            try graph.load(bindings: rest.merging([symbol: length]) { $1 }).graph
        }
    }
}
