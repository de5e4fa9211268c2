import Arch
import Diagnostics
import Engines
import Report

/// The blocks of RTL that there are.
public enum CosimListing {
    /// - Parameter name: of a block, of a folder of `rtl/`, or `all`.
    public static func blocks(named name: String) throws(Diagnostic) -> [RTLBlock] {
        let all = Catalog.blocks
        let found = all.filter { name == "all" || $0.name == name || $0.folder == name }
        guard found.isEmpty else { return found }
        throw Diagnostic(
            field: "--block",
            "there is no block '\(name)', expected all, \(folders(all).joined(separator: ", ")), or one of "
                + all.map(\.name).joined(separator: ", "))
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

    /// For scripts: name, folder, top module, parameters and kind of every block.
    public static var json: JSONValue {
        .array(
            Catalog.blocks.map { block in
                let parameters = block.binding.parameters.sorted { $0.key < $1.key }
                let kind = if case .tiles = block.check { "array" } else { "block" }
                return [
                    "name": .string(block.name), "folder": .string(block.folder), "top": .string(block.binding.top),
                    "parameters": .object(JSONObject(parameters.map { ($0.key, .integer($0.value)) })),
                    "kind": .string(kind),
                ]
            })
    }
}
