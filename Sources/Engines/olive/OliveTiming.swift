import Arch

extension OliveArray {
    /// Rows of the product at once.
    func rowLanes(_ multiply: Multiply) -> Int { rows / Self.nibbles(multiply.slotBits) }
    /// Columns of the product at once.
    func columnLanes(_ multiply: Multiply) -> Int { columns / Self.nibbles(multiply.weightBits) }

    /// Elements along one side that a slot takes.
    static func nibbles(_ bits: Int) -> Int { bits > 4 ? 2 : 1 }

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
            occupancyParts: [
                .init(.ideal, "steps of K at full width", ideal),
                .init(.raggedEdges, "rows, columns and slots not used", cycles.issue - ideal),
                .init(.epilogue, "segments held back by sums that leave", cycles.waiting),
                .init(.fillAndDrain, "sums of the last tile leave", cycles.lastDrain),
            ],
            latencyParts: latencyParts(multiply))
    }

    private func latencyParts(_ multiply: Multiply) -> [UnitTiming.Part] {
        // From one node of two by two elements to the next, through the whole array: sums leave through its lower border.
        let skew = rows / 2 + columns / 2 - 2
        let joins = levels(Self.nibbles(multiply.weightBits) * Self.nibbles(multiply.slotBits))
        let sums: [UnitTiming.Part] = [
            .init(.fillAndDrain, "operand register", 1),
            .init(.fillAndDrain, "decoder register", 1),
            .init(.fillAndDrain, "operands pass the rows and columns", skew),
            .init(.fillAndDrain, "product register", 1),
            .init(.fillAndDrain, "shift register", 1),
            .init(.fillAndDrain, "join registers of wide slots", joins),
            .init(.fillAndDrain, "sum registers", 1),
        ]
        return sums + .leaving(scaled: multiply.isScaled)
    }
}

extension Multiply {
    /// What an activation is to the elements: with 8-bit weights it takes two rows whatever it is.
    var slotBits: Int { max(activationFormat.codec?.bits ?? 8, weightBits) }
}
