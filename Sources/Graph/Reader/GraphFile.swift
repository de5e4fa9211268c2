import Diagnostics
import Foundation
import Synchronization

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
    ///
    /// - Parameter checked: shared by calls for the same file, whose values are then validated once.
    public static func load(
        path: String, bindings: [String: Int] = [:], bucket: LengthBucket? = nil, checked: CheckedValues = CheckedValues()
    ) throws(Diagnostics) -> (graph: Graph, bundle: Bundle?) {
        let document = try read(path: path, bindings: bindings, bucket: bucket)
        guard let weights = document.weights else { return (document.graph, nil) }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
        let weightsPath = URL(fileURLWithPath: weights, relativeTo: folder).path
        return (document.graph, try bundle(document, in: SafetensorsFile(path: weightsPath), path: weightsPath, checked))
    }

    static func bundle(
        _ document: GraphDocument, in file: SafetensorsFile, path: String, _ checked: CheckedValues = CheckedValues()
    ) throws(Diagnostics) -> Bundle {
        let bundle = try Bundle(file: file, path: path, document: document)
        do throws(Diagnostics) { try checked.validate(bundle, for: document.graph) } catch { throw error.inFile(path) }
        return bundle
    }
}

/// Remembers what the values of one file were validated for: graphs of other lengths ask the same of them.
public final class CheckedValues: Sendable {
    private struct Rules: Equatable {
        var constants: [String]
        var types: [TensorType?]
        var roles: ConstantRoles
    }

    private let last = Mutex<Rules?>(nil)

    public init() {}

    func validate(_ bundle: Bundle, for graph: Graph) throws(Diagnostics) {
        let rules = Rules(
            constants: graph.constants, types: graph.constants.map { graph.types[$0] }, roles: ConstantRoles(graph))
        guard last.withLock({ $0 }) != rules else { return }
        try bundle.validate(for: graph)
        last.withLock { $0 = rules }
    }
}
