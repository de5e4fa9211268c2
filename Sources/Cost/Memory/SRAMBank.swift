import Foundation

/// One single-port SRAM: `words` of `bits`.
public struct SRAMBank: Hashable, Sendable {
    public var words: Int
    public var bits: Int

    public init(words: Int, bits: Int) {
        self.words = words
        self.bits = bits
    }

    /// Of what scratchpads and the shared buffer are built: 8 KiB, a word of 64 bits (choice: the densest macros of that width
    /// that the IHP process has, and a point of the CACTI sweep).
    public static let standard = SRAMBank(words: 1024, bits: 64)

    public var bytes: Int { words * bits / 8 }
}

/// What one bank costs in some process.
public struct SRAMCost: Hashable, Sendable {
    public var areaSquareMicrometres: Figure
    public var readPicojoules: Figure
    public var writePicojoules: Figure
    public var leakageNanowatts: Figure

    /// A bank in a process of this node. 130 nm is the IHP process, whose macros are known; 180 nm is scaled from it; below,
    /// CACTI's points at 45, 32 and 22 nm, scaled from the nearest that is not smaller.
    public init(_ bank: SRAMBank, nodeNanometres node: Int) {
        if node >= 90 { self = SRAMMacroModel.cost(of: bank, nodeNanometres: node) } else {
            self = CactiModel.cost(of: bank, nodeNanometres: node)
        }
    }

    init(area: Double, read: Double, write: Double, leakage: Double, origin: Origin) {
        areaSquareMicrometres = Figure(area, origin)
        readPicojoules = Figure(read, origin)
        writePicojoules = Figure(write, origin)
        leakageNanowatts = Figure(leakage, origin)
    }
}
