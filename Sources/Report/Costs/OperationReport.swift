import Cost
import Diagnostics
import Formats

/// What one multiply-accumulate costs, for a terminal and as JSON.
public enum OperationReport {
    /// In a cell library.
    public static func text(_ operation: MultiplyAccumulate, _ cost: OperationCost, library: LibraryCosts) -> String {
        var table = TextTable([
            .init("\(operation.weights.name) x \(operation.activations.name)", alignment: .left), .init(""),
            .init("", alignment: .left), .init("which is", alignment: .left), .init("between", alignment: .left),
        ])
        let kind = cost.areaSquareMicrometres.origin.kind.rawValue
        let area = cost.areaSquareMicrometres.value
        table.add([
            "area", Numbers.fixed(area, decimals: 2), "um2", kind,
            range(area...max(area, cost.fastestSquareMicrometres), 2) + " at the shortest clock that a sweep found",
        ])
        table.add(["leakage", Numbers.fixed(cost.leakageNanowatts.value, decimals: 2), "nW", kind, ""])
        if let energy = cost.picojoules {
            let spread = cost.picojouleRange.map { range($0, 5) + ", by the codes" } ?? ""
            table.add(["energy", Numbers.fixed(energy.value, decimals: 5), "pJ", kind, spread])
        }
        table.add(["clock that it closes at", Numbers.fixed(cost.closesPicoseconds, decimals: 0), "ps", kind, ""])
        return table.text + "\nfrom \(cost.areaSquareMicrometres.origin.text)\nnot counted: \(library.flow)\n"
    }

    /// In a cell library.
    public static func json(_ operation: MultiplyAccumulate, _ cost: OperationCost, library: LibraryCosts) -> JSONValue {
        var object: JSONObject = [
            "schema": "accelsim-operation-1", "library": .string(library.name), "weights": .string(operation.weights.name),
            "activations": .string(operation.activations.name), "area_um2": .number(cost.areaSquareMicrometres.value),
            "fastest_area_um2": .number(cost.fastestSquareMicrometres), "leakage_nw": .number(cost.leakageNanowatts.value),
            "closes_ps": .number(cost.closesPicoseconds),
            "origin": .string(cost.areaSquareMicrometres.origin.kind.rawValue),
            "source": .string(cost.areaSquareMicrometres.origin.text),
        ]
        object["energy_pj"] = cost.picojoules.map { .number($0.value) }
        object["energy_range_pj"] = cost.picojouleRange.map { .array([.number($0.lowerBound), .number($0.upperBound)]) }
        return .object(object)
    }

    /// On an FPGA.
    public static func json(
        _ operation: MultiplyAccumulate, _ resources: [String: Int], _ origin: Origin, device: String
    ) -> JSONValue {
        [
            "schema": "accelsim-operation-1", "device": .string(device), "weights": .string(operation.weights.name),
            "activations": .string(operation.activations.name), "resources": FPGAReport.object { resources[$0] ?? 0 },
            "origin": .string(origin.kind.rawValue), "source": .string(origin.text),
        ]
    }

    private static func range(_ range: ClosedRange<Double>, _ decimals: Int) -> String {
        "\(Numbers.fixed(range.lowerBound, decimals: decimals)) and \(Numbers.fixed(range.upperBound, decimals: decimals))"
    }

    /// On an FPGA.
    public static func text(_ operation: MultiplyAccumulate, _ resources: [String: Int], _ origin: Origin) -> String {
        var table = TextTable([
            .init("\(operation.weights.name) x \(operation.activations.name)", alignment: .left), .init(""),
            .init("which is", alignment: .left),
        ])
        for (name, count) in resources.sorted(by: { $0.key < $1.key }) where count > 0 {
            table.add([name, Numbers.grouped(count), origin.kind.rawValue])
        }
        return table.text + "\nfrom \(origin.text)\n"
    }
}
