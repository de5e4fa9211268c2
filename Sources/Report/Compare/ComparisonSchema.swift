import Diagnostics
import Sim

/// JSON Schema of `MachineComparison.json`: `schemas/compare-1.schema.json`.
public enum ComparisonSchema: SchemaSource {
    public static var text: String {
        document(
            "accelsim compare, version 1", "What accelsim compare --json writes.", object(comparison),
            definitions: ReportSchema.byteDefinitions)
    }

    private static var comparison: [(String, JSONValue)] {
        let cycles: JSONValue = ["type": ["integer", "null"], "minimum": 0]
        let layer: [(String, JSONValue)] = [
            ("nodes", list(name)),
            ("cycles", described(
                list(cycles), "one per entry of machines, in order; null where it has none of these nodes")),
        ]
        return [
            ("schema", ["const": .string(MachineComparison.schema)]), ("graph", name),
            ("machines", described(
                list(.object(object(machine, optional: ["engines", "datapath_um2", "datapath_uw", "area_um2", "energy_pj", "check", "accuracy"]))),
                "machines that ran the graph, in the order asked for")),
            ("refused", described(
                list(.object(object(refusal))), "machines that cannot run it, and why")),
            ("layers", described(
                list(.object(object(layer))),
                "nodes that some machine compiles together, in order of the graph; a machine's cycles sum to its total")),
        ]
    }

    private static var machine: [(String, JSONValue)] {
        let stall: [(String, JSONValue)] = [
            ("unit", name), ("cause", ["enum": .array(StallCause.allCases.map { .string($0.key) })]),
            ("cycles", count),
        ]
        var stallOrNone = object(stall)
        stallOrNone["type"] = ["object", "null"]
        stallOrNone["description"] = "the greatest stall of the busiest engine (or else of the busiest unit) but for drained"
        return [
            ("arch", name), ("cycles", count), ("clock_ps", count),
            ("seconds", ["type": "number", "minimum": 0]),
            ("ratio", described(
                ["type": "number", "minimum": 0], "seconds over those of the first machine of the list")),
            ("macs", count), ("utilization", reference("share")),
            ("bytes", reference("bytes")), ("stall", .object(stallOrNone)),
            ("outputs", list(.object(object(ReportSchema.output)))),
            ("engines", list(name)),
            ("datapath_um2", described(count, "engines and table builders")),
            ("datapath_uw", described(ReportSchema.energy, "microwatts of the datapath when all of it works at its peak, whatever the graph")),
            ("area_um2", ReportSchema.area), ("energy_pj", ReportSchema.energy),
            ("check", .object(object(ReportSchema.check, optional: ["difference"]))),
            ("accuracy", .object(object(ReportSchema.accuracy, optional: ["reference_correct"]))),
        ]
    }

    private static var refusal: [(String, JSONValue)] {
        let reason = object(
            [("node", name), ("field", name), ("message", name)],
            optional: ["node", "field"])
        return [("arch", name), ("reasons", list(.object(reason)))]
    }
}
