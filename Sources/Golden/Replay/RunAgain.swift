import Arch

extension GoldenModel {
    /// Runs of instructions that threads share, once the program has run with its weights kept.
    package var sharedRuns: Int {
        replay?.work?.count { if case .strands = $0 { true } else { false } } ?? 0
    }

    /// Executes the whole program, in its order.
    func run(_ replay: Replay) throws {
        guard let work = replay.work else { return try runFirst(replay) }
        let crew = replay.crew
        try worker.execute(work, threads: threads) { item in
            switch item {
            case .instruction(let index): try execute(plan.steps[index], index, .fast)
            case .strands(let strands, let found):
                worker.execute(found, threads: 1) { _ in }
                crew?.run(strands)
            case .decoded, .move, .elementwise, .tables: break
            }
        }
    }

    private func runFirst(_ replay: Replay) throws {
        let memory = scratchpads.core(threads: threads)
        for (index, step) in plan.steps.enumerated() {
            if case .multiply(let multiply, let shape) = step,
                let decoded = replay.decode(index, multiply, shape, plan.target.engines[multiply.engine], memory)
            {
                worker.execute(decoded, threads: threads)
            } else {
                try execute(step, index, .fast)
            }
        }
        try prepare(replay)
    }

    private func prepare(_ replay: Replay) throws {
        let remaining = replay.remaining()
        guard threads > 1, plan.scratchpadsAreFixed else {
            replay.work = remaining.map { work($0, on: worker) }
            return
        }
        let stretches = Strands(remaining.map(item)).stretches(threads)
        let most = stretches.lazy.map(\.parts.count).max() ?? 0
        let others = try (1..<max(1, most)).map { _ in try Worker(plan.target.machine.scratchpads) }
        replay.crew = most > 1 ? Crew(most) : nil
        replay.work = stretches.flatMap { stretch in
            stretch.parts.isEmpty
                ? stretch.places.map { work(remaining[$0], on: worker) } : [strands(stretch, remaining, others)]
        }
    }

    private typealias Remaining = (index: Int, multiply: DecodedMultiply?)

    private func strands(_ stretch: Strands.Stretch, _ remaining: [Remaining], _ others: [Worker]) -> Replay.Work {
        var found: [Replay.Work] = []
        let strands = zip(stretch.parts, others.prefix(stretch.parts.count - 1) + [worker]).map { places, worker in
            if worker !== self.worker {
                found += stretch.found.map { bytes in
                    let address = LocalAddress(bytes.space, bytes.bytes.lowerBound)
                    return .move(
                        to: worker.scratchpads.pointer(address), from: scratchpads.pointer(address), bytes: bytes.bytes.count)
                }
            }
            return Strand(worker: worker, work: places.map { work(remaining[$0], on: worker) })
        }
        return .strands(strands.reversed(), found: found)
    }

    /// What a cut has to know of an instruction.
    private func item(_ remaining: Remaining) -> Strands.Item {
        let instruction = plan.parametric.instructions[remaining.index]
        var spans: [AccessSpan] = []
        plan.program.instructions[remaining.index].forEachSpan(engines: plan.target.engines) { span in
            // Decoded weights are read elsewhere.
            if remaining.multiply == nil || span.isWrite || span.memory != .scratchpad(.weights) { spans.append(span) }
        }
        var item = Strands.Item(segment: plan.program.nodes[instruction.node].segment, work: nil, isRepeatable: false, spans: spans)
        guard instruction.references.isEmpty else {
            // Parameters move what it touches.
            return item
        }
        switch plan.steps[remaining.index] {
        case .load(let transfer): (item.work, item.isRepeatable) = (transfer.isOneRun ? 0 : nil, true)
        case .store(let transfer): item.work = transfer.isOneRun ? 0 : nil
        case .elementwise(let plan): item.work = plan.value.method == .staged ? 0 : nil
        case .multiply(let multiply, _):
            if remaining.multiply != nil { item.work = multiply.rows * multiply.columns * multiply.depth }
        case .buildTables(let tables): (item.work, item.isRepeatable) = (tables.selection == nil ? 0 : nil, true)
        case .gather, .fill, .reduce: break
        }
        return item
    }

    /// An instruction that is executed again and again, with its addresses looked up where parameters leave them alone.
    private func work(_ remaining: Remaining, on worker: Worker) -> Replay.Work {
        let index = remaining.index
        if let multiply = remaining.multiply { return .decoded(multiply) }
        guard plan.parametric.instructions[index].references.isEmpty else { return .instruction(index) }
        switch plan.steps[index] {
        case .load(let plan):
            guard plan.isOneRun else { return .instruction(index) }
            return .move(
                to: worker.scratchpads.pointer(plan.local), from: base(of: plan.global.memory) + plan.global.offset,
                bytes: plan.rowBytes)
        case .store(let plan):
            guard plan.isOneRun else { return .instruction(index) }
            return .move(
                to: base(of: plan.global.memory) + plan.global.offset, from: worker.scratchpads.pointer(plan.local),
                bytes: plan.rowBytes)
        case .elementwise(let plan):
            return StagedElementwise(plan, on: worker.scratchpads).map { .elementwise($0) } ?? .instruction(index)
        case .buildTables(let tables):
            // Which elements are selected lies in memory.
            return tables.selection == nil ? .tables(TableBuilder(tables, on: worker.scratchpads)) : .instruction(index)
        case .gather, .fill, .multiply, .reduce: return .instruction(index)
        }
    }
}
