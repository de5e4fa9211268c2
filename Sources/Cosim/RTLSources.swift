import Crypto
import Diagnostics
import Foundation

/// The `rtl/` folder of a checkout.
public struct RTLSources: Sendable {
    public let folder: URL

    /// - Parameter path: of `rtl/`; when left out it is looked for in the working directory, then in the folders above the
    ///   program itself.
    public init(path: String?) throws(Diagnostic) {
        let candidates = path.map { [URL(fileURLWithPath: $0)] } ?? Self.usualPlaces
        guard let found = candidates.first(where: Self.isSources) else {
            throw Diagnostic(
                file: path ?? "rtl",
                "there is no RTL (common/registers.svh) here; --rtl names the rtl folder of a checkout of accelsim")
        }
        folder = found.standardizedFileURL
    }

    private static var usualPlaces: [URL] {
        var places = [URL(fileURLWithPath: "rtl")]
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            places.append(folder.appendingPathComponent("rtl"))
        }
        return places
    }

    private static func isSources(_ folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: folder.appendingPathComponent("common/registers.svh").path)
    }

    /// Where models are built when nobody says otherwise.
    public var defaultCache: URL { folder.deletingLastPathComponent().appendingPathComponent(".build/rtl") }

    /// Folders that modules of `name` are looked up in.
    func searchPath(of name: String) -> [URL] {
        name == "common" ? [folder.appendingPathComponent("common")]
            : [folder.appendingPathComponent(name), folder.appendingPathComponent("common")]
    }

    /// Packages that modules of `name` may import.
    func packages(of name: String) -> [String] {
        searchPath(of: name).flatMap { folder -> [String] in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return names.sorted().filter { $0.hasSuffix("_pkg.sv") }.map { folder.appendingPathComponent($0).path }
        }
    }

    /// Of every file that a module of `name` could be made of.
    func digest(of name: String) throws(Diagnostic) -> SHA256 {
        var digest = SHA256()
        for folder in searchPath(of: name) {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            for name in names.sorted() where name.hasSuffix(".sv") || name.hasSuffix(".svh") {
                let path = folder.appendingPathComponent(name).path
                digest.update(data: Data(name.utf8))
                digest.update(data: try InputFile.bytes(path: path, limit: 1 << 20))
            }
        }
        return digest
    }
}
