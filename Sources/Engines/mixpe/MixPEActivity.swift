import Arch

/// Events of one instruction; reads and writes of scratchpads count bytes. A product counts the shifted copies that it
/// adds, the last of them into the adder tree; joining neighbours is a shift-and-add too.
extension MixPEArray {
    public func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] {
        let schedule = schedule(multiply)
        let bits = multiply.weightBits
        let outputs = multiply.rows * multiply.columns
        let segments = schedule.cut.segments.count
        let joins = outputs * schedule.kBlocks.count * (elements.perWeight(weightBits: bits) - 1)
        let blocks = ceilDivide(multiply.columns, columnBlock)
        var events: [Event: Int] = [
            .shiftAdd: outputs * multiply.depth * elements.shiftAdds(weightBits: bits) + joins,
            .activationRead: multiply.rows * multiply.depth * schedule.blockCount,
            .weightRead: schedule.stripCount * blocks * weightBytes(depth: multiply.depth, weightBits: bits),
            .accumulatorWrite: 4 * outputs * segments,
            .accumulatorRead: 4 * outputs * (multiply.accumulate ? segments : max(0, segments - 1)),
        ]
        if correction(multiply).isNeeded {
            events[.groupSum] = multiply.rows * multiply.depth * schedule.blockCount
            events[.zeroCorrection] = outputs * segments
        }
        if multiply.isScaled { events[.groupScale] = outputs * segments }
        return events.filter { $0.value > 0 }
    }
}
