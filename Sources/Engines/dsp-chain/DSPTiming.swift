import Arch

extension DSPChain {
    public func timing(_ multiply: Multiply, shape: LookupShape?) -> UnitTiming {
        if let mixed = multiply.structure.mixed { return mixedTiming(multiply, mixed) }
        // All cores start together; the first has the most columns.
        let schedule = DSPSchedule(self, share(of: 0, multiply))
        let cycles = schedule.cycles
        let products = multiply.rows * multiply.columns * multiply.depth
        let ideal = multiply.structure.pattern.map { ceilDivide(products * $0.n, 2 * slices * cores * $0.m) }
            ?? ceilDivide(products, productsPerSlice(multiply) * slices * cores)
        let leaving: BusyTerm = multiply.isScaled ? .epilogue : .fillAndDrain
        return UnitTiming(
            occupancyParts: [
                .init(.ideal, "\(packsQuads(multiply) ? "four" : "two") products in every DSP48E2", ideal),
                .init(.raggedEdges, "chains, rows or steps of K not used", cycles.issue - ideal),
                .init(leaving, "shadow registers still leaving", cycles.held),
                .init(leaving, "last sums leave", cycles.last),
            ],
            latencyParts: packsQuads(multiply)
                ? latencyParts(
                    ChainPlan(length: chainLength, section: chainLength, adjust: OverflowAdjust(lspBits: lspBits)),
                    scaled: multiply.isScaled, selects: false, countsCarries: true)
                : latencyParts(plan(multiply), scaled: multiply.isScaled, selects: multiply.structure != .dense))
    }

    func latencyParts(
        _ plan: ChainPlan, scaled: Bool, selects: Bool, countsCarries: Bool = false
    ) -> [UnitTiming.Part] {
        let operands: [UnitTiming.Part] = [.init(.fillAndDrain, "activation and code registers", 1)]
            + (selects ? [.init(.fillAndDrain, "sparse multiplexer register", 1)] : [])
        let sums: [UnitTiming.Part] = operands + [
            .init(.fillAndDrain, "dequantise register", 1),
            .init(.fillAndDrain, "A, D and first B registers", 1),
            .init(.fillAndDrain, "pre-adder and second B registers", 1),
            .init(.fillAndDrain, "product register", 1),
            .init(.fillAndDrain, "P registers of the cascade", plan.length),
            .init(.fillAndDrain, "C registers behind overflow adjust units", plan.boundaries),
        ]
            + (countsCarries ? [.init(.fillAndDrain, "carry counters of the last slice", 1)] : []) + [
            .init(.fillAndDrain, "lane correction register", 1),
            .init(.fillAndDrain, "sum registers", 1),
            .init(.fillAndDrain, "shadow registers", 1),
        ]
        return sums + .leaving(scaled: scaled)
    }
}
