import Arch

/// Why a unit does nothing useful in a cycle. When several hold at once the first in this order is charged.
public enum StallCause: UInt8, Hashable, Sendable, CaseIterable, Comparable {
    /// The unit's next instruction has not been fetched.
    case instructionFetch
    /// It has been fetched and is not in the unit's queue: the front end sends one per cycle, in order, and
    /// waits at a full queue.
    case instructionDispatch
    /// It waits for a token of this unit.
    case waitLoad, waitStore, waitVector, waitEngine0, waitEngine1
    /// Other requesters got slots of the channel that the transfer would have had alone.
    case memoryContention
    /// The load or store unit's request is on its way to the channel or its data on the way back, and the unit has
    /// nothing else to do: it is at its last instruction, or the next one needs the data.
    case memoryLatency
    /// The same for the pipelines of the other units.
    case pipelineLatency
    /// No instruction is left and all have completed.
    case drained

    public static func < (a: StallCause, b: StallCause) -> Bool { a.rawValue < b.rawValue }

    /// Waiting for a token from this unit.
    public static func wait(for unit: Unit) -> StallCause {
        switch unit {
        case .load: .waitLoad
        case .store: .waitStore
        case .vector: .waitVector
        case .engine0: .waitEngine0
        case .engine1: .waitEngine1
        }
    }

    /// What a unit waits for when only its own earlier instructions have not completed.
    static func latency(of unit: Unit) -> StallCause {
        switch unit {
        case .load, .store: .memoryLatency
        case .vector, .engine0, .engine1: .pipelineLatency
        }
    }

    public var name: String {
        switch self {
        case .instructionFetch: "instruction fetch"
        case .instructionDispatch: "instruction dispatch"
        case .waitLoad: "wait load"
        case .waitStore: "wait store"
        case .waitVector: "wait vector"
        case .waitEngine0: "wait engine0"
        case .waitEngine1: "wait engine1"
        case .memoryContention: "memory contention"
        case .memoryLatency: "memory latency"
        case .pipelineLatency: "pipeline latency"
        case .drained: "drained"
        }
    }
}
