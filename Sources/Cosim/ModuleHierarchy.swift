import Crypto
import Diagnostics
import Foundation

/// The files that a block is made of: its top module, the modules in it, the packages and macros that they may use, and the
/// properties of `rtl/checks` that are bound to them.
public struct ModuleHierarchy: Sendable {
    /// Modules by name, ascending.
    public let modules: [String: URL]
    /// Packages, in the order in which they are read.
    let packages: [URL]
    private let macros: [URL]
    /// Files that bind assertions and covers to some of the modules.
    public let checks: [URL]

    public init(of top: String, folder: String, in sources: RTLSources) throws(Diagnostic) {
        var found: [String: URL] = [:]
        var waiting = [top]
        while let module = waiting.popLast() {
            guard found[module] == nil, let file = sources.file(of: module, folder: folder) else { continue }
            found[module] = file
            waiting += Self.instances(in: String(decoding: try InputFile.bytes(path: file.path, limit: 1 << 20), as: UTF8.self))
        }
        modules = found
        let places = sources.searchPath(of: folder)
        packages = places.flatMap { RTLSources.files(in: $0) { $0.hasSuffix("_pkg.sv") } }
        macros = places.flatMap { RTLSources.files(in: $0) { $0.hasSuffix(".svh") } }
        checks = found.keys.sorted().map { sources.folder.appendingPathComponent("checks/\($0)_checks.sv") }
            .filter { FileManager.default.fileExists(atPath: $0.path) }
    }

    /// Names in front of instances: `name #(` or `name u_...`.
    private static func instances(in text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ", maxSplits: 2)
            guard words.count >= 2, words[1].hasPrefix("#(") || words[1].hasPrefix("u_"),
                words[0].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
            else { return nil }
            return String(words[0])
        }
    }

    /// Of the content of all files.
    public func digest() throws(Diagnostic) -> SHA256 {
        var digest = SHA256()
        for file in modules.sorted(by: { $0.key < $1.key }).map(\.value) + packages + macros + checks {
            digest.update(data: Data((file.lastPathComponent + "\n").utf8))
            digest.update(data: try InputFile.bytes(path: file.path, limit: 1 << 20))
        }
        return digest
    }
}

extension SHA256 {
    /// Of what went in so far.
    var text: String { finalize().prefix(10).map { String(format: "%02x", $0) }.joined() }
}
