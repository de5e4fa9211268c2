import Arch
import Cosim
import Diagnostics
import Engines
import Report

/// The blocks of RTL that there are.
public enum CosimListing {
    /// - Parameter name: of a block, of a module with all its variants, of a folder of `rtl/`, or `all`.
    public static func blocks(named name: String) throws(Diagnostic) -> [RTLBlock] {
        let all = Catalog.blocks
        let found = all.filter { name == "all" || $0.name == name || $0.module == name || $0.folder == name }
        guard found.isEmpty else { return found }
        if let block = Catalog.block(named: name) { return [block] }
        throw Diagnostic(
            field: "--block",
            "there is no block '\(name)', expected all, \(folders(all).joined(separator: ", ")), or one of "
                + all.map(\.name).joined(separator: ", "))
    }

    /// The array of an engine that is written as in a machine file.
    public static func array(engine text: String) throws -> RTLBlock {
        let value = try JSONValue.parse(text)
        var problems = Diagnostics()
        let specification = EngineSpecification.read(value, at: FieldPlace(path: "--engine"), into: &problems)
        guard let specification, problems.isEmpty else { throw problems }
        return try Catalog.array(specification)
    }

    private static func folders(_ blocks: [RTLBlock]) -> [String] {
        blocks.reduce(into: []) { if !$0.contains($1.folder) { $0.append($1.folder) } }
    }

    public static var text: String {
        var table = TextTable([
            .init("block", alignment: .left), .init("input bits"), .init("latency"), .init("parameters", alignment: .left),
        ])
        for block in Catalog.blocks {
            let parameters = block.binding.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            switch block.check {
            case .vectors(let check):
                let bits = check.inputs.reduce(0) { $0 + $1.bits * $1.count }
                table.add([block.name, "\(bits)", "\(check.latency)", parameters.joined(separator: " ")])
            case .tiles: table.add([block.name, "array", "timing", parameters.joined(separator: " ")])
            }
        }
        return table.text
    }

    /// For scripts: name, folder, top module, parameters and kind of every block, the modules in it, and the digest of its long
    /// run (`LockstepRecord`).
    public static func json(_ listed: [RTLBlock]? = nil, _ sources: RTLSources) throws(Diagnostic) -> JSONValue {
        var blocks: [JSONValue] = []
        for block in listed ?? Catalog.blocks {
            let parameters = block.binding.parameters.sorted { $0.key < $1.key }
            let hierarchy = try ModuleHierarchy(of: block.binding.top, folder: block.folder, in: sources)
            let kind = if case .tiles = block.check { "array" } else { "block" }
            blocks.append([
                "name": .string(block.name), "folder": .string(block.folder), "top": .string(block.binding.top),
                "parameters": .object(JSONObject(parameters.map { ($0.key, .integer($0.value)) })),
                "kind": .string(kind), "modules": .array(hierarchy.modules.keys.sorted().map { .string($0) }),
                "digest": .string(try LockstepRecord.digest(of: block, effort: Effort(), in: sources)),
            ])
        }
        return .array(blocks)
    }
}
