import Arch

/// How the units work through one instruction: every pass takes a tile of outputs through K in chunks of `lanes`, each
/// chunk for as many cycles as there are pairs of planes.
struct BitSerialSchedule: Sendable {
    let cut: KCut
    let kBlocks: [KBlock]
    /// Cycles of a chunk.
    let planePairs: Int
    let cycles: PassCycles

    init(_ engine: BitSerialArray, _ multiply: Multiply) {
        cut = KCut(multiply, granule: multiply.structure.granule)
        kBlocks = cut.blocks(of: engine.lanes, run: multiply.contiguousRun, structure: multiply.structure)
        let pairs = multiply.weightBits * multiply.activationBits
        planePairs = pairs
        cycles = PassCycles(
            PassCycles.Arrangement(rows: engine.rows, columns: engine.columns), multiply,
            segmentCycles: kBlocks.countsBySegment.map { $0 * pairs }, lanes: engine.epilogueLanes, leaving: .byRow)
    }
}

extension BitSerialArray {
    public func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        let schedule = BitSerialSchedule(self, multiply)
        let work = multiply.rows * multiply.columns * multiply.depth * schedule.planePairs
        let ideal = ceilDivide(work, rows * columns * lanes)
        let leaving: BusyTerm = multiply.isScaled ? .epilogue : .fillAndDrain
        return UnitTiming(
            occupancyParts: [
                .init(.ideal, "all gates at work", ideal),
                .init(.raggedEdges, "rows, columns or bits of K not used", schedule.cycles.issue - ideal),
                .init(leaving, "shadow registers still leaving", schedule.cycles.held),
                .init(leaving, "last sums leave", schedule.cycles.last),
            ],
            latencyParts: latencyParts(scaled: multiply.isScaled))
    }

    private func latencyParts(scaled: Bool) -> [UnitTiming.Part] {
        let sums: [UnitTiming.Part] = [
            .init(.fillAndDrain, "plane registers", 1),
            .init(.fillAndDrain, "counter tree registers", max(1, levels(lanes))),
            .init(.fillAndDrain, "shift register", 1),
            .init(.fillAndDrain, "sum registers", 1),
            .init(.fillAndDrain, "shadow registers", 1),
            .init(.fillAndDrain, "zero correction register", 1),
        ]
        return sums + .leaving(scaled: scaled)
    }

    /// Events of one instruction; reads and writes of scratchpads count bytes. A count that is shifted and added is a
    /// shift-and-add.
    public func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] {
        let schedule = BitSerialSchedule(self, multiply)
        let outputs = multiply.rows * multiply.columns
        let segments = schedule.cut.segments.count
        let read = multiply.rows * multiply.depth * schedule.cycles.columnPasses
        var events: [Event: Int] = [
            .bitProduct: outputs * multiply.depth * schedule.planePairs,
            .shiftAdd: outputs * schedule.kBlocks.count * schedule.planePairs,
            .activationRead: read,
            .weightRead: schedule.cycles.rowPasses * ceilDivide(multiply.columns, columnBlock)
                * weightBytes(depth: multiply.depth, weightBits: multiply.weightBits),
            .accumulatorWrite: 4 * outputs * segments,
            .accumulatorRead: 4 * outputs * (multiply.accumulate ? segments : max(0, segments - 1)),
        ]
        if correction(multiply).isNeeded {
            events[.groupSum] = read
            events[.zeroCorrection] = outputs * segments
        }
        if multiply.isScaled { events[.groupScale] = outputs * segments }
        return events.filter { $0.value > 0 }
    }
}
