import Arch

/// Energy of a bit between DRAM and the chip: device, PHY and controller, activates at the locality of a stream included.
///
/// Published figures of a standard differ by a factor of two, by what they count; each has its range.
public struct DRAMEnergy: Hashable, Sendable {
    public var family: String
    public var picojoulesPerBit: Double
    public var range: ClosedRange<Double>
    /// Who published figures in the range.
    public var sources: String

    /// By the beginning of a standard's name; longer names first.
    public static let all: [DRAMEnergy] = [
        DRAMEnergy(
            family: "HBM2e", picojoulesPerBit: 5, range: 3.5...6,
            sources: "6.0 for the device by a Micron comparison; 3.44 for HBM3e streams (RPU)"),
        DRAMEnergy(
            family: "HBM2", picojoulesPerBit: 5, range: 3.9...7,
            sources: "3.92 for the device (O'Connor et al., MICRO 2017), 7 in HyGCN (HPCA 2020)"),
        DRAMEnergy(
            family: "HBM3", picojoulesPerBit: 4, range: 3.4...4.5, sources: "3.44 for HBM3e streams (RPU), 4.05 in CACTI's tables"),
        DRAMEnergy(
            family: "GDDR6", picojoulesPerBit: 8.5, range: 7.5...10, sources: "7.5 for the device by a Micron comparison"),
        DRAMEnergy(
            family: "LPDDR5", picojoulesPerBit: 5.5, range: 4...7,
            sources: "no published measurement; between LPDDR4X at 6.2 to 7 by currents and HBM"),
        DRAMEnergy(
            family: "LPDDR4", picojoulesPerBit: 7, range: 5...8,
            sources: "8.5 read and 5.0 write from currents of a JEDEC part, I/O at 0.6 V"),
        DRAMEnergy(
            family: "DDR4", picojoulesPerBit: 15, range: 12...20,
            sources: "8.35 for a stream from currents, 4 to 6 for I/O and termination"),
    ]

    /// - Returns: `nil` for a standard that is not known.
    public static func of(_ channel: MemoryChannel) -> DRAMEnergy? {
        let name = channel.standard.uppercased()
        return all.sorted { $0.family.count > $1.family.count }.first { name.hasPrefix($0.family.uppercased()) }
    }

    /// Per bit.
    public var figure: Figure { Figure(picojoulesPerBit, origin) }

    var origin: Origin {
        Origin(
            .modelled,
            "\(family) at \(picojoulesPerBit) pJ per bit (choice; published \(range.lowerBound) to \(range.upperBound): \(sources))")
    }
}
