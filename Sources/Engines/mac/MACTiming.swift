import Arch

extension MACArray {
    /// Integer output accumulates in the scratchpad; a scaled segment of several tiles keeps its sums in the engine.
    func schedule(_ multiply: Multiply) -> StationarySchedule {
        StationarySchedule(
            multiply, depthLanes: rows, columnLanes: columns, heldRows: multiply.isScaled ? partialRows : nil,
            leavingLanes: multiply.isScaled ? epilogueLanes : nil)
    }

    public func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        let cycles = StationaryCycles(schedule(multiply))
        let ideal = ceilDivide(multiply.rows * multiply.columns * multiply.depth, rows * columns)
        return UnitTiming(
            occupancyParts: cycles.parts(
                ideal: ideal, fullWidth: "rows broadcast at full width", leaving: "rows held back by the scale lanes"),
            latencyParts: latencyParts(scaled: multiply.isScaled))
    }

    private func latencyParts(scaled: Bool) -> [UnitTiming.Part] {
        let sums: [UnitTiming.Part] = [
            .init(.fillAndDrain, "operand register", 1),
            .init(.fillAndDrain, "product register", 1),
            .init(.fillAndDrain, "adder tree registers", levels(rows)),
            .init(.fillAndDrain, "integer accumulate", 1),
        ]
        guard scaled else { return sums }
        return sums + [
            .init(.fillAndDrain, "convert register", 1),
            .init(.fillAndDrain, "scale register", 1),
            .init(.fillAndDrain, "f32 accumulate", 1),
        ]
    }
}
