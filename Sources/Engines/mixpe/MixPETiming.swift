import Arch

extension MixPEArray {
    /// The sums of a group stay in the engine until it is complete, then leave through the lanes that correct and scale
    /// them; integer sums that need no correction leave a row per cycle.
    func schedule(_ multiply: Multiply) -> StationarySchedule {
        if operands.isFloat { return floatSchedule(multiply) }
        let usesLanes = multiply.isScaled || correction(multiply).isNeeded
        return StationarySchedule(
            multiply, depthLanes: rows, columnLanes: columnLanes(weightBits: multiply.weightBits),
            heldRows: partialRows, leavingLanes: usesLanes ? epilogueLanes : nil)
    }

    /// As `mac` has it for floats: sums without scales go to the accumulators tile by tile.
    private func floatSchedule(_ multiply: Multiply) -> StationarySchedule {
        let sums = ArraySums(multiply, isFloat: true)
        return StationarySchedule(
            multiply, depthLanes: rows, columnLanes: columnLanes(weightBits: multiply.weightBits),
            heldRows: sums.leaveBySegment ? partialRows : nil, leavingLanes: sums == .scaled ? epilogueLanes : nil,
            treeLanes: operands.contract.lanes)
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
            latencyParts: operands.isFloat ? floatLatency(multiply) : latencyParts(multiply))
    }

    private func floatLatency(_ multiply: Multiply) -> [UnitTiming.Part] {
        let count = elements.perWeight(weightBits: multiply.weightBits)
        let lanes = operands.contract.lanes
        let product: [UnitTiming.Part] = operands.contract.products == .halfTerms
            ? [.init(.fillAndDrain, "f16 adders, bit after bit", count * elements.bitsPerElement)]
            : [
                .init(.fillAndDrain, "shift-and-add register", 1),
                .init(.fillAndDrain, "join registers of wide weights", levels(count)),
                .init(.fillAndDrain, "normalise register", 1),
            ]
        let sum: [UnitTiming.Part] = [
            .init(.fillAndDrain, "f32 adder tree registers", levels(lanes)),
            .init(.fillAndDrain, "f32 accumulate, tree after tree", rows / lanes),
        ]
        let leave: [UnitTiming.Part] =
            switch ArraySums(multiply, isFloat: true) {
            case .direct, .integer: []
            case .converted:
                [.init(.fillAndDrain, "convert register", 1), .init(.fillAndDrain, "integer accumulate", 1)]
            case .scaled, .scaledInParts: [.init(.fillAndDrain, "scale register", 1), .init(.fillAndDrain, "f32 accumulate", 1)]
            }
        return [.init(.fillAndDrain, "operand register", 1)] + product + sum + leave
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
        return sums + .leaving(scaled: multiply.isScaled)
    }
}
