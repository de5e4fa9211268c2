import Arch
import Cost
import Diagnostics
import Engines

/// Machines whose arrays are as large as each other on silicon, with what only they need (second engines, table builders);
/// memories, vector units and clocks stay.
public struct IsoArea: Sendable {
    public let library: LibraryCosts
    /// Of the datapath, in square micrometres.
    public let budget: Int

    /// - Parameter first: the machine whose datapath the others are measured by.
    public init(_ first: Target, library: LibraryCosts) throws(Diagnostic) {
        self.library = library
        budget = try Self.datapath(of: first, library)
    }

    private static func datapath(of target: Target, _ library: LibraryCosts) throws(Diagnostic) -> Int {
        let cost = MachineCost(target, library: library)
        if let index = cost.engines.firstIndex(where: { $0 == nil }) {
            throw Diagnostic(
                node: target.machine.name, field: "engines[\(index)]",
                "the table of \(library.name) has no costs of '\(target.engines[index].kind)', so its area cannot be made equal")
        }
        return cost.datapathSquareMicrometres
    }

    /// The machine with its first engine as large as the area allows; at least one of its units is left.
    public func sized(_ target: Target) throws -> Target {
        guard let engine = target.engines.first else { return target }
        if try Self.datapath(of: target, library) == budget { return target }
        var fits = 0
        var most = 1
        while try area(target, engine, size: most) ?? 0 <= budget, most < Self.limit { most *= 2 }
        // Area grows with size; sizes that the engine does not take lie between those that it does.
        while fits + 1 < most {
            let middle = (fits + most) / 2
            if try area(target, engine, size: middle) ?? .max <= budget { fits = middle } else { most = middle }
        }
        return try Self.resized(target, engine, size: max(1, fits)) ?? target
    }

    private static let limit = 1 << 16

    /// Of the nearest size that the engine takes, downwards; `nil` when there is none.
    private func area(_ target: Target, _ engine: any Engine, size: Int) throws -> Int? {
        try Self.resized(target, engine, size: size).map { try Self.datapath(of: $0, library) }
    }

    private static func resized(_ target: Target, _ engine: any Engine, size: Int) throws -> Target? {
        for size in stride(from: size, through: max(1, size - 8), by: -1) {
            var machine = target.machine
            machine.engines[0].parameters[engine.sizeParameter] = .integer(size)
            if let made = try? Target.make(machine) { return made }
        }
        return nil
    }
}
