import Arch

/// Events of one instruction; reads and writes of scratchpads count bytes, an overflow adjustment is a shift-and-add.
extension DSPChain {
    public func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] {
        let schedule = DSPSchedule(self, multiply)
        let outputs = multiply.rows * multiply.columns
        let segments = schedule.segmentCycles.count
        let pairs = ceilDivide(multiply.rows, 2)
        var events: [Event: Int] = [
            .multiplyAccumulate: outputs * multiply.depth,
            .activationRead: multiply.rows * multiply.depth * schedule.cycles.columnPasses,
            .weightRead: schedule.cycles.rowPasses * multiply.depth
                * ceilDivide(multiply.columns * multiply.weightBits, 8),
            .shiftAdd: pairs * multiply.columns * schedule.kBlocks.count * plan(multiply).boundaries,
            .accumulatorWrite: 4 * outputs * segments,
            .accumulatorRead: 4 * outputs * (multiply.accumulate ? segments : max(0, segments - 1)),
        ]
        if multiply.isScaled { events[.groupScale] = outputs * segments }
        return events.filter { $0.value > 0 }
    }
}
