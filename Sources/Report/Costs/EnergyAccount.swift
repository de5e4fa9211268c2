import Arch
import Cost
import Sim

/// Energy of a run by row and by part; every sum is exact.
public struct EnergyAccount: Hashable, Sendable {
    /// Picojoules of each row of the timing.
    public let rows: [Int]
    /// Of all rows.
    public let parts: [EnergyPart]

    public init(_ timing: Timing, on target: Target, _ cost: MachineCost) {
        var rows: [Int] = []
        var sums = [Int](repeating: 0, count: cost.terms.count)
        for row in timing.rows {
            let activity = Activity(row, of: target)
            let energies = cost.terms.map { $0.picojoules(activity) }
            rows.append(energies.reduce(0, +))
            for (index, energy) in energies.enumerated() { sums[index] += energy }
        }
        self.rows = rows
        parts = zip(cost.terms, sums).map { EnergyPart(name: $0.name, picojoules: $1, origin: $0.origin) }
    }

    public var picojoules: Int { rows.reduce(0, +) }
}
