import Arch
import Diagnostics

/// What a machine takes of an UltraScale+ device: its arrays as they were mapped, or as the sum of their parts; memories by their
/// capacity.
public struct FPGAMachineCost: Hashable, Sendable {
    public struct Part: Hashable, Sendable {
        public var name: String
        /// Primitives by the names of the table.
        public var resources: [String: Int]
        public var origin: Origin
    }

    public var device: String
    public var parts: [Part]
    /// What the figures leave out, a sentence each.
    public var missing: [String]

    /// Names of the table, in the order of reports.
    public static let resources = ["lut", "flipFlops", "carry4", "carry8", "dsp", "bram", "uram", "lutRAM", "muxF"]

    public func total(_ resource: String) -> Int { parts.reduce(0) { $0 + ($1.resources[resource] ?? 0) } }

    /// - Throws: the first engine that the table has nothing of.
    public init(_ target: Target, in costs: FPGACosts) throws(Diagnostic) {
        let machine = target.machine
        var parts: [Part] = []
        for (index, engine) in target.engines.enumerated() {
            guard let array = FPGAArrayCost(engine.rtl, in: costs) else {
                throw Diagnostic(
                    node: machine.name, field: "engines[\(index)]",
                    "the table of \(costs.device) has no sizes of \(engine.rtl.top) that '\(engine.kind)' follows from")
            }
            parts.append(Part(name: "engine\(index) \(engine.kind)", resources: array.resources, origin: array.origin))
            parts += FPGAMemory.parts("engine\(index) \(engine.kind) sums", bytes: array.partialSums?.bytes ?? 0)
        }
        let units = Self.units(of: target, costs)
        parts += units.compactMap(\.part)
        for space in Space.allCases {
            parts += FPGAMemory.parts("\(space.name) scratchpad", bytes: AreaParts.bytes(of: space, in: machine))
        }
        parts += FPGAMemory.parts("shared buffer", bytes: machine.sharedBytes * machine.cores)
        parts += FPGAMemory.parts("instruction buffer", bytes: machine.frontEnd.bufferInstructions * ISA.instructionBytes)
        (device, self.parts) = (costs.device, parts)
        missing = units.filter { $0.part == nil }.map { "\($0.name): the table of \(costs.device) lacks parts of it" } + [
            "control, load and store units, dividers and elementary functions, pads; placement and timing: whether it fits or closes is not known"
        ]
    }

    /// The vector unit, and table builders where an engine reads tables; without a part where the table lacks one of theirs.
    private static func units(of target: Target, _ costs: FPGACosts) -> [(name: String, part: Part?)] {
        let vector = target.machine.vector
        let lanes = BlockSum(VectorCost.lane, in: costs).map { lane in
            Part(
                name: "vector unit", resources: lane.resources.mapValues { $0 * vector.lanes },
                origin: VectorCost.origin(lane.origin, lanes: vector.lanes))
        }
        guard let format = target.engines.compactMap(\.tableFormat).first else { return [("vector unit", lanes)] }
        let count = vector.tablesPerCycle(of: format).rounded(.up)
        let builders = TableBuilder(format, in: costs.blocks, of: costs.device).map { one in
            Part(
                name: "table builders",
                resources: one.sum.resources.mapValues { Int((count * one.share * Double($0)).rounded(.up)) },
                origin: one.origin(count: Int(count)))
        }
        return [("vector unit", lanes), ("table builders", builders)]
    }
}

/// Memories in block RAM and UltraRAM, with words of 64 bits (choice: the parity bits stay unused).
enum FPGAMemory {
    /// RAMB36E2, 512 x 72 (Xilinx UG573).
    private static let blockBytes = 4096
    /// URAM288, 4096 x 72 (Xilinx UG573).
    private static let ultraBytes = 32768

    /// Whole UltraRAMs for memories that fill at least one (choice), block RAMs for others.
    static func parts(_ name: String, bytes: Int) -> [FPGAMachineCost.Part] {
        guard bytes > 0 else { return [] }
        let isLarge = bytes >= ultraBytes
        let each = isLarge ? ultraBytes : blockBytes
        let text = "\(bytes) bytes in \(isLarge ? "URAM288 of 32 KiB" : "RAMB36E2 of 4 KiB"), words of 64 bits, one bank wide"
        return [
            FPGAMachineCost.Part(
                name: name, resources: [isLarge ? "uram" : "bram": (bytes + each - 1) / each], origin: Origin(.modelled, text))
        ]
    }
}
