import Foundation
import Frontends

/// Files beside the tests, and folders for what they write.
enum Fixtures {
    static func url(_ name: String) -> URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/\(name)")
    }

    static func inFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder.path)
    }

    @discardableResult
    static func importModel(
        _ name: String, to graph: String, _ weights: ImportedWeights, _ activations: NumberFormat, overrides: [String] = []
    ) throws -> ImportSummary {
        let model = try GGUFImport(
            path: url("models/\(name).gguf").path, weights: weights, activations: activations,
            overrides: overrides.map { try FormatOverride($0, field: "--override") })
        return try model.write(try ImportedFiles(graph: graph))
    }
}
