import Diagnostics
import Foundation
import Graph

/// Where an imported model goes: a graph file, and its weights beside it.
public struct ImportedFiles: Sendable {
    public let graph: String
    /// Name of the file of weights, in the same folder.
    public let weightsName: String
    private let folder: URL

    public init(graph: String) throws(Diagnostic) {
        let url = URL(fileURLWithPath: graph)
        guard !graph.isEmpty, url.pathExtension == "json" else {
            throw Diagnostic(file: graph.isEmpty ? "''" : graph, "is no name of a graph, which ends in .json")
        }
        self.graph = graph
        folder = url.deletingLastPathComponent()
        weightsName = url.deletingPathExtension().lastPathComponent + ".safetensors"
    }

    public var weights: String { folder.appendingPathComponent(weightsName).path }

    /// A graph without weights.
    func write(_ document: JSONValue) throws(Diagnostic) {
        let isNew = !FileManager.default.fileExists(atPath: folder.path)
        do throws(Diagnostic) {
            do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
                throw Diagnostic(file: folder.path, "this folder cannot be made")
            }
            try OutputFile.write(document.text(), path: graph)
        } catch {
            if isNew { try? FileManager.default.removeItem(at: folder) }
            throw error
        }
    }

    /// Both files or none. The folder is made when it does not exist.
    func write(
        _ document: JSONValue, _ stores: [some WrittenConstant], _ summary: inout ImportSummary, _ progress: (Double) -> Void
    ) throws(Diagnostic) {
        let isNew = !FileManager.default.fileExists(atPath: folder.path)
        do throws(Diagnostic) { try writeBoth(document, stores, &summary, progress) } catch {
            if isNew { try? FileManager.default.removeItem(at: folder) }
            throw error
        }
    }

    private func writeBoth(
        _ document: JSONValue, _ stores: [some WrittenConstant], _ summary: inout ImportSummary, _ progress: (Double) -> Void
    ) throws(Diagnostic) {
        do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
            throw Diagnostic(file: folder.path, "this folder cannot be made")
        }
        try OutputFile.check(path: graph)
        try OutputFile.check(path: weights)
        let entries = stores.map(\.entries)
        let total = entries.joined().reduce(0) { $0 + $1.bytes }
        var stream = try SafetensorsStream(path: weights, entries: Array(entries.joined()))
        var done = 0
        for (store, entries) in zip(stores, entries) {
            summary.add(store, try store.write(to: &stream))
            done += entries.reduce(0) { $0 + $1.bytes }
            progress(Double(done) / Double(max(1, total)))
        }
        // The weights first: a graph whose weights are not there would be half an import.
        try stream.finish()
        do throws(Diagnostic) { try OutputFile.write(document.text(), path: graph) } catch {
            try? FileManager.default.removeItem(atPath: weights)
            throw error
        }
        summary.bytes = total
    }
}
