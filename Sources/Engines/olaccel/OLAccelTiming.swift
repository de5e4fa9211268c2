import Arch

extension OLAccelArray {
    /// k that the array takes at once; an activation of more than four bits takes two neighbouring rows.
    private func depthLanes(_ multiply: Multiply) -> Int {
        rows / ExponentIntegerElement.count(multiply.activationBits)
    }

    /// The wide multipliers hold as many outliers as there are lanes while all rows of activations pass: a turn. They work beside
    /// the array, a segment at a time, because its dense sums leave together with those of its outliers.
    func schedule(_ multiply: Multiply) -> StationarySchedule {
        let usesLanes = multiply.isScaled || correction(multiply).isNeeded
        var schedule = StationarySchedule(
            multiply, depthLanes: depthLanes(multiply), columnLanes: columns, heldRows: partialRows,
            leavingLanes: usesLanes ? epilogueLanes : nil, listed: outlierTurns(multiply))
        schedule.turnDelay = outlierDelay
        return schedule
    }

    /// Segments of K that have scales of their own.
    public func outlierParts(_ multiply: Multiply) -> [Range<Int>] { KCut(multiply, granule: 1).segments.map(\.range) }

    /// Turns of each segment; `nil` when there is no list.
    private func outlierTurns(_ multiply: Multiply) -> [Int]? {
        guard let list = multiply.outliers, listsOutliers(weightBits: multiply.weightBits) else { return nil }
        return outlierParts(multiply).indices.map { ceilDivide(list.count(part: $0), outlierLanes) }
    }

    /// Cycles that a sum of outliers takes beyond a dense one: levels of the adder tree and the sum over turns, against the
    /// levels of the array's.
    var outlierDelay: Int { max(0, levels(outlierLanes) + 1 - levels(rows)) }

    public func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        let ideal = ceilDivide(multiply.rows * multiply.columns * multiply.depth, depthLanes(multiply) * columns)
        let schedule = schedule(multiply)
        let dense = StationaryCycles(schedule).parts(
            ideal: ideal, fullWidth: "rows broadcast at full width",
            leaving: "rows held back by the correction and scale lanes")
        return UnitTiming(
            occupancyParts: dense + [.init(.outliers, "rows held back by the outliers of their segment", TurnWaits(schedule).cycles)],
            latencyParts: latencyParts(scaled: multiply.isScaled))
    }

    private func latencyParts(scaled: Bool) -> [UnitTiming.Part] {
        let sums: [UnitTiming.Part] = [
            .init(.fillAndDrain, "operand register", 1),
            .init(.fillAndDrain, "product register", 1),
            .init(.fillAndDrain, "adder tree registers", levels(rows)),
            .init(.fillAndDrain, "outlier sum register", 1),
            .init(.fillAndDrain, "group sum register", 1),
            .init(.fillAndDrain, "zero correction register", 1),
        ]
        return sums + .leaving(scaled: scaled)
    }

    /// Events of one instruction; reads and writes of scratchpads count bytes. Products are those of 4-bit multipliers.
    public func activity(_ multiply: Multiply, shape: LookupShape?) -> [Event: Int] {
        let schedule = schedule(multiply)
        let outputs = multiply.rows * multiply.columns
        let segments = schedule.cut.segments.count
        let read = multiply.rows * multiply.depth * schedule.blockCount
        let outliers = multiply.outliers?.count ?? 0
        var events: [Event: Int] = [
            .multiplyAccumulate: outputs * multiply.depth * ExponentIntegerElement.count(multiply.activationBits),
            .outlierMultiplyAccumulate: multiply.rows * outliers,
            .activationRead: read + multiply.rows * outliers,
            .weightRead: schedule.blockCount * schedule.stripCount
                * weightBytes(depth: multiply.depth, weightBits: multiply.weightBits),
            .metadataRead: outliers * outlierFormat.entryBytes,
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
