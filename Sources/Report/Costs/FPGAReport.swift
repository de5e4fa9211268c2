import Cost
import Diagnostics

/// What a machine takes of an FPGA, by itself.
public struct FPGAReport: Sendable {
    public var machine: String
    public var cost: FPGAMachineCost

    public init(machine: String, cost: FPGAMachineCost) {
        self.machine = machine
        self.cost = cost
    }

    public var text: String { "\(machine)\n\(cost.table)" }
    public var explanation: String { cost.explanation }
    public var json: JSONValue { ["schema": "accelsim-cost-1", "arch": .string(machine), "fpga": cost.json] }

    /// All primitives, those of which there are none too.
    static func object(_ count: (String) -> Int) -> JSONValue {
        .object(JSONObject(FPGAMachineCost.resources.map { ($0, .integer(count($0))) }))
    }
}

extension FPGAMachineCost {
    /// Parts down, primitives across.
    var table: String {
        let used = Self.resources.filter { total($0) > 0 }
        var table = TextTable([.init(device, alignment: .left)] + used.map { .init($0) } + [.init("which is", alignment: .left)])
        for part in parts {
            table.add([part.name] + used.map { Numbers.count(part.resources[$0] ?? 0) } + [part.origin.kind.rawValue])
        }
        table.addRule()
        table.add(["total"] + used.map { Numbers.count(total($0)) } + [""])
        return table.text + missing.map { "not counted on \(device): \($0)\n" }.joined()
    }

    /// Where each part comes from.
    var explanation: String {
        parts.map { "\($0.name), FPGA: \($0.origin.kind.rawValue): \($0.origin.text)\n" }.joined()
    }
}
