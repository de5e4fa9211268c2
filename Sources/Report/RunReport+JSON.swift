import Arch
import Diagnostics
import Sim

/// `schemas/report-1.schema.json`.
extension RunReport {
    public static let schema = "accelsim-report-1"

    public var json: JSONValue {
        let utilisation = Utilisation(program: program, target: target)
        let energy = energy
        var object: JSONObject = [
            "schema": .string(Self.schema),
            "graph": .string(program.graph),
            "arch": .string(target.machine.name),
            "cycles": .integer(timing.cycles),
            "clock_ps": .integer(timing.clockPeriod),
            "cores": .integer(target.machine.cores),
            "seconds": .number(timing.seconds),
            "macs": .integer(utilisation.macs),
            "utilization": utilisation.share(of: timing).json,
            "bytes": bytes(timing.traffic, of: .dram),
            "program": code,
            "units": units { timing[$0] },
            "parts": .array(timing.parts.map(Self.part)),
            "layers": .array(timing.rows.indices.map { layer($0, utilisation, energy) }),
            "outputs": .array(outputs.map(\.json)),
        ]
        if hasSharedBuffer { object["shared_bytes"] = bytes(timing.traffic, of: .shared) }
        object["area_um2"] = cost?.areaJSON
        object["fpga"] = cost?.fpga?.json
        if let cost { object["energy_pj"] = energy?.json(library: cost.library.name) }
        let assumed = assumed
        if !assumed.isEmpty { object["assumed"] = .array(assumed.map { .string($0) }) }
        if !conversions.isEmpty { object["conversions"] = .array(conversions.map(\.json)) }
        object["check"] = check?.json
        object["accuracy"] = accuracy?.json
        return .object(object)
    }

    private var code: JSONValue {
        let parameters: [JSONValue] = program.parameters.map {
            [
                "name": .string($0.name), "register": .integer($0.register), "value": .integer($0.value),
                "min": .integer($0.range.lowerBound), "max": .integer($0.range.upperBound),
            ]
        }
        var object: JSONObject = [
            "instructions": .integer(program.instructions.count),
            "bytes": .integer(program.instructions.count * ISA.instructionBytes), "parameters": .array(parameters),
        ]
        object["padded"] = padding.map { ["name": .string($0.name), "length": .integer($0.length)] }
        return .object(object)
    }

    private func layer(_ index: Int, _ utilisation: Utilisation, _ energy: EnergyAccount?) -> JSONValue {
        let row = timing.rows[index]
        var note = ""
        if case .segment(let index) = row.place, notes.indices.contains(index) { note = notes[index] }
        let names: [JSONValue] =
            switch row.place {
            case .start, .end: [.string(label(row))]
            case .segment: row.nodes.map { .string(program.nodes[$0].name) }
            }
        var object: JSONObject = [
            "nodes": .array(names),
            "operations": .array(row.nodes.map { .string(program.nodes[$0].operation) }),
            "note": .string(note),
            "cycles": .integer(row.cycles),
            "macs": .integer(utilisation.macs(row)),
            "utilization": utilisation.share(row).json,
            "bytes": bytes(row.traffic, of: .dram),
        ]
        if hasSharedBuffer { object["shared_bytes"] = bytes(row.traffic, of: .shared) }
        object["units"] = units { row[$0] }
        object["energy_pj"] = energy.map { .integer($0.rows[index]) }
        return .object(object)
    }

    private var hasSharedBuffer: Bool { target.machine.sharedBuffer != nil }

    private func units(_ cycles: (Unit) -> Timing.UnitCycles) -> JSONValue {
        .object(
            JSONObject(
                self.units.map { unit in
                    let account = cycles(unit)
                    return (
                        unit.name,
                        [
                            "busy": .object(
                                JSONObject(BusyTerm.allCases.map { ($0.key, .integer(account.busy[$0])) })),
                            "stalls": .object(
                                JSONObject(StallCause.allCases.map { ($0.key, .integer(account.stalls[$0])) })),
                        ]
                    )
                }))
    }

    func bytes(_ traffic: Timing.Traffics, of memory: GlobalMemory) -> JSONValue {
        func kinds(_ tally: Tally<Traffic>) -> JSONValue {
            .object(
                JSONObject(Traffic.allCases.map { ($0.name, .integer(tally[$0])) } + [("total", .integer(tally.total))])
            )
        }
        let burst = target.machine.channel(of: memory)?.burstBytes ?? 0
        let traffic = traffic[memory]
        return [
            "read": kinds(traffic.readBytes), "written": kinds(traffic.writtenBytes),
            "bursts_read": .integer(traffic.readBursts * burst),
            "bursts_written": .integer(traffic.writtenBursts * burst),
        ]
    }

    private static func part(_ part: Timing.NamedPart) -> JSONValue {
        [
            "unit": .string(part.unit.name), "term": .string(part.part.term.key), "name": .string(part.part.name),
            "cycles": .integer(part.part.cycles),
        ]
    }
}

extension BusyTerm {
    var key: String { name.replacing(" ", with: "_") }
}

extension StallCause {
    var key: String { name.replacing(" ", with: "_") }
}

extension Double? {
    var json: JSONValue { map { .number($0) } ?? .null }
}

extension OutputRecord {
    var json: JSONValue {
        [
            "name": .string(name), "shape": .array(shape.map { .integer($0) }), "codec": .string(codec),
            "sha256": .string(sha256),
        ]
    }
}

extension CheckRecord {
    var json: JSONValue {
        var object: JSONObject = [
            "equal": .bool(difference == nil), "outputs": .integer(outputs), "edges": .integer(edges),
            "states": .integer(states), "on_core": .integer(onCore),
            "fidelity": .array(
                fidelity.map { ["output": .string($0.output), "snr_db": $0.decibels.map { .number($0) } ?? .null] }),
        ]
        if let difference {
            object["difference"] = [
                "node": .string(difference.node), "tensor": .string(difference.tensor),
                "index": .array(difference.index.map { .integer($0) }), "expected": .string(difference.expected),
                "got": .string(difference.got), "count": .integer(difference.count),
            ]
        }
        return .object(object)
    }
}

extension AccuracyRecord {
    var json: JSONValue {
        var object: JSONObject = [
            "examples": .integer(examples), "correct": .integer(correct), "batch": .integer(batch),
        ]
        object["reference_correct"] = referenceCorrect.map { .integer($0) }
        return .object(object)
    }
}
