import Arch

/// Events of one instruction; reads and writes of scratchpads count bytes.
extension MACArray {
    public func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] {
        let schedule = schedule(multiply)
        let outputs = multiply.rows * multiply.columns
        let depth = schedule.storedDepth
        let tiles = schedule.kBlocks.count
        let segments = schedule.cut.segments.count
        let passes = schedule.blockCount * schedule.stripCount
        var events: [Event: Int] = [
            .multiplyAccumulate: outputs * depth,
            .activationRead: multiply.rows * schedule.kBlocks.activationsPerRow(multiply)
                * multiply.activationFormat.elementBytes * schedule.blockCount,
            .weightRead: passes * weightBytes(depth: depth, weightBits: multiply.weightBits),
        ]
        if let pattern = multiply.structure.pattern {
            events[.selection] = outputs * depth
            events[.metadataRead] = passes * PositionLayout(pattern: pattern, columnBlock: columns).bytes(kept: depth)
        }
        if multiply.operandScales != nil { events[.dequantisation] = schedule.stripCount * multiply.columns * depth }
        let sums = sums(multiply)
        let updates = sums.leaveBySegment ? segments : tiles
        events[.accumulatorWrite] = 4 * outputs * updates
        events[.accumulatorRead] = 4 * outputs * (multiply.accumulate ? updates : max(0, updates - 1))
        if sums.isScaled { events[.groupScale] = outputs * segments }
        return events.filter { $0.value > 0 }
    }
}
