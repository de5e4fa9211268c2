import Arch
import Diagnostics

/// Adds the tokens that order conflicting accesses of different units.
///
/// The program is walked once in order. For every earlier instruction of another unit that touched the same bytes, the
/// new one must know that it has completed: either through a token of its own or through what it learned from tokens
/// before (vector clocks). Bytes are compared as bounding intervals: never too few, sometimes too many, which only costs
/// overlap. Since what a unit knows of another only grows, the k-th signal of a pair of units always meets the k-th wait,
/// which is what counting tokens need. An instruction that refers to a parameter register stands for all that it may be
/// (`Reach`).
struct Synchroniser {
    /// What each unit knows of each other: the last instruction known to have completed.
    private var known = Array(repeating: UnitClock.none, count: Unit.allCases.count)
    /// What was known when an instruction completed, itself included.
    private var clocks: [UnitClock] = []
    private var memories = Array(repeating: RegionMap(), count: GlobalMemory.allCases.count)
    private var spaces = Array(repeating: RegionMap(), count: Space.allCases.count)

    /// DRAM that the program writes: reads of anything else never conflict.
    private let written: WrittenRanges

    private init(written: WrittenRanges) { self.written = written }

    static func synchronise(
        _ instructions: inout [Instruction], engines: [any Engine], parameters: [ProgramParameter]
    ) throws(Diagnostics) {
        let reach = Reach(engines: engines, parameters: parameters)
        var synchroniser = Synchroniser(written: try WrittenRanges(instructions, reach))
        synchroniser.clocks.reserveCapacity(instructions.count)
        for index in instructions.indices {
            let needed = try synchroniser.book(instructions[index], index: index, reach)
            synchroniser.order(index, after: needed, in: &instructions)
        }
    }

    /// Waits for what is needed and not known yet.
    private mutating func order(_ index: Int, after needed: UnitClock, in instructions: inout [Instruction]) {
        let unit = instructions[index].unit
        let lane = Int(unit.rawValue)
        var clock = known[lane]
        // Newest first: what one token teaches may cover the others.
        var open = needed
        open[lane] = -1
        while true {
            let newest = open.max()
            guard newest >= 0 else { break }
            let source = Int(newest)
            let sender = instructions[source].unit
            open[Int(sender.rawValue)] = -1
            guard newest > clock[Int(sender.rawValue)] else { continue }
            instructions[source].signals.insert(unit)
            instructions[index].waits.insert(sender)
            clock = clock.later(clocks[source])
        }
        clock[lane] = Int32(index)
        clocks.append(clock)
        known[lane] = clock
    }

    /// Books the accesses of an instruction. Returns those before it that it must come after; what its own accesses add
    /// stays in the lane of its own unit, which orders itself.
    private mutating func book(
        _ instruction: Instruction, index: Int, _ reach: Reach
    ) throws(Diagnostics) -> UnitClock {
        let unit = Int(instruction.unit.rawValue)
        var needed = UnitClock.none
        try reach.forEachSpan(instruction, index: index) { span in
            let index = Int32(index)
            let bounds = span.bounds
            guard !bounds.isEmpty else { return }
            switch (span.memory, span.isWrite) {
            case (.global(let memory), true):
                needed = needed.later(memories[Int(memory.rawValue)].write(bounds, by: index, unit: unit))
            case (.global(let memory), false):
                guard memory != .dram || written.overlaps(bounds) else { return }
                needed = needed.later(memories[Int(memory.rawValue)].read(bounds, by: index, unit: unit))
            case (.scratchpad(let space), true):
                needed = needed.later(spaces[Int(space.rawValue)].write(bounds, by: index, unit: unit))
            case (.scratchpad(let space), false):
                needed = needed.later(spaces[Int(space.rawValue)].read(bounds, by: index, unit: unit))
            }
        }
        return needed
    }
}
