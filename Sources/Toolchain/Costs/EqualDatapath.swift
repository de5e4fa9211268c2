import Arch
import Cost
import Diagnostics
import Engines

/// Machines whose datapaths (engines, and table builders that only they need) take as much area, or as much power, as each
/// other; memories, vector units and clocks stay.
public struct EqualDatapath: Sendable {
    public enum Measure: String, CaseIterable, Sendable {
        /// Square micrometres of the datapath.
        case area
        /// Microwatts of the datapath when all of it works at its peak (`DatapathPower`).
        case power

        /// - Returns: `nil` when the library lacks a part of the datapath.
        func callAsFunction(_ target: Target, _ cost: MachineCost) -> Int? {
            switch self {
            case .area:
                let lacksBuilders = cost.builders == nil && target.engines.contains { $0.tableFormat != nil }
                return cost.engines.contains(nil) || lacksBuilders ? nil : cost.datapathSquareMicrometres
            case .power: return DatapathPower(target, cost)?.microwatts
            }
        }
    }

    public let library: LibraryCosts
    public let measure: Measure
    /// What the datapath may take.
    public let budget: Int

    /// - Parameter first: the machine whose datapath the others are measured by.
    public init(_ measure: Measure, of first: Target, library: LibraryCosts) throws(Diagnostics) {
        (self.measure, self.library) = (measure, library)
        budget = try Self.taken(by: first, measure, library)
    }

    private static func taken(by target: Target, _ measure: Measure, _ library: LibraryCosts) throws(Diagnostics) -> Int {
        let cost = MachineCost(target, library: library)
        if let taken = measure(target, cost) { return taken }
        throw Diagnostics(cost.missingOfDatapath.map {
            Diagnostic(node: target.machine.name, field: "engines", "\(measure.rawValue) cannot be made equal: \($0)")
        })
    }

    /// The machine with its first engine as large as the budget allows; at least one of its units is left.
    public func sized(_ target: Target) throws -> Target {
        guard let engine = target.engines.first, try Self.taken(by: target, measure, library) != budget else { return target }
        let fits = try EngineSize.largest { size in
            try EngineSize.resized(target, engine, to: size).map { try Self.taken(by: $0, measure, library) <= budget }
        }
        return EngineSize.resized(target, engine, to: fits) ?? EngineSize.smallest(target, engine) ?? target
    }

    /// Whether the datapath takes more than the budget: that of a machine whose least size is too large.
    public func isExceeded(by target: Target) throws(Diagnostics) -> Bool {
        try Self.taken(by: target, measure, library) > budget
    }
}
