import Arch
import Cosim
import Diagnostics
import Foundation

/// What a run of a netlist leaves for whoever turns it into energy, and what such a run is made of.
public enum ActivityFile {
    /// Codes of a layer (`LayerOperands`), as JSON.
    public static func layer(path: String) throws -> LayerOperands {
        let bytes = try InputFile.bytes(path: path, limit: 1 << 28)
        let layer: LayerOperands
        do { layer = try JSONDecoder().decode(LayerOperands.self, from: Data(bytes)) } catch {
            throw Diagnostic(file: path, "holds no codes of a layer: \(error)")
        }
        if let complaint = layer.complaint { throw Diagnostic(file: path, complaint) }
        return layer
    }

    /// Cycles, events of the engine by name, changes of every net by name.
    public static func text(_ result: BlockResult) -> String {
        let events = result.events.sorted { $0.key.rawValue < $1.key.rawValue }
        let toggles = result.toggles.sorted { $0.key < $1.key }
        return JSONValue.object([
            "block": .string(result.block), "tried": .integer(result.count), "cycles": .integer(result.cycles),
            "equal": .bool(result.isEqual),
            "events": .object(JSONObject(events.map { ("\($0.key)", .integer($0.value)) })),
            "toggles": .object(JSONObject(toggles.map { ($0.key, .integer($0.value)) })),
        ]).text()
    }
}
