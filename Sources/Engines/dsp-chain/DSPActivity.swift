import Arch

/// Events of one instruction; reads and writes of scratchpads count bytes, an overflow adjustment is a shift-and-add.
extension DSPChain {
    public func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] {
        if let mixed = multiply.structure.mixed { return mixedActivity(multiply, mixed) }
        return (0..<cores).reduce(into: [:]) { events, core in
            events.merge(activity(ofOneCore: share(of: core, multiply)), uniquingKeysWith: +)
        }
    }

    private func activity(ofOneCore multiply: Multiply) -> [Event: Int] {
        guard multiply.columns > 0 else { return [:] }
        let schedule = DSPSchedule(self, multiply)
        let outputs = multiply.rows * multiply.columns
        let segments = schedule.segmentCycles.count
        let pairs = ceilDivide(multiply.rows, 2)
        let depth = multiply.structure.stored(of: schedule.cut.depth)
        var events: [Event: Int] = [
            .multiplyAccumulate: outputs * depth,
            .activationRead: multiply.rows * schedule.kBlocks.activationsPerRow(multiply) * schedule.cycles.columnPasses,
            .weightRead: schedule.cycles.rowPasses * depth
                * ceilDivide(multiply.columns * multiply.weightBits, 8),
            .shiftAdd: pairs * multiply.columns * schedule.kBlocks.count * plan(multiply).boundaries,
            .accumulatorWrite: 4 * outputs * segments,
            .accumulatorRead: 4 * outputs * (multiply.accumulate ? segments : max(0, segments - 1)),
        ]
        if packsQuads(multiply) {
            // All lanes but the last give back their carries.
            let quads = ceilDivide(multiply.columns, WeightQuad.offsets.count)
            events[.shiftAdd] = multiply.rows * quads * (WeightQuad.offsets.count - 1) * schedule.kBlocks.count
        }
        if let pattern = multiply.structure.pattern {
            events[.selection] = pairs * multiply.columns * depth
            events[.metadataRead] = schedule.cycles.rowPasses * depth
                * ceilDivide(multiply.columns * pattern.positionBits, 8)
        }
        if multiply.isScaled { events[.groupScale] = outputs * segments }
        return events.filter { $0.value > 0 }
    }
}
