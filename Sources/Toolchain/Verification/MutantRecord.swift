import Diagnostics
import Foundation

/// What `tools/rtl/mutate.py` found for each module, and which mutants change nothing that can be seen.
struct MutantRecord {
    struct Mutant: Codable {
        var line: Int
        var old: String
        var new: String
        var outcome: String
    }

    struct Module: Codable {
        /// Of the module's text.
        var digest: String
        var mutants: [Mutant]
    }

    struct Equivalent: Codable {
        var module: String
        var old: String
        var new: String
        var reason: String
    }

    /// By `folder/module`.
    let modules: [String: Module]
    let equivalents: [Equivalent]

    init(folder: URL) throws {
        modules = try RecordFile.read([String: Module].self, folder.appendingPathComponent("mutants.json")) ?? [:]
        equivalents = try RecordFile.read([Equivalent].self, folder.appendingPathComponent("equivalent.json")) ?? []
    }

    func reason(_ mutant: Mutant, of module: String) -> String? {
        equivalents.first { $0.module == module && $0.old == mutant.old && $0.new == mutant.new }?.reason
    }

    /// Caught mutants, and all that change something.
    func tally(_ module: String) -> (caught: Int, tried: Int) {
        let mutants = modules[module]?.mutants ?? []
        let caught = mutants.filter { $0.outcome == "caught" }.count
        return (caught, mutants.filter { $0.outcome == "caught" || reason($0, of: module) == nil }.count)
    }

    func survivors(_ module: String) -> [Mutant] {
        (modules[module]?.mutants ?? []).filter { $0.outcome == "survived" }
    }
}

enum RecordFile {
    /// `nil` when there is no such file.
    static func read<Content: Decodable>(_ type: Content.Type, _ file: URL) throws -> Content? {
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let bytes = try InputFile.bytes(path: file.path, limit: 1 << 26)
        do { return try JSONDecoder().decode(type, from: Data(bytes)) } catch {
            throw Diagnostic(file: file.path, "cannot be read: \(error)")
        }
    }
}
