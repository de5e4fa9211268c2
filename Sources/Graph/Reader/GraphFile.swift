import Diagnostics
import Foundation

/// `graph.json` on disk, with its weights beside it.
public enum GraphFile {
    /// Reads and verifies the JSON only.
    ///
    /// - Parameter bucket: a dimension to be left open.
    public static func read(
        path: String, bindings: [String: Int] = [:], bucket: LengthBucket? = nil
    ) throws(Diagnostics) -> GraphDocument {
        let value: JSONValue
        do { value = try InputFile.json(path: path) } catch { throw Diagnostics(error) }
        return try read(value, path: path, bindings: bindings, bucket: bucket)
    }

    static func read(
        _ value: JSONValue, path: String, bindings: [String: Int], bucket: LengthBucket?
    ) throws(Diagnostics) -> GraphDocument {
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        do throws(Diagnostics) {
            guard let bucket else { return try GraphReader.read(value, bindings: bindings, name: name) }
            return try GraphReader.read(value, bindings: bindings, bucket: bucket, name: name)
        } catch { throw error.inFile(path) }
    }
}

extension GraphFile {
    /// Reads the graph and, when it names weights, opens and validates them. Without weights the bundle is `nil`, and
    /// the graph can only be timed.
    public static func load(
        path: String, bindings: [String: Int] = [:], bucket: LengthBucket? = nil
    ) throws(Diagnostics) -> (graph: Graph, bundle: Bundle?) {
        let document = try read(path: path, bindings: bindings, bucket: bucket)
        guard let weights = document.weights else { return (document.graph, nil) }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        let weightsPath = URL(fileURLWithPath: weights, relativeTo: folder).path
        return (document.graph, try bundle(document, in: SafetensorsFile(path: weightsPath), path: weightsPath))
    }

    static func bundle(_ document: GraphDocument, in file: SafetensorsFile, path: String) throws(Diagnostics) -> Bundle {
        let bundle = try Bundle(file: file, path: path, document: document)
        do throws(Diagnostics) { try bundle.validate(for: document.graph) } catch { throw error.inFile(path) }
        return bundle
    }
}
