import Arch

extension FusionArray {
    /// k that the array takes at once.
    func depthLanes(_ multiply: Multiply) -> Int {
        rows * FusionUnit.products(weightBits: multiply.weightBits, activationBits: multiply.activationBits)
    }

    /// Sums stay in the engine until their group is complete, then leave through the lanes that correct and scale them;
    /// integer sums that need no correction leave a row per cycle. A row of weight registers is filled with as many K rows
    /// per cycle as its eight bits per unit hold.
    func schedule(_ multiply: Multiply) -> StationarySchedule {
        let usesLanes = multiply.isScaled || correction(multiply).isNeeded
        return StationarySchedule(
            multiply, depthLanes: depthLanes(multiply), columnLanes: columns, heldRows: partialRows,
            leavingLanes: usesLanes ? epilogueLanes : nil,
            loadedRows: 8 / (FusionUnit.digitBits * FusionUnit.digits(bits: multiply.weightBits)))
    }

    public func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        let ideal = ceilDivide(multiply.rows * multiply.columns * multiply.depth, depthLanes(multiply) * columns)
        return UnitTiming(
            occupancyParts: StationaryCycles(schedule(multiply)).parts(
                ideal: ideal, fullWidth: "rows broadcast at full width",
                leaving: "rows held back by the correction and scale lanes"),
            latencyParts: latencyParts(scaled: multiply.isScaled))
    }

    private func latencyParts(scaled: Bool) -> [UnitTiming.Part] {
        let sums: [UnitTiming.Part] = [
            .init(.fillAndDrain, "operand register", 1),
            .init(.fillAndDrain, "brick product register", 1),
            .init(.fillAndDrain, "shift-and-add registers of a unit", levels(FusionUnit.bricks)),
            .init(.fillAndDrain, "adder tree registers", levels(rows)),
            .init(.fillAndDrain, "group sum register", 1),
            .init(.fillAndDrain, "zero correction register", 1),
        ]
        return sums + .leaving(scaled: scaled)
    }

    /// Events of one instruction; reads and writes of scratchpads count bytes. A brick's product includes its shift and
    /// its addition.
    public func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] {
        let schedule = schedule(multiply)
        let outputs = multiply.rows * multiply.columns
        let segments = schedule.cut.segments.count
        let bricks = FusionUnit.digits(bits: multiply.weightBits) * FusionUnit.digits(bits: multiply.activationBits)
        let read = multiply.rows * multiply.depth * schedule.blockCount
        var events: [Event: Int] = [
            .brickProduct: outputs * multiply.depth * bricks,
            .activationRead: read,
            .weightRead: schedule.blockCount * schedule.stripCount
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
