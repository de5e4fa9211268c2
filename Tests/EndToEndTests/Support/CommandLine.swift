import Foundation
import Testing

/// Runs the built `accelsim`.
struct Accelsim {
    var status: Int32
    var output: String
    var errors: String

    /// The program lies beside the test bundle.
    static let executable: String? = {
        let bundle = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        let candidates = [bundle.path + "/accelsim", Repository.path(".build/release/accelsim")]
        return candidates.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    /// - Parameter environment: variables beside those of this process.
    static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Accelsim {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try #require(executable))
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: Repository.root)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // Files, not pipes: a full pipe would stop the program.
        let folder = TemporaryFolder()
        let output = try folder.handle("stdout")
        let errors = try folder.handle("stderr")
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        process.waitUntilExit()
        return Accelsim(
            status: process.terminationStatus, output: try folder.text("stdout"), errors: try folder.text("stderr"))
    }
}

/// A folder that is gone with the last reference to it.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("accelsim-" + UUID().uuidString).path
        try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func path(_ name: String) -> String { path + "/" + name }

    func handle(_ name: String) throws -> FileHandle {
        _ = try write(name, "")
        return try FileHandle(forWritingTo: URL(fileURLWithPath: path(name)))
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path(name), encoding: .utf8) }

    func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }

    func write(_ name: String, _ data: Data) throws -> String {
        try data.write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    var files: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}
