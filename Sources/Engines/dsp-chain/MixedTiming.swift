import Arch

/// Time and events of weights whose blocks keep an N of their own.
extension DSPChain {
    func mixedTiming(_ multiply: Multiply, _ mixed: MixedBlocks) -> UnitTiming {
        let cores = (0..<cores).map { core in
            let blocks = CoreBlocks(self, core: core, multiply, mixed)
            return (schedule: MixedSchedule(self, share(of: core, multiply), blocks), blocks: blocks)
        }
        // In lockstep all wait for the slowest.
        var slowest = cores[0].schedule
        for core in cores.dropFirst() where core.schedule.total > slowest.total { slowest = core.schedule }
        let products = multiply.rows * cores.reduce(0) { $0 + $1.blocks.sum { $0 * $1 } }
        // A core with less to do than the others can be busier than the mean.
        let ideal = min(slowest.issue, ceilDivide(products, 2 * slices * self.cores))
        let leaving: BusyTerm = multiply.isScaled ? .epilogue : .fillAndDrain
        return UnitTiming(
            occupancyParts: [
                .init(.ideal, "two products in every DSP48E2", ideal),
                .init(.raggedEdges, "chains, rows or steps of K not used", slowest.issue - ideal),
                .init(leaving, "shadow registers still leaving", slowest.held),
                .init(leaving, "last sums leave", slowest.last),
            ],
            latencyParts: latencyParts(plan(multiply), scaled: multiply.isScaled, selects: true))
    }

    func mixedActivity(_ multiply: Multiply, _ mixed: MixedBlocks) -> [Event: Int] {
        (0..<cores).reduce(into: [:]) { events, core in
            let blocks = CoreBlocks(self, core: core, multiply, mixed)
            events.merge(activity(share(of: core, multiply), blocks), uniquingKeysWith: +)
        }
    }

    private func activity(_ multiply: Multiply, _ blocks: CoreBlocks) -> [Event: Int] {
        guard multiply.columns > 0 else { return [:] }
        let schedule = MixedSchedule(self, multiply, blocks)
        let outputs = multiply.rows * multiply.columns
        let segments = multiply.isScaled ? schedule.cut.segments.count : 1
        let pairs = ceilDivide(multiply.rows, 2)
        let kept = blocks.sum { $0 * $1 }
        let side = MixedBlocks.side
        // Every cycle reads the k of its block that are inside their run.
        let reads = schedule.passes.reduce(0) { total, pass in
            pass.cycles.enumerated().reduce(total) { $0 + $1.element * multiply.depthOfMixedBlock($1.offset) }
        }
        var events: [Event: Int] = [
            .multiplyAccumulate: multiply.rows * kept, .selection: pairs * kept, .activationRead: multiply.rows * reads,
            .weightRead: schedule.rowPasses * blocks.sum { ceilDivide($0 * multiply.weightBits, 8) * $1 },
            .metadataRead: schedule.rowPasses
                * (blocks.sum { ceilDivide($0 * 4, 8) * $1 } + ceilDivide(multiply.columns, side) * blocks.depthBlocks),
            .shiftAdd: pairs * blocks.sum { $0 * plan(multiply, length: $1).boundaries },
            .accumulatorWrite: 4 * outputs * segments,
            .accumulatorRead: 4 * outputs * (multiply.accumulate ? segments : segments - 1),
        ]
        if multiply.isScaled { events[.groupScale] = outputs * segments }
        return events.filter { $0.value > 0 }
    }

    /// Chains and selectors fit blocks that keep an N of their own.
    var mixesBlocks: Bool {
        splits && chainLength == MixedBlocks.side && selectorInputs >= MixedBlocks.side && vectorColumns > 1
    }

    /// Why this engine does not take weights whose blocks keep an N of their own; `nil` when it does.
    func mixProblem(_ format: ProductFormat) -> String? {
        guard let mix = format.mix else { return nil }
        let name = "weights are \(mix.name)"
        if format.runtimeWeights { return "\(name), which is compressed offline, these are made at run time" }
        if !format.weights.hasZero { return "\(name), but \(format.weights.name) has no zero to leave out" }
        if !splits { return "\(name), which needs reduction nodes" }
        let side = MixedBlocks.side
        if selectorInputs < side { return "\(name), the chain selects from \(selectorInputs) activations" }
        guard chainLength == side, vectorColumns.isMultiple(of: side) else {
            return "\(name), which chains of \(side) and whole stripes of \(side) vectorColumns take, these are "
                + "\(chainLength) and \(vectorColumns)"
        }
        return nil
    }
}

extension Multiply {
    /// k of a block of mixed weights that have activations.
    fileprivate func depthOfMixedBlock(_ block: Int) -> Int {
        let blocksOfRun = ceilDivide(run, MixedBlocks.side)
        return min(MixedBlocks.side, run - block % blocksOfRun * MixedBlocks.side)
    }
}
