import Arch
import Crypto
import Diagnostics
import Foundation

/// What the long regression found for each block, kept in the repository. An entry is of the RTL and the effort whose digest
/// it holds, and of no other.
public struct LockstepRecord: Codable, Hashable, Sendable {
    public struct Entry: Codable, Hashable, Sendable {
        public var digest: String
        /// Vectors or instructions.
        public var tried: Int
        public var isExhaustive: Bool
        /// Clock cycles, stalled ones included.
        public var cycles: Int
        /// Points of the RTL by module and kind (`Coverage.byModule`).
        public var coverage: [String: [String: String]]
    }

    /// By name of the block.
    public var blocks: [String: Entry] = [:]

    public init() {}

    /// - Parameter path: of a JSON file; one that does not exist is empty.
    public init(path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let bytes = try InputFile.bytes(path: path, limit: 1 << 26)
        do { self = try JSONDecoder().decode(Self.self, from: Data(bytes)) } catch {
            throw Diagnostic(file: path, "is no record of cosim: \(error)")
        }
    }

    public var text: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
        }
    }

    /// Of everything in `rtl/` that a block is made of, its parameters, and how much is tried.
    public static func digest(of block: RTLBlock, effort: Effort, in sources: RTLSources) throws(Diagnostic) -> String {
        var digest = try ModuleHierarchy(of: block.binding.top, folder: block.folder, in: sources).digest()
        let words = ModelBuild.parameterOptions(block.binding)
            + ["\(effort.vectors) \(effort.exhaustiveBits) \(effort.tiles) \(effort.seed)"]
        digest.update(data: Data(words.joined(separator: "\n").utf8))
        return digest.text
    }

    /// Whether the record holds what a run would find again.
    public func holds(_ block: RTLBlock, effort: Effort, in sources: RTLSources) throws(Diagnostic) -> Bool {
        try blocks[block.name]?.digest == Self.digest(of: block, effort: effort, in: sources)
    }

    /// A block that is not equal leaves the record.
    public mutating func add(_ result: BlockResult, of block: RTLBlock, effort: Effort, in sources: RTLSources) throws(Diagnostic) {
        guard result.isEqual else {
            blocks[block.name] = nil
            return
        }
        blocks[block.name] = Entry(
            digest: try Self.digest(of: block, effort: effort, in: sources), tried: result.count,
            isExhaustive: result.isExhaustive, cycles: result.cycles, coverage: result.coverage?.byModule ?? [:])
    }
}
