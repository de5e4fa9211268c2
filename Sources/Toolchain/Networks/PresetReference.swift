import Diagnostics
import Frontends
import Graph

/// `preset:NAME` or `preset:NAME/PART`, in the place of a graph file.
public struct PresetReference: Sendable {
    public static let prefix = "preset:"

    public let preset: ModelPreset
    /// One of the network's graphs; `nil` for the whole network.
    public let part: ModelPart?
    public let formats: NumberFormats

    public static func isMeant(by path: String) -> Bool { path.hasPrefix(prefix) }

    /// The whole of a network that has several.
    public var isSeveralGraphs: Bool { part == nil && preset.parts(formats).count > 1 }

    /// - Parameters:
    ///   - weights: as `NumberFormat` reads it; the preset's own when left out. `activations` likewise.
    public init(_ text: String, weights: String? = nil, activations: String? = nil) throws(Diagnostic) {
        let words = text.dropFirst(Self.prefix.count).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        preset = try ModelPreset.named(String(words.first ?? ""))
        let given = try weights.map { (text) throws(Diagnostic) in try NumberFormat(text, field: "--weights") }
        let entering = try activations.map { (text) throws(Diagnostic) in try NumberFormat(text, field: "--activations") }
        formats = try NumberFormats(weights: given, activations: entering, default: preset.formats)
        guard words.count == 2 else {
            part = nil
            return
        }
        let parts = preset.parts(formats)
        guard let found = parts.first(where: { $0.name == words[1] }) else {
            throw Diagnostic(
                file: text, "there is no part '\(words[1])' of it, only \(parts.map(\.name).joined(separator: ", "))")
        }
        part = found
    }

    /// The graph of a part; of a network that is one graph when `part` is left out.
    public func model(bindings: [String: Int], bucket: LengthBucket?) throws(Diagnostics) -> Model {
        let parts = preset.parts(formats)
        guard let part = part ?? (parts.count == 1 ? parts[0] : nil) else {
            throw Diagnostics(
                Diagnostic(
                    file: Self.prefix + preset.name,
                    "the network is made of several graphs: name one of them (\(parts.map { "\(Self.prefix)\(preset.name)/\($0.name)" }.joined(separator: ", "))), or run it whole"))
        }
        return try Self.model(part, of: preset, bindings: bindings, bucket: bucket)
    }

    static func model(
        _ part: ModelPart, of preset: ModelPreset, bindings: [String: Int], bucket: LengthBucket? = nil
    ) throws(Diagnostics) -> Model {
        let path = "\(prefix)\(preset.name)/\(part.name)"
        do throws(Diagnostics) {
            guard let bucket else {
                return Model(graph: try GraphReader.read(part.document, bindings: bindings).graph, bundle: nil, path: path)
            }
            let open = try GraphReader.read(part.document, bindings: bindings, bucket: bucket).graph
            return Model(graph: open, bundle: nil, path: path) { length throws(Diagnostics) in
                try GraphReader.read(part.document, bindings: bindings.merging([bucket.symbol: length]) { $1 }).graph
            }
        } catch { throw error.inFile(path) }
    }
}
