import Arch

extension MixPEArray {
    /// The sums of a group stay in the engine until it is complete, then leave through the lanes that correct and scale
    /// them; integer sums that need no correction leave a row per cycle.
    func schedule(_ multiply: Multiply) -> StationarySchedule {
        let usesLanes = multiply.isScaled || correction(multiply).isNeeded
        return StationarySchedule(
            multiply, depthLanes: rows, columnLanes: columnLanes(weightBits: multiply.weightBits),
            heldRows: partialRows, leavingLanes: usesLanes ? epilogueLanes : nil)
    }

    public func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        let rate = rows * columnLanes(weightBits: multiply.weightBits)
        let products = multiply.rows * multiply.columns * multiply.depth
        let ideal = multiply.structure.pattern.map { ceilDivide(products * $0.n, rate * $0.m) }
            ?? ceilDivide(products, rate)
        return UnitTiming(
            occupancyParts: StationaryCycles(schedule(multiply)).parts(
                ideal: ideal, fullWidth: "rows broadcast at full width",
                leaving: "rows held back by the correction and scale lanes"),
            latencyParts: latencyParts(multiply))
    }

    private func latencyParts(_ multiply: Multiply) -> [UnitTiming.Part] {
        let joins = levels(elements.perWeight(weightBits: multiply.weightBits))
        let reads: [UnitTiming.Part] = [.init(.fillAndDrain, "operand register", 1)]
            + (multiply.structure == .dense ? [] : [.init(.fillAndDrain, "selector register", 1)])
        let sums: [UnitTiming.Part] = reads + [
            .init(.fillAndDrain, "shift-and-add register", 1),
            .init(.fillAndDrain, "adder tree registers", levels(rows)),
            .init(.fillAndDrain, "join registers of wide weights", joins),
            .init(.fillAndDrain, "group sum register", 1),
            .init(.fillAndDrain, "zero correction register", 1),
        ]
        guard multiply.isScaled else { return sums + [.init(.fillAndDrain, "integer accumulate", 1)] }
        return sums + [
            .init(.fillAndDrain, "convert register", 1),
            .init(.fillAndDrain, "scale register", 1),
            .init(.fillAndDrain, "f32 accumulate", 1),
        ]
    }
}
