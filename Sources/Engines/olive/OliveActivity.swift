import Arch

/// Events of one instruction; reads and writes of scratchpads count bytes. Products and shifts are those of 4-bit elements.
extension OliveArray {
    public func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] {
        let schedule = schedule(multiply)
        let outputs = multiply.rows * multiply.columns
        let elements = ExponentIntegerElement.count(multiply.pairBits) * ExponentIntegerElement.count(multiply.slotBits)
        let products = outputs * schedule.cut.depth * elements
        let pairs = schedule.cut.depth / 2
        let updates = schedule.segments.count
        let blocks = ceilDivide(multiply.columns, columnBlock)
        var events: [Event: Int] = [
            .multiplyAccumulate: products, .shift: products,
            // Every tile decodes its rows and its columns, and no element decodes.
            .pairDecode: pairs * (multiply.rows * schedule.columnTileCount + multiply.columns * schedule.rowTileCount),
            .activationRead: multiply.rows * multiply.depth * schedule.columnTileCount,
            .weightRead: schedule.rowTileCount * blocks
                * weightBytes(depth: schedule.cut.depth, weightBits: multiply.weightBits),
            .accumulatorWrite: 4 * outputs * updates,
            .accumulatorRead: 4 * outputs * (multiply.accumulate ? updates : updates - 1),
        ]
        if multiply.isScaled { events[.groupScale] = outputs * updates }
        return events.filter { $0.value > 0 }
    }
}
