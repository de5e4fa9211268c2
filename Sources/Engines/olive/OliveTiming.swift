import Arch

extension OliveArray {
    /// Rows of the product at once.
    func rowLanes(_ multiply: Multiply) -> Int { rows / ExponentIntegerElement.count(multiply.slotBits) }
    /// Columns of the product at once.
    func columnLanes(_ multiply: Multiply) -> Int { columns / ExponentIntegerElement.count(multiply.pairBits) }

    func schedule(_ multiply: Multiply) -> OutputStationarySchedule {
        OutputStationarySchedule(
            rows: multiply.rows, columns: multiply.columns, rowLanes: rowLanes(multiply),
            columnLanes: columnLanes(multiply), cut: KCut(multiply, granule: depthBlock),
            leavingLanes: multiply.isScaled ? epilogueLanes : nil)
    }

    public func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        let schedule = schedule(multiply)
        let cycles = OutputStationaryCycles(schedule)
        let ideal = ceilDivide(
            multiply.rows * multiply.columns * multiply.depth, schedule.rowLanes * schedule.columnLanes)
        return UnitTiming(
            occupancyParts: cycles.parts(ideal: ideal, unused: "rows, columns and slots not used"),
            latencyParts: latencyParts(multiply, schedule))
    }

    private func latencyParts(_ multiply: Multiply, _ schedule: OutputStationarySchedule) -> [UnitTiming.Part] {
        let elements = ExponentIntegerElement.count(multiply.pairBits) * ExponentIntegerElement.count(multiply.slotBits)
        return schedule.registers(rows: rows, columns: columns, joining: elements, wide: "slots")
            + .leaving(scaled: multiply.isScaled)
    }
}

extension Multiply {
    /// What an activation is to the elements: with 8-bit weights it takes two rows whatever it is.
    var slotBits: Int { max(activationFormat.codec?.bits ?? 8, pairBits) }
    /// Of a weight's slot to the elements, however it lies in memory.
    var pairBits: Int { codes.pairs?.bits ?? weightBits }
}
