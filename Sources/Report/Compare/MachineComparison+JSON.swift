import Diagnostics
import Sim

/// `schemas/compare-1.schema.json`.
extension MachineComparison {
    public static let schema = "accelsim-compare-1"

    public var json: JSONValue {
        let layers = ComparedLayers(self).rows.map { row -> JSONValue in
            [
                "nodes": .array(row.nodes.map { .string($0) }),
                "cycles": .array(row.cycles.map { $0.map { .integer($0) } ?? .null }),
            ]
        }
        return [
            "schema": .string(Self.schema), "graph": .string(graph), "machines": .array(runs.map(\.json)),
            "refused": .array(refusals.map(Self.refusal)), "layers": .array(layers),
        ]
    }

    private static func refusal(_ machine: String, _ reasons: Diagnostics) -> JSONValue {
        let list = reasons.all.map { reason -> JSONValue in
            var object = JSONObject()
            object["node"] = reason.node.map { .string($0) }
            object["field"] = reason.field.map { .string($0) }
            object["message"] = .string(reason.message)
            return .object(object)
        }
        return ["arch": .string(machine), "reasons": .array(list)]
    }
}

extension MachineComparison.Run {
    fileprivate var json: JSONValue {
        let timing = report.timing
        var object: JSONObject = [
            "arch": .string(machine), "cycles": .integer(timing.cycles), "clock_ps": .integer(timing.clockPeriod),
            "seconds": .number(timing.seconds), "ratio": .number(ratio), "macs": .integer(macs),
            "utilization": utilisation.json, "bytes": report.bytes(timing.traffic, of: .dram),
            "stall": DominantStall(timing).map(\.json) ?? .null, "outputs": .array(report.outputs.map(\.json)),
        ]
        if let cost = report.cost {
            object["engines"] = .array(report.target.engines.map { .string("\($0.kind) \($0.summary)") })
            object["datapath_um2"] = .integer(cost.datapathSquareMicrometres)
            object["datapath_uw"] = report.datapathPower?.json(library: cost.library.name)
            object["area_um2"] = cost.areaJSON
            object["energy_pj"] = report.energy?.json(library: cost.library.name)
        }
        object["check"] = report.check?.json
        object["accuracy"] = report.accuracy?.json
        return .object(object)
    }
}

extension DominantStall {
    fileprivate var json: JSONValue {
        ["unit": .string(unit.name), "cause": .string(cause.key), "cycles": .integer(cycles)]
    }
}
