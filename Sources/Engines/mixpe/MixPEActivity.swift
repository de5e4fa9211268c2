import Arch

/// Events of one instruction; reads and writes of scratchpads count bytes. A product counts the shifted copies that it
/// adds, the last of them into the adder tree; joining neighbours is a shift-and-add too, once per tile and output behind integer
/// trees, once per product in front of those of floats.
extension MixPEArray {
    public func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] {
        let schedule = schedule(multiply)
        let bits = multiply.weightBits
        let outputs = multiply.rows * multiply.columns
        let segments = schedule.cut.segments.count
        let stored = schedule.storedDepth
        let joins = elements.perWeight(weightBits: bits) - 1
        let updates = operands.isFloat && !ArraySums(multiply, isFloat: true).leaveBySegment
            ? schedule.kBlocks.count : segments
        let tilesOfBlocks = schedule.stripCount * ceilDivide(multiply.columns, columnBlock)
        var events: [Event: Int] = [
            .shiftAdd: outputs * stored * shiftAdds(weightBits: bits)
                + outputs * joins * (operands.isFloat ? stored : schedule.kBlocks.count),
            .activationRead: multiply.rows * schedule.kBlocks.activationsPerRow(multiply) * schedule.blockCount
                * multiply.activationFormat.elementBytes,
            .weightRead: tilesOfBlocks * weightBytes(depth: stored, weightBits: bits),
            .accumulatorWrite: 4 * outputs * updates,
            .accumulatorRead: 4 * outputs * (multiply.accumulate ? updates : max(0, updates - 1)),
        ]
        if !operands.isFloat, correction(multiply).isNeeded {
            // Columns that select activations of their own sum them on their own.
            events[.groupSum] = multiply.structure == .dense
                ? multiply.rows * stored * schedule.blockCount : outputs * stored
            events[.zeroCorrection] = outputs * segments
        }
        if let pattern = multiply.structure.pattern {
            events[.selection] = outputs * stored
            events[.metadataRead] = tilesOfBlocks * PositionLayout(pattern: pattern, columnBlock: columnBlock).bytes(kept: stored)
        }
        if ArraySums(multiply, isFloat: operands.isFloat) == .scaled { events[.groupScale] = outputs * segments }
        return events.filter { $0.value > 0 }
    }

    /// Shifted copies that one weight adds; floats meet sign and magnitude.
    private func shiftAdds(weightBits: Int) -> Int {
        operands.isFloat ? weightBits : elements.shiftAdds(weightBits: weightBits)
    }
}
