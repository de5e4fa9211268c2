import Arch
import Cost
import Diagnostics
import Sim

/// JSON Schema of `RunReport.json`: `schemas/report-1.schema.json`.
public enum ReportSchema: SchemaSource {
    public static var text: String {
        var definitions = byteDefinitions
        definitions["units"] = .object(units)
        definitions["layer"] = .object(object(layer, optional: ["shared_bytes", "energy_pj"]))
        return document(
            "accelsim report, version 1",
            "What accelsim run --json writes.",
            object(report, optional: ["shared_bytes", "area_um2", "fpga", "energy_pj", "assumed", "conversions", "check", "accuracy"]),
            definitions: definitions)
    }

    /// What `bytes` and `share` refer to, for schemas that hold the same things.
    static var byteDefinitions: JSONObject {
        ["bytes": .object(object(bytes)), "kinds": .object(object(kinds)), "share": share]
    }

    private static let share: JSONValue = [
        "description": "MACs / (cycles x peak of the engine at the width of its weights); null without engine products",
        "type": ["number", "null"],
    ]

    private static var report: [(String, JSONValue)] {
        [
            ("schema", ["const": .string(RunReport.schema)]),
            ("graph", name), ("arch", name), ("cycles", count),
            ("clock_ps", described(count, "picoseconds per cycle")),
            ("seconds", ["type": "number", "minimum": 0]),
            ("cores", described(count, "in lockstep")),
            ("macs", count), ("utilization", reference("share")), ("bytes", described(reference("bytes"), "of DRAM")),
            ("shared_bytes", described(reference("bytes"), "of the shared buffer, when the machine has one")),
            ("program", .object(object(program, optional: ["padded"]))),
            ("units", reference("units")),
            (
                "parts",
                list(described(.object(object(part)), "busy cycles of a unit by name; they sum to its busy cycles"))
            ),
            (
                "layers",
                list(described(reference("layer"), "(start), fused segments, (end); their cycles sum to the total"))
            ),
            ("outputs", list(.object(object(output)))),
            ("area_um2", area), ("fpga", fpga), ("energy_pj", energy),
            ("assumed", list(described(name, "what cycles follow from and a graph without weights does not tell"))),
            (
                "conversions",
                described(
                    list(.object(object(conversion, optional: [
                        "factor", "scale", "threshold", "centroids", "outliers", "mean_squared_error", "snr_db",
                    ]))), "tensors encoded anew for an engine; losses where values were computed: of weights, with --check of activations")
            ),
            ("check", .object(object(check, optional: ["difference"]))),
            ("accuracy", .object(object(accuracy, optional: ["reference_correct"]))),
        ]
    }

    static var area: JSONValue {
        .object(object(costs + [
            ("not_counted", list(name)), ("missed_clocks", list(described(name, "an array that does not close at the machine's clock"))),
        ]))
    }
    static var energy: JSONValue { .object(object(costs)) }

    /// Of machines whose engines are made for FPGAs.
    private static var fpga: JSONValue {
        let resources = JSONValue.object(object(FPGAMachineCost.resources.map { ($0, count) }))
        let origins = JSONValue.array(Origin.Kind.allCases.map { .string($0.rawValue) })
        let part: [(String, JSONValue)] = [
            ("name", name), ("resources", resources), ("origin", ["enum": origins]), ("source", name),
        ]
        return .object(object([
            ("device", name), ("total", resources), ("parts", list(.object(object(part)))), ("not_counted", list(name)),
        ]))
    }

    /// Parts of an area or an energy, whole numbers that sum to the total.
    private static var costs: [(String, JSONValue)] {
        let origins = JSONValue.array(Origin.Kind.allCases.map { .string($0.rawValue) })
        let part: [(String, JSONValue)] = [
            ("name", name), ("value", count), ("origin", ["enum": origins]), ("source", name),
        ]
        return [("library", name), ("total", count), ("parts", list(.object(object(part))))]
    }

