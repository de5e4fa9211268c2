import Arch

extension AntArray {
    func schedule(_ multiply: Multiply) -> OutputStationarySchedule {
        let usesLanes = multiply.isScaled || correction(multiply).isNeeded
        return OutputStationarySchedule(
            rows: multiply.rows, columns: multiply.columns,
            rowLanes: rows / ExponentIntegerElement.count(multiply.activationWidth),
            columnLanes: columns / ExponentIntegerElement.count(multiply.weightBits), cut: KCut(multiply, granule: 1),
            leavingLanes: usesLanes ? epilogueLanes : nil)
    }

    public func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        let schedule = schedule(multiply)
        let ideal = ceilDivide(
            multiply.rows * multiply.columns * multiply.depth, schedule.rowLanes * schedule.columnLanes)
        let corrected: [UnitTiming.Part] = [.init(.fillAndDrain, "zero correction register", 1)]
        return UnitTiming(
            occupancyParts: OutputStationaryCycles(schedule).parts(ideal: ideal, unused: "rows and columns not used"),
            latencyParts: schedule.registers(
                rows: rows, columns: columns, joining: elements(multiply), wide: "codes"
            ) + corrected + .leaving(scaled: multiply.isScaled))
    }

    /// Elements that share a product.
    private func elements(_ multiply: Multiply) -> Int {
        ExponentIntegerElement.count(multiply.activationWidth) * ExponentIntegerElement.count(multiply.weightBits)
    }

    /// Events of one instruction; reads and writes of scratchpads count bytes. Products and shifts are those of 4-bit
    /// elements. Decoders stand at the borders, so every tile decodes its rows and its columns.
    public func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] {
        let schedule = schedule(multiply)
        let outputs = multiply.rows * multiply.columns
        let segments = schedule.cut.segments.count
        let products = outputs * multiply.depth * elements(multiply)
        let read = multiply.rows * multiply.depth * schedule.columnTileCount
        let blocks = ceilDivide(multiply.columns, columnBlock)
        var events: [Event: Int] = [
            .multiplyAccumulate: products, .shift: products, .activationRead: read,
            .flintDecode: (multiply.activationFormat.codec?.flint == nil ? 0 : read)
                + (multiply.codes.flint == nil ? 0 : multiply.columns * multiply.depth * schedule.rowTileCount),
            .weightRead: schedule.rowTileCount * blocks
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
