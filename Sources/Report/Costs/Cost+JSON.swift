import Cost
import Diagnostics

extension MachineCost {
    /// `area_um2` of a report.
    var areaJSON: JSONValue {
        [
            "library": .string(library.name), "total": .integer(squareMicrometres),
            "parts": .array(parts.map {
                Self.part($0.name, $0.squareMicrometres, $0.area.origin)
            }),
            "not_counted": .array(missing.map { .string($0) }),
            "missed_clocks": .array(missedClocks.map { .string($0) }),
        ]
    }

    static func part(_ name: String, _ value: Int, _ origin: Origin) -> JSONValue {
        [
            "name": .string(name), "value": .integer(value), "origin": .string(origin.kind.rawValue),
            "source": .string(origin.text),
        ]
    }
}

extension FPGAMachineCost {
    /// `fpga` of a report.
    var json: JSONValue {
        [
            "device": .string(device), "total": FPGAReport.object(total),
            "parts": .array(parts.map { part in
                [
                    "name": .string(part.name), "resources": FPGAReport.object { part.resources[$0] ?? 0 },
                    "origin": .string(part.origin.kind.rawValue), "source": .string(part.origin.text),
                ]
            }),
            "not_counted": .array(missing.map { .string($0) }),
        ]
    }
}

extension EnergyAccount {
    /// `energy_pj` of a report.
    func json(library: String) -> JSONValue {
        [
            "library": .string(library), "total": .integer(picojoules),
            "parts": .array(parts.map { MachineCost.part($0.name, $0.picojoules, $0.origin) }),
        ]
    }
}
