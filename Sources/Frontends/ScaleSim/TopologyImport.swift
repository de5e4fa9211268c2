import Diagnostics
import Formats
import Foundation
import Graph

/// A topology of SCALE-Sim as a graph of layers that do not depend on each other. It has no weights: it is timed, or computed with values
/// that are made up.
public struct TopologyImport: Sendable {
    private let path: String
    private let document: JSONValue
    /// What there is, for reports.
    public let summary: String

    public init(path: String, formats: NumberFormats) throws(Diagnostics) {
        self.path = path
        let file = try TopologyFile(path: path)
        let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
        var draft = GraphDraft(name: name, formats: formats)
        let outputs = file.layers.map { draft.append($0) }
        document = draft.document(outputs: outputs)
        let products = file.layers.count { if case .product = $0.kind { true } else { false } }
        summary = products > 0 ? "\(products) products" : "\(file.layers.count) convolutions"
        _ = try graph()
    }

    /// Whether a path is that of a CSV file.
    public static func isOne(_ path: String) -> Bool { path.lowercased().hasSuffix(".csv") }

    public func graph(bindings: [String: Int] = [:]) throws(Diagnostics) -> Graph {
        do throws(Diagnostics) { return try GraphReader.read(document, bindings: bindings).graph } catch { throw error.inFile(path) }
    }

    public func write(_ output: ImportedFiles) throws(Diagnostic) { try output.write(document) }
}

extension GraphDraft {
    /// Codes of both ends; what a layer yields goes to memory as wide as what it reads.
    private static let scale: Float = 1 / 32

    fileprivate mutating func append(_ layer: TopologyFile.Layer) -> String {
        let sums: String
        var isExact = formats.activations.needsScale && formats.weights.codec.isInteger
        switch layer.kind {
        case .product(let m, let n, let k):
            let x = input("\(layer.name).x", [.integer(m), .integer(k)], encoding: activationEncoding(scale: Self.scale))
            let weight = weight("\(layer.name).weight", outputs: n, inputs: k, structure: layer.structure)
            if case .group(let group) = formats.weights.sharing, group < k { isExact = false }
            sums = node(layer.name, "linear", [x, weight])
        case .convolution(let height, let width, let filterHeight, let filterWidth, let channels, let filters, let stride):
            let x = input(
                "\(layer.name).x", [1, .integer(height), .integer(width), .integer(channels)],
                encoding: activationEncoding(scale: Self.scale))
            let weight = kernel(
                "\(layer.name).weight", [filters, filterHeight, filterWidth, channels], structure: layer.structure)
            // SCALE-Sim counts a window that is not whole at the end.
            let rest = [(height - filterHeight, stride[0]), (width - filterWidth, stride[1])].map { left, step in
                left > 0 ? (step - left % step) % step : 0
            }
            sums = node(
                layer.name, "conv2d", [x, weight],
                [("stride", .array(stride.map { .integer($0) })), ("padding", [0, 0, .integer(rest[0]), .integer(rest[1])])])
        }
        if formats.activations.codec == .float32 { return sums }
        let encoding = [("encoding", activationEncoding(scale: Self.scale))]
        return node("\(layer.name).y", isExact ? "requantise" : "quantise", [sums], encoding)
    }
}
