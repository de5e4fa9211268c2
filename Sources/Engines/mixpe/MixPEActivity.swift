import Arch

/// Events of one instruction; reads and writes of scratchpads count bytes. A product counts the shifted copies that it
/// adds, the last of them into the adder tree; joining neighbours is a shift-and-add too.
extension MixPEArray {
    public func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] {
        let schedule = schedule(multiply)
        let bits = multiply.weightBits
        let outputs = multiply.rows * multiply.columns
        let segments = schedule.cut.segments.count
        let stored = schedule.storedDepth
        let joins = outputs * schedule.kBlocks.count * (elements.perWeight(weightBits: bits) - 1)
        let tilesOfBlocks = schedule.stripCount * ceilDivide(multiply.columns, columnBlock)
        var events: [Event: Int] = [
            .shiftAdd: outputs * stored * elements.shiftAdds(weightBits: bits) + joins,
            .activationRead: multiply.rows * schedule.kBlocks.activationsPerRow(multiply) * schedule.blockCount,
            .weightRead: tilesOfBlocks * weightBytes(depth: stored, weightBits: bits),
            .accumulatorWrite: 4 * outputs * segments,
            .accumulatorRead: 4 * outputs * (multiply.accumulate ? segments : max(0, segments - 1)),
        ]
        if correction(multiply).isNeeded {
            // Columns that select activations of their own sum them on their own.
            events[.groupSum] = multiply.structure == .dense
                ? multiply.rows * stored * schedule.blockCount : outputs * stored
            events[.zeroCorrection] = outputs * segments
        }
        if let pattern = multiply.structure.pattern {
            events[.selection] = outputs * stored
            events[.metadataRead] = tilesOfBlocks * PositionLayout(pattern: pattern, columnBlock: columnBlock).bytes(kept: stored)
        }
        if multiply.isScaled { events[.groupScale] = outputs * segments }
        return events.filter { $0.value > 0 }
    }
}
