import Foundation

/// SRAM below 90 nm: CACTI's points, straight between them in the logarithms of capacity and width.
public enum CactiModel {
    /// CACTI packs cells two to two and a half times as densely as compilers of foundries do (a 12 nm compiler's 32 KiB
    /// has 0.111 square micrometres per bit, CACTI's 22 nm 0.10); the middle is a choice.
    public static let areaFactor = 2.25

    static func cost(of bank: SRAMBank, nodeNanometres node: Int) -> SRAMCost {
        let base = CactiPoints.all.map(\.node).filter { $0 >= node }.min() ?? 45
        let area = NodeScaling.areaFactor(from: base, to: node)
        let energy = NodeScaling.energyFactor(from: base, to: node)
        var text = "\(bank.words) x \(bank.bits) bits by CACTI 7 at \(base) nm, area x \(areaFactor)"
        if node != base { text += ", scaled to \(node) nm (area x \(rounded(area)), energy and leakage x \(rounded(energy)))" }
        return SRAMCost(
            area: value(bank, base, \.areaSquareMicrometres) * areaFactor * area,
            read: value(bank, base, \.readPicojoules) * energy, write: value(bank, base, \.writePicojoules) * energy,
            leakage: value(bank, base, \.leakageNanowatts) * energy, origin: Origin(.modelled, text))
    }

    private static func rounded(_ factor: Double) -> Double { (1000 * factor).rounded() / 1000 }

    /// The quantity of a bank at a node of the sweep. Beyond the sweep it is carried on from its outermost points.
    static func value(_ bank: SRAMBank, _ node: Int, _ quantity: (CactiPoints.Point) -> Double) -> Double {
        let points = CactiPoints.all.filter { $0.node == node }
        let widths = Set(points.map(\.bits)).sorted()
        let kibibytes = Double(bank.bytes) / 1024
        let line: [(x: Double, y: Double)] = widths.compactMap { width in
            let column = points.filter { $0.bits == width }.map { (Double($0.kibibytes), quantity($0)) }
            return column.count < 2 ? nil : (Double(width), interpolate(column, kibibytes))
        }
        return interpolate(line, Double(bank.bits))
    }

    private static func interpolate(_ line: [(x: Double, y: Double)], _ x: Double) -> Double {
        guard line.count > 1 else { return line.first?.y ?? 0 }
        let above = min(max(1, line.firstIndex { $0.x >= x } ?? line.count - 1), line.count - 1)
        let (a, b) = (line[above - 1], line[above])
        let share = log(x / a.x) / log(b.x / a.x)
        return exp(log(a.y) * (1 - share) + log(b.y) * share)
    }
}
