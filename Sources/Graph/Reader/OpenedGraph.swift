import Diagnostics

/// A graph and its weights that are in memory, or mapped: their files may be gone.
public struct OpenedGraph: Sendable {
    public let document: JSONValue
    private let weights: SafetensorsFile?
    private let path: String

    /// - Parameters:
    ///   - weights: path of the weights, if there are any.
    ///   - name: what messages call it.
    public init(path: String, weights: String?, name: String) throws(Diagnostics) {
        do { document = try InputFile.json(path: path) } catch { throw Diagnostics(error) }
        self.weights = if let weights { try SafetensorsFile(path: weights) } else { nil }
        self.path = name
    }

    public func load(bindings: [String: Int] = [:], bucket: LengthBucket? = nil) throws(Diagnostics) -> (graph: Graph, bundle: Bundle?) {
        let read = try GraphFile.read(document, path: path, bindings: bindings, bucket: bucket)
        guard let weights else { return (read.graph, nil) }
        return (read.graph, try GraphFile.bundle(read, in: weights, path: path))
    }
}
