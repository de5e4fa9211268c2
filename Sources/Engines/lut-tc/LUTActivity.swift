import Arch

/// Events of one instruction; reads and writes of scratchpads count bytes.
extension LUTTensorCore {
    public func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] {
        let walk = LUTWalk(self, multiply, shape: shape)
        let outputs = multiply.rows * multiply.columns
        let lookups = outputs * walk.tables * multiply.weightBits
        let updates = multiply.isScaled ? walk.segmentTables.count : min(1, walk.tables)
        let tableBytes = tableFormat?.tableBytes ?? 0
        let blockBytes = weightBytes(depth: walk.cut.depth, weightBits: multiply.weightBits)
        var events: [Event: Int] = [
            .lookup: lookups,
            .shiftAdd: lookups,
            .tableRead: multiply.rows * walk.tables * tableBytes * walk.columnPasses,
            .weightRead: ceilDivide(multiply.columns, n) * blockBytes * walk.rowPasses,
            .accumulatorWrite: 4 * outputs * updates,
            .accumulatorRead: 4 * outputs * (multiply.accumulate ? updates : max(0, updates - 1)),
        ]
        if multiply.isScaled { events[.groupScale] = outputs * updates }
        return events.filter { $0.value > 0 }
    }
}