    private static var conversion: [(String, JSONValue)] {
        let number: JSONValue = ["type": "number"]
        let outliers = JSONValue.object(object([("count", count), ("of", described(count, "pairs of the tensor, or its elements"))]))
        return [
            ("tensor", name), ("from", name), ("to", name), ("elements", count),
            ("factor", described(number, "of whole numbers before they are rounded")),
            ("scale", described(number, "of the new codes, where one number scales them all")),
            ("threshold", described(list(number), "least and greatest number that is no outlier, in units of the scale")),
            ("centroids", count), ("outliers", outliers), ("mean_squared_error", number),
            ("snr_db", described(["type": ["number", "null"]], "null when nothing differs")),
        ]
    }

    private static var program: [(String, JSONValue)] {
        let integer: JSONValue = ["type": "integer"]
        let parameter: [(String, JSONValue)] = [
            ("name", name), ("register", count), ("value", integer), ("min", integer), ("max", integer),
        ]
        let padded = JSONValue.object(object([("name", name), ("length", integer)]))
        return [
            ("instructions", count), ("bytes", described(count, "instructions x their width")),
            ("parameters", list(described(.object(object(parameter)), "a register that the host sets, as it was set"))),
            ("padded", described(padded, "the dimension that a bucket leaves open: work and MACs are for this length")),
        ]
    }

    private static var part: [(String, JSONValue)] {
        [
            ("unit", name), ("term", ["enum": .array(BusyTerm.allCases.map { .string($0.key) })]), ("name", name),
            ("cycles", count),
        ]
    }

    private static var layer: [(String, JSONValue)] {
        [
            ("nodes", list(name)), ("operations", list(name)), ("note", described(name, "tile and arrangement")),
            ("cycles", described(count, "advance of the retire frontier")), ("macs", count),
            ("utilization", reference("share")), ("bytes", reference("bytes")), ("shared_bytes", reference("bytes")),
            ("units", reference("units")), ("energy_pj", count),
        ]
    }

    private static var bytes: [(String, JSONValue)] {
        [
            ("read", reference("kinds")), ("written", reference("kinds")),
            ("bursts_read", described(count, "bytes that the channel moves for the reads, whole bursts")),
            ("bursts_written", count),
        ]
    }

    private static var kinds: [(String, JSONValue)] { (Traffic.allCases.map(\.name) + ["total"]).map { ($0, count) } }

    private static var units: JSONObject {
        let busy = object(BusyTerm.allCases.map { ($0.key, count) })
        let stalls = object(StallCause.allCases.map { ($0.key, count) })
        let unit = JSONValue.object(object([("busy", .object(busy)), ("stalls", .object(stalls))]))
        return object(
            Unit.allCases.map { ($0.name, described(unit, "busy and stalls sum to the cycles")) },
            optional: [Unit.engine1.name])
    }

    static var output: [(String, JSONValue)] {
        [
            ("name", name), ("shape", list(count)), ("codec", name),
            (
                "sha256",
                described(["type": "string", "pattern": "^[0-9a-f]{64}$"], "of the elements, row-major, little-endian")
            ),
        ]
    }

    static var check: [(String, JSONValue)] {
        let difference: [(String, JSONValue)] = [
            ("node", name), ("tensor", name), ("index", list(count)), ("expected", name), ("got", name),
            ("count", count),
        ]
        let fidelity: [(String, JSONValue)] = [("output", name), ("snr_db", ["type": ["number", "null"]])]
        return [
            ("equal", ["type": "boolean"]), ("outputs", count), ("edges", count), ("states", count), ("on_core", count),
            ("fidelity", list(.object(object(fidelity)))), ("difference", .object(object(difference))),
        ]
    }

    static var accuracy: [(String, JSONValue)] {
        [("examples", count), ("correct", count), ("batch", count), ("reference_correct", count)]
    }
}
