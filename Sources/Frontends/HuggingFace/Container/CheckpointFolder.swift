import Diagnostics
import Foundation

/// A model as the Hugging Face libraries lay it out: a folder with `config.json` and weights in one safetensors file or in several
/// that an index names.
struct CheckpointFolder: Sendable {
    let path: String

    static let config = "config.json"
    private static let single = "model.safetensors"
    private static let index = "model.safetensors.index.json"
    /// More than any model is cut into.
    private static let maximumShards = 4096

    /// - Parameter path: the folder, or a file in it.
    init(path: String) {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        guard exists, !isFolder.boolValue else {
            self.path = path
            return
        }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().relativePath
        self.path = folder.isEmpty ? "." : folder
    }

    /// Whether a path is a folder, or a file of such a layout.
    static func isOne(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue { return true }
        return path.hasSuffix(".safetensors") || path.hasSuffix(".json")
    }

    func file(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }

    func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: file(name)) }

    /// Paths of the files of weights, and of an index which tensor is in which of them.
    ///
    /// - Parameter named: the file of weights that the user named, if that was one.
    func weights(named: String?) throws(Diagnostics) -> (files: [String], placement: [String: String]) {
        if let named { return ([named], [:]) }
        if !has(Self.index) {
            if has(Self.single) { return ([file(Self.single)], [:]) }
            // AutoGPTQ and others name the file after what it holds.
            let other = names.filter { $0.hasSuffix(".safetensors") }
            if other.count == 1 { return ([file(other[0])], [:]) }
            throw Diagnostics(
                Diagnostic(file: path, "has neither \(Self.single) nor \(Self.index)\(otherWeights)"))
        }
        let place = file(Self.index)
        do throws(Diagnostics) { return try shards(place) } catch { throw error.inFile(place) }
    }

    private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }

    private var otherWeights: String {
        let endings = [".bin", ".pt", ".pth", ".h5", ".msgpack"]
        let other = names.filter { name in endings.contains { name.hasSuffix($0) } }
        guard let first = other.filter({ $0.contains("model") }).min() else { return "" }
        return "; '\(first)' is another format, which has to be converted first"
    }

    private func shards(_ place: String) throws(Diagnostics) -> (files: [String], placement: [String: String]) {
        let value: JSONValue
        do throws(Diagnostic) { value = try InputFile.json(path: place) } catch { throw Diagnostics(error) }
        guard case .object(let object) = value, case .object(let map)? = object["weight_map"], !map.isEmpty else {
            throw Diagnostics(Diagnostic(field: "weight_map", "an object of tensors and their files is expected"))
        }
        var problems = Diagnostics()
        var placement: [String: String] = [:]
        var names: [String] = []
        var known: Set<String> = []
        for (tensor, name) in map.entries {
            guard case .string(let name) = name, !name.isEmpty, !name.contains("/"), name != "..", name.hasSuffix(".safetensors") else {
                problems.report(Diagnostic(node: tensor, field: "weight_map", "the name of a safetensors file in the same folder is expected"))
                continue
            }
            placement[tensor] = file(name)
            if known.insert(name).inserted { names.append(name) }
        }
        for name in names.sorted() where !has(name) {
            problems.report(Diagnostic(field: "weight_map", "the folder has no file '\(name)'"))
        }
        if names.count > Self.maximumShards {
            problems.report(Diagnostic(field: "weight_map", "names \(names.count) files, at most \(Self.maximumShards) are read"))
        }
        guard problems.isEmpty else { throw problems }
        return (names.sorted().map(file), placement)
    }
}
