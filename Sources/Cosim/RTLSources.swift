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

    /// The file of a module; `nil` when there is none.
    func file(of module: String, folder: String) -> URL? {
        searchPath(of: folder).map { $0.appendingPathComponent("\(module).sv") }
            .first { FileManager.default.fileExists(atPath: $0.path) }
    }

    /// Folder and file of every module that is synthesised, in order.
    public func modules() throws -> [(folder: String, file: URL)] {
        let others: Set<String> = ["checks", "cosim", "formal", "record"]
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { !others.contains($0) && !$0.contains(".") }
            .flatMap { name in
                Self.files(in: folder.appendingPathComponent(name)) { $0.hasSuffix(".sv") && !$0.hasSuffix("_pkg.sv") }
                    .map { (name, $0) }
            }
    }

    static func files(in folder: URL, where isWanted: (String) -> Bool) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().filter(isWanted).map { folder.appendingPathComponent($0) }
    }
}
