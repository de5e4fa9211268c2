import Arch
import Formats

extension MACArray {
    func sums(_ multiply: Multiply) -> ArraySums {
        let sums = ArraySums(multiply, isFloat: operands.isFloat)
        guard sums == .scaled, let exact = exactDepth(multiply), rows <= exact else { return sums }
        let longest = KCut(multiply, granule: 1).segments.map(\.range.count).max() ?? 0
        return longest > exact ? .scaledInParts : .scaled
    }

    /// Sums that leave at the end of a segment stay in the engine while it takes several tiles.
    func schedule(_ multiply: Multiply) -> StationarySchedule {
        let sums = sums(multiply)
        return StationarySchedule(
            multiply, depthLanes: rows, columnLanes: columns, heldRows: sums.leaveBySegment ? partialRows : nil,
            leavingLanes: sums.isScaled ? epilogueLanes : nil,
            treeLanes: operands.isFloat ? DotContract.blocked16.lanes : nil,
            loadInterval: multiply.operandScales == nil ? 1 : ceilDivide(columns, dequantiseLanes))
    }

    public func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        let products = multiply.rows * multiply.columns * multiply.depth
        let ideal = multiply.structure.pattern.map { ceilDivide(products * $0.n, rows * columns * $0.m) }
            ?? ceilDivide(products, rows * columns)
        return UnitTiming(
            occupancyParts: StationaryCycles(schedule(multiply)).parts(
                ideal: ideal, fullWidth: "rows broadcast at full width", leaving: "rows held back by the scale lanes"),
            latencyParts: operands.isFloat
                ? floatLatency(sums(multiply), dequantises: multiply.operandScales != nil)
                : latencyParts(scaled: multiply.isScaled, selects: multiply.structure != .dense))
    }

    private func floatLatency(_ sums: ArraySums, dequantises: Bool) -> [UnitTiming.Part] {
        let lanes = DotContract.blocked16.lanes
        let front: [UnitTiming.Part] = dequantises
            ? [.init(.fillAndDrain, "dequantise registers: subtract, scale, round", 3)] : []
        let parts: [UnitTiming.Part] = front + [
            .init(.fillAndDrain, "operand register", 1),
            .init(.fillAndDrain, "product register", 1),
            .init(.fillAndDrain, "f32 adder tree registers", levels(lanes)),
            .init(.fillAndDrain, "f32 accumulate, tree after tree", rows / lanes),
        ]
        switch sums {
        case .direct, .integer: return parts
        case .converted:
            return parts + [
                .init(.fillAndDrain, "convert register", 1), .init(.fillAndDrain, "integer accumulate", 1),
            ]
        case .scaledInParts:
            return parts + [
                .init(.fillAndDrain, "convert register", 1), .init(.fillAndDrain, "integer accumulate", 1),
            ] + .scaling
        case .scaled:
            return parts + [.init(.fillAndDrain, "scale register", 1), .init(.fillAndDrain, "f32 accumulate", 1)]
        }
    }

    private func latencyParts(scaled: Bool, selects: Bool) -> [UnitTiming.Part] {
        let reads: [UnitTiming.Part] = [.init(.fillAndDrain, "operand register", 1)]
            + (selects ? [.init(.fillAndDrain, "selector register", 1)] : [])
        let sums: [UnitTiming.Part] = reads + [
            .init(.fillAndDrain, "product register", 1),
            .init(.fillAndDrain, "adder tree registers", levels(rows)),
            .init(.fillAndDrain, "integer accumulate", 1),
        ]
        return scaled ? sums + .scaling : sums
    }
}
