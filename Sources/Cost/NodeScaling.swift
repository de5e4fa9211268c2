import Foundation

/// Area and energy of logic from one process node to another, after Stillmaker and Baas, "Scaling equations for the accurate
/// prediction of CMOS device performance from 180 nm to 7 nm", Integration 58 (2017) 74-81.
///
/// A trend of logic: SRAM and wires gain less. From 45 to 7 nm its energy falls to 1/18, several times more than arithmetic of
/// real designs does, so it is only used where a figure exists for no nearer node, and said so.
public enum NodeScaling {
    /// Area factors from 180 nm, table of the paper; coarser than two digits below 20 nm.
    private static let area: [(node: Int, factor: Double)] = [
        (180, 1), (130, 0.34), (90, 0.15), (65, 0.08), (45, 0.053), (32, 0.025), (20, 0.011), (16, 0.010), (14, 0.0093),
        (10, 0.0055), (7, 0.0032),
    ]
    /// The energy polynomial at the node's usual supply (1.8, 1.2, 1.1, 1.1, 1.0, 0.9, 0.9, 0.8, 0.8, 0.75 and 0.7 V).
    private static let energy: [(node: Int, factor: Double)] = [
        (180, 26.37), (130, 5.18), (90, 2.59), (65, 1.68), (45, 0.861), (32, 0.457), (20, 0.201), (16, 0.120), (14, 0.0962),
        (10, 0.0702), (7, 0.0478),
    ]

    public static func areaFactor(from: Int, to: Int) -> Double { factor(area, to) / factor(area, from) }
    public static func energyFactor(from: Int, to: Int) -> Double { factor(energy, to) / factor(energy, from) }

    /// Between nodes of the table, straight in the logarithms.
    private static func factor(_ table: [(node: Int, factor: Double)], _ node: Int) -> Double {
        guard let first = table.first, let last = table.last else { return 1 }
        if node >= first.node { return first.factor }
        if node <= last.node { return last.factor }
        for (above, below) in zip(table, table.dropFirst()) where node >= below.node {
            let share = log(Double(above.node) / Double(node)) / log(Double(above.node) / Double(below.node))
            return exp(log(above.factor) * (1 - share) + log(below.factor) * share)
        }
        return last.factor
    }
}
