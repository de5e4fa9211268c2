import Diagnostics
import Foundation
import Graph

/// One `.npy` file per graph output.
public enum OutputFiles {
    /// Refuses a folder that cannot be made or written to, before a long computation.
    public static func check(directory: String) throws(Diagnostics) {
        var url = URL(fileURLWithPath: directory).standardizedFileURL
        var isFolder: ObjCBool = false
        while !FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), url.path != "/" {
            url.deleteLastPathComponent()
        }
        guard !directory.isEmpty, isFolder.boolValue, FileManager.default.isWritableFile(atPath: url.path) else {
            throw Diagnostics(Diagnostic(
                file: directory.isEmpty ? "''" : directory,
                "this folder cannot be made or written to: '\(url.path)' is no writable folder"))
        }
    }

    /// Writes `NAME.npy` for every tensor into `directory`, which is made when it does not exist.
    public static func write(_ tensors: [String: Tensor], directory: String) throws(Diagnostics) {
        var names: [String: String] = [:]
        for name in tensors.keys.sorted() {
            let file = fileName(name)
            if let other = names.updateValue(name, forKey: file) {
                throw Diagnostics(
                    Diagnostic(file: directory, node: name, "'\(file)' would hold this output and '\(other)'"))
            }
        }
        do { try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true) } catch {
            throw Diagnostics(Diagnostic(file: directory, "this folder cannot be made"))
        }
        for (file, name) in names.sorted(by: { $0.key < $1.key }) {
            guard let tensor = tensors[name] else { continue }
            do { try Npy.write(tensor, path: directory + "/" + file) } catch { throw Diagnostics(error) }
        }
    }

    /// The tensor's name with everything but letters, digits, `.`, `_` and `-` replaced: it stays in its folder.
    static func fileName(_ tensor: String) -> String {
        let safe = tensor.unicodeScalars.map { scalar -> Character in
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            return isPlain || "._-".unicodeScalars.contains(scalar) ? Character(scalar) : "_"
        }
        let name = String(safe.prefix(200))
        return (name.first == "." ? "_" + name : name) + ".npy"
    }
}
