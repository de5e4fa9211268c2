import Diagnostics
import Foundation
import Graph

/// The configuration of a model and its tensors, which stay in mapped files.
struct Checkpoint: Sendable {
    struct Tensor: Sendable {
        /// Path of its file, for messages.
        let file: String
        let name: String
        let type: SafetensorsType
        /// Outermost axis first.
        let shape: [Int]
        /// In order of the shape; not copied out of the file.
        let data: Data

        var elements: Int { shape.reduce(1, *) }
    }

    let folder: CheckpointFolder
    let config: JSONObject
    let tensors: [String: Tensor]
    /// In the order of the files.
    let names: [String]

    var configPath: String { folder.file(CheckpointFolder.config) }

    /// - Parameter path: a folder, its `config.json`, its index, or a file of weights.
    init(path: String) throws(Diagnostics) {
        folder = CheckpointFolder(path: path)
        let place = folder.file(CheckpointFolder.config)
        let value: JSONValue
        do throws(Diagnostic) { value = try InputFile.json(path: place) } catch { throw Diagnostics(error) }
        guard case .object(let object) = value else {
            throw Diagnostics(Diagnostic(file: place, "is \(value.kind), an object expected"))
        }
        config = object
        let named = path.hasSuffix(".safetensors") ? path : nil
        let (files, placement) = try folder.weights(named: named)
        (tensors, names) = try Self.tensors(files, placement)
    }

    private static func tensors(
        _ files: [String], _ placement: [String: String]
    ) throws(Diagnostics) -> ([String: Tensor], [String]) {
        var problems = Diagnostics()
        var tensors: [String: Tensor] = [:]
        var names: [String] = []
        for path in files {
            let file: SafetensorsFile
            do throws(Diagnostics) { file = try SafetensorsFile(path: path) } catch {
                problems.report(contentsOf: error)
                continue
            }
            for name in file.names {
                guard let entry = file.entries[name] else { continue }
                let tensor = Tensor(file: path, name: name, type: entry.type, shape: entry.shape, data: file.bytes(of: entry))
                if tensors.updateValue(tensor, forKey: name) != nil {
                    problems.report(Diagnostic(file: path, node: name, "is in another file of the model too"))
                }
                if !placement.isEmpty, placement[name] != path {
                    problems.report(Diagnostic(file: path, node: name, "the index does not say that it is in this file"))
                }
                names.append(name)
            }
        }
        for (name, path) in placement.sorted(by: { $0.key < $1.key }) where tensors[name] == nil && problems.isEmpty {
            problems.report(Diagnostic(file: path, node: name, "is not in this file, where the index says it is"))
        }
        guard problems.isEmpty else { throw problems }
        return (tensors, names)
    }
}
