import Arch
import Diagnostics

/// Adds the tokens that order conflicting accesses of different units.
///
/// The program is walked once in order. For every earlier instruction of another unit that touched the same bytes, the
/// new one must know that it has completed: either through a token of its own or through what it learned from tokens before
/// (vector clocks). Bytes are compared as bounding intervals: never too few, sometimes too many, which only costs overlap. Since what a unit knows of another only grows, the k-th signal of a pair of units always meets the k-th
/// wait, which is what counting tokens need. An instruction that refers to a parameter register stands for all that it may
/// be: its addresses are on a line between the least and the greatest value of the register.
struct Synchroniser {
    private typealias Clock = SIMD8<Int32>
    /// What each unit knows of each other: index of the last instruction known to have completed.
    private var known = Array(repeating: Clock(repeating: -1), count: Unit.allCases.count)
    /// What was known when an instruction completed, itself included.
    private var clocks: [Clock] = []
    private var dram = RegionMap()
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
            synchroniser.add(index, to: &instructions, try reach.accesses(instructions[index], index: index))
        }
    }

    private mutating func add(_ index: Int, to instructions: inout [Instruction], _ footprint: Accesses) {
        let unit = Int(instructions[index].unit.rawValue)
        let needed = dependencies(footprint)
        var clock = known[unit]
        // Newest first: what one token teaches may cover the others.
        var open = needed
        open[unit] = -1
        while let other = Self.newest(open), needed[other] >= 0 {
            open[other] = -1
            guard needed[other] > clock[other] else { continue }
            let source = Int(needed[other])
            instructions[source].signals.insert(instructions[index].unit)
            instructions[index].waits.insert(instructions[source].unit)
            clock = pointwiseMax(clock, clocks[source])
        }
        known[unit] = clock
        clock[unit] = Int32(index)
        clocks.append(clock)
        known[unit][unit] = Int32(index)
        record(footprint, index: index, unit: instructions[index].unit)
    }

    /// The unit with the latest instruction that is still to be looked at.
    private static func newest(_ open: Clock) -> Int? {
        var best: Int?
        for unit in 0..<Unit.allCases.count where open[unit] >= 0 {
            if open[unit] > (best.map { open[$0] } ?? -1) { best = unit }
        }
        return best
    }

    private func dependencies(_ footprint: Accesses) -> Clock {
        var needed = Clock(repeating: -1)
        func follow(_ users: RegionMap.Users, asWriter: Bool) {
            if users.writer >= 0 {
                let unit = clocks[Int(users.writer)].indexOfOwner(users.writer)
                needed[unit] = max(needed[unit], users.writer)
            }
            if asWriter { needed = pointwiseMax(needed, users.readers) }
        }
        for access in footprint.reads where matters(access) {
            map(access.memory).forEach(in: access.bytes.bounds) { follow($0, asWriter: false) }
        }
        for access in footprint.writes { map(access.memory).forEach(in: access.bytes.bounds) { follow($0, asWriter: true) } }
        return needed
    }

    private func matters(_ access: Access) -> Bool {
        access.memory != .dram || written.overlaps(access.bytes.bounds)
    }

    private func map(_ memory: Memory) -> RegionMap {
        switch memory {
        case .dram: dram
        case .scratchpad(let space): spaces[Int(space.rawValue)]
        }
    }

    private mutating func record(_ footprint: Accesses, index: Int, unit: Unit) {
        for access in footprint.reads where matters(access) {
            switch access.memory {
            case .dram: dram.read(access.bytes.bounds, by: index, unit: unit)
            case .scratchpad(let space): spaces[Int(space.rawValue)].read(access.bytes.bounds, by: index, unit: unit)
            }
        }
        for access in footprint.writes {
            switch access.memory {
            case .dram: dram.write(access.bytes.bounds, by: index)
            case .scratchpad(let space): spaces[Int(space.rawValue)].write(access.bytes.bounds, by: index)
            }
        }
    }
}

extension SIMD8<Int32> {
    /// The lane that holds `value`: in the clock of an instruction, the lane of its own unit.
    fileprivate func indexOfOwner(_ value: Int32) -> Int {
        for lane in 0..<8 where self[lane] == value { return lane }
        return 0
    }
}
