import Arch
import Cosim
import Crypto
import Diagnostics
import Engines
import Foundation

/// All modules of `rtl/` with what the records say of them, as far as it is of their present text.
struct VerificationFacts {
    private struct Proof: Codable {
        var folder: String
        var module: String
    }

    struct Netlist: Codable {
        /// As of the block in the lockstep record.
        var digest: String
        var vectors: Int
    }

    let modules: [VerifiedModule]
    let mutants: MutantRecord
    let proofs: Int

    init(_ sources: RTLSources) throws {
        let folder = sources.folder.appendingPathComponent("record")
        let record = try LockstepRecord(path: folder.appendingPathComponent("lockstep.json").path)
        let netlists = try RecordFile.read([String: Netlist].self, folder.appendingPathComponent("netlists.json")) ?? [:]
        let mutants = try MutantRecord(folder: folder)
        let proofs =
            try RecordFile.read([Proof].self, sources.folder.appendingPathComponent("formal/proofs.json")) ?? []

        var hierarchies: [(block: RTLBlock, hierarchy: ModuleHierarchy, digest: String)] = []
        for block in Catalog.blocks {
            let hierarchy = try ModuleHierarchy(of: block.binding.top, folder: block.folder, in: sources)
            hierarchies.append((block, hierarchy, try LockstepRecord.digest(of: block, effort: Effort(), in: sources)))
        }
        modules = try sources.modules().map { folder, file in
            let name = file.deletingPathExtension().lastPathComponent
            let within = hierarchies.filter { $0.hierarchy.modules[name] == file }
            let own = within.filter { $0.block.binding.top == name }
            let fresh = within.compactMap { place in
                record.blocks[place.block.name].flatMap { $0.digest == place.digest ? $0 : nil }
            }
            let isJudged = mutants.modules["\(folder)/\(name)"]?.digest == (try Self.digest(of: file))
            return VerifiedModule(
                folder: folder, name: name, own: own.map(\.block),
                holders: within.sorted { $0.hierarchy.modules.count < $1.hierarchy.modules.count }.map(\.block),
                entries: own.map { place in
                    record.blocks[place.block.name].flatMap { $0.digest == place.digest ? $0 : nil }
                },
                points: Self.points(of: name, in: fresh),
                proofs: proofs.filter { $0.folder == folder && $0.module == name }.count,
                netlists: own.filter { netlists[$0.block.name]?.digest == $0.digest }.count,
                mutants: isJudged ? mutants.tally("\(folder)/\(name)") : nil)
        }
        self.mutants = mutants
        self.proofs = proofs.count
    }

    private static func digest(of file: URL) throws -> String {
        SHA256.hash(data: Data(try InputFile.bytes(path: file.path, limit: 1 << 20)))
            .prefix(10).map { String(format: "%02x", $0) }.joined()
    }

    /// Points of a module over all runs that hold it.
    private static func points(of module: String, in entries: [LockstepRecord.Entry]) -> [Coverage.Kind: [String: Bool]] {
        var found: [Coverage.Kind: [String: Bool]] = [:]
        for entry in entries {
            for (name, text) in entry.coverage[module] ?? [:] {
                guard let kind = Coverage.Kind(rawValue: name) else { continue }
                for point in text.split(separator: " ") {
                    found[kind, default: [:]][String(point.dropLast()), default: false] =
                        (found[kind]?[String(point.dropLast())] ?? false) || point.hasSuffix("+")
                }
            }
        }
        return found
    }
}
