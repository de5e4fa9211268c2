/// The level between DRAM and the scratchpads: an on-chip buffer that loads and stores reach through a port of its own.
/// It holds what is made and read on the chip; constants, inputs, outputs and states stay in DRAM.
public struct SharedBuffer: Hashable, Sendable {
    public var bytes: Int
    /// What the port moves per core cycle: the width of one aligned word.
    public var bytesPerCycle: Int
    /// Core cycles from a word's slot on the port to its data at the core (loads) or its completion (stores).
    public var latency: Int

    public init(bytes: Int, bytesPerCycle: Int, latency: Int) {
        self.bytes = bytes
        self.bytesPerCycle = bytesPerCycle
        self.latency = latency
    }

    /// The port as the memory interface sees it: a channel with a word per core cycle.
    func channel(clockPeriod: Int) -> MemoryChannel {
        MemoryChannel(
            standard: "shared buffer", burstBytes: bytesPerCycle, burstPeriod: clockPeriod,
            latency: latency * clockPeriod, capacity: bytes)
    }
}

extension Machine {
    /// Bytes of the shared buffer, 0 without one.
    public var sharedBytes: Int { sharedBuffer?.bytes ?? 0 }

    /// The channel of each memory that the machine has.
    public func channel(of memory: GlobalMemory) -> MemoryChannel? {
        switch memory {
        case .dram: self.memory
        case .shared: sharedBuffer?.channel(clockPeriod: clockPeriod)
        }
    }

    /// The memories that it has.
    public var memories: [GlobalMemory] { GlobalMemory.allCases.filter { channel(of: $0) != nil } }
}
