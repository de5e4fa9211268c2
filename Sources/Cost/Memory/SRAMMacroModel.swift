import Foundation

/// SRAM of the IHP sg13g2 process: a formula with constants fitted to the Liberty files of its 18 single-port macros
/// (IHP-Open-PDK, typical corner, 1.2 V, 25 C), 64 to 8192 words of 8 to 64 bits.
///
/// Energy is that of the rising clock edge with the port enabled; area is that of the macro's outline.
public enum SRAMMacroModel {
    /// A macro of the process; area in square micrometres, energies in picojoules, leakage in nanowatts.
    public struct Macro: Hashable, Sendable {
        public var bank: SRAMBank
        public var area: Double
        public var read: Double
        public var write: Double
        public var leakage: Double
    }

    public static let macros: [Macro] = [
        macro(1024, 16, 79674, 26.5, 32.9, 198.0), macro(1024, 32, 140183, 48.3, 58.9, 396.0),
        macro(1024, 64, 263946, 91.8, 110.9, 792.1), macro(1024, 8, 49419, 15.6, 19.9, 99.0),
        macro(2048, 64, 491634, 122.4, 155.4, 1584.1), macro(256, 16, 28127, 14.2, 18.5, 49.5),
        macro(256, 32, 49488, 26.0, 33.4, 99.0), macro(256, 48, 70850, 37.8, 48.4, 148.5),
        macro(256, 64, 93181, 49.6, 63.4, 198.0), macro(256, 8, 17547, 10.2, 13.5, 24.8),
        macro(4096, 16, 257609, 58.6, 72.5, 792.1), macro(4096, 8, 146413, 33.7, 42.2, 396.0),
        macro(512, 16, 45309, 19.6, 23.5, 99.0), macro(512, 32, 79720, 36.0, 42.3, 198.0),
        macro(512, 64, 150102, 68.9, 80.0, 396.0), macro(512, 8, 26138, 12.1, 16.0, 49.5),
        macro(64, 64, 50489, 39.1, 50.5, 49.5), macro(8192, 32, 939915, 230.4, 239.3, 3168.2),
    ]

    private static func macro(
        _ words: Int, _ bits: Int, _ area: Double, _ read: Double, _ write: Double, _ leakage: Double
    ) -> Macro {
        Macro(bank: SRAMBank(words: words, bits: bits), area: area, read: read, write: write, leakage: leakage)
    }

    /// Area is what a macro has once, per column, per row and per cell. An access costs what it has once, and per column
    /// something that grows with the rows that a bit line crosses; leakage is that of the cells.
    public static func area(_ bank: SRAMBank) -> Double { predict(areaTerms, bank) }
    public static func read(_ bank: SRAMBank) -> Double { predict(readTerms, bank) }
    public static func write(_ bank: SRAMBank) -> Double { predict(writeTerms, bank) }
    public static func leakage(_ bank: SRAMBank) -> Double { 0.01209 * Double(bank.words * bank.bits) }

    private static func terms(_ bank: SRAMBank) -> [Double] {
        let (words, bits) = (Double(bank.words), Double(bank.bits))
        return [1, bits, words, words * bits]
    }

    private static func predict(_ coefficients: [Double], _ bank: SRAMBank) -> Double {
        zip(coefficients, terms(bank)).reduce(0) { $0 + $1.0 * $1.1 }
    }

    private static let areaTerms = fit(\.area)
    private static let readTerms = fit(\.read)
    private static let writeTerms = fit(\.write)

    /// Least squares of the relative errors.
    private static func fit(_ quantity: (Macro) -> Double) -> [Double] {
        // The macros have more sizes than there are terms.
        LeastSquares.solve(macros.map { macro in
            let value = quantity(macro)
            return (terms(macro.bank).map { $0 / value }, 1)
        }) ?? []
    }

    static func cost(of bank: SRAMBank, nodeNanometres node: Int) -> SRAMCost {
        let area = NodeScaling.areaFactor(from: 130, to: node)
        let energy = NodeScaling.energyFactor(from: 130, to: node)
        var text = "\(bank.words) x \(bank.bits) bits by a fit to the 18 single-port macros of IHP sg13g2"
        if node != 130 { text += ", scaled from 130 to \(node) nm (area x \(rounded(area)), energy x \(rounded(energy)))" }
        return SRAMCost(
            area: Self.area(bank) * area, read: read(bank) * energy, write: write(bank) * energy,
            leakage: leakage(bank) * energy, origin: Origin(.modelled, text))
    }

    private static func rounded(_ factor: Double) -> Double { (1000 * factor).rounded() / 1000 }
}
