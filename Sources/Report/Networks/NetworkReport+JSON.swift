import Diagnostics

/// `schemas/network-1.schema.json`.
extension NetworkReport {
    public static let schema = "accelsim-network-1"

    public var json: JSONValue {
        var phases: [JSONValue] = []
        for phase in Phase.allCases where rows.contains(where: { $0.phase == phase }) {
            phases.append([
                "phase": .string(phase.rawValue), "cycles": .integer(cycles(phase)), "seconds": .number(seconds(phase)),
                "joules": .number(joules(phase)),
            ])
        }
        return [
            "schema": .string(Self.schema), "network": .string(network), "arch": .string(arch),
            "weights": .text(weights), "activations": .text(activations), "prefill": .integer(prefill),
            "decode": .integer(decode), "bucket": .integer(bucket), "clock_period_ps": .integer(clockPeriod),
            "phases": .array(phases), "tokens_per_second": tokensPerSecond.map { .number($0) } ?? .null,
            "parts": .array(rows.map(\.json)), "tokens": .array(tokens.map { .integer($0) }),
            "completion": .text(completion), "area_um2": cost.areaJSON,
        ]
    }
}

extension JSONValue {
    fileprivate static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}

extension NetworkReport.Row {
    fileprivate var json: JSONValue {
        [
            "phase": .string(phase.rawValue), "part": .string(part), "programs": .integer(programs),
            "runs": .integer(runs), "cycles": .integer(cycles), "engine_busy_cycles": .integer(engineBusy),
            "dram_read_bytes": .integer(readBytes), "dram_written_bytes": .integer(writtenBytes),
            "energy_pj": .integer(picojoules),
        ]
    }
}

/// JSON Schema of `NetworkReport.json`: `schemas/network-1.schema.json`.
public enum NetworkSchema: SchemaSource {
    public static var text: String {
        document("accelsim network, version 1", "What accelsim run writes for a whole preset, and of a generation.", object(report))
    }

    private static let format: JSONValue = ["type": ["string", "null"]]
    private static let phase: JSONValue = ["enum": ["prefill", "decode"]]

    private static var report: [(String, JSONValue)] {
        let number: JSONValue = ["type": "number", "minimum": 0]
        let phases = object([("phase", phase), ("cycles", count), ("seconds", number), ("joules", number)])
        return [
            ("schema", ["const": .string(NetworkReport.schema)]), ("network", name), ("arch", name), ("weights", format),
            ("activations", format), ("prefill", described(count, "tokens that enter at once")),
            ("decode", described(count, "tokens made after that, one by one")),
            ("bucket", described(count, "cached lengths that share a program")), ("clock_period_ps", count),
            ("phases", list(.object(phases))),
            ("tokens_per_second", described(["type": ["number", "null"], "minimum": 0], "of decoding")),
            ("parts", list(.object(object(part)))),
            ("tokens", described(list(count), "that were made, when values were computed")),
            ("completion", described(format, "their text")), ("area_um2", ReportSchema.area),
        ]
    }

    private static var part: [(String, JSONValue)] {
        [("phase", phase), ("part", name)]
            + ["programs", "runs", "cycles", "engine_busy_cycles", "dram_read_bytes", "dram_written_bytes", "energy_pj"].map { ($0, count) }
    }
}
