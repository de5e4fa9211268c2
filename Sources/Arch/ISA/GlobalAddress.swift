/// The memories outside the scratchpads, which loads, gathers and stores move bytes from and to.
public enum GlobalMemory: UInt8, Hashable, Sendable, CaseIterable {
    case dram
    /// The level between DRAM and the scratchpads, on the chip; not every machine has it.
    case shared

    public var name: String {
        switch self {
        case .dram: "dram"
        case .shared: "shared"
        }
    }
}

/// A byte address in DRAM or in the shared buffer.
public struct GlobalAddress: Hashable, Sendable {
    public var memory: GlobalMemory
    public var offset: Int

    public init(_ memory: GlobalMemory, _ offset: Int) {
        self.memory = memory
        self.offset = offset
    }

    public static func + (address: GlobalAddress, bytes: Int) -> GlobalAddress {
        GlobalAddress(address.memory, address.offset + bytes)
    }

    public static func += (address: inout GlobalAddress, bytes: Int) { address.offset += bytes }
    public static func -= (address: inout GlobalAddress, bytes: Int) { address.offset -= bytes }
}
