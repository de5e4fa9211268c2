import Arch

extension GoldenModel {
    /// Executes the whole program, in its order.
    func run(_ replay: Replay) throws {
        guard let work = replay.work else { return try runFirst(replay) }
        let parallel = parallel
        for item in work {
            switch item {
            case .decoded(let multiply): multiply.execute()
            case .move(let target, let source, let bytes): target.copyMemory(from: source, byteCount: bytes)
            case .elementwise(let elementwise): elementwise.execute(parallel)
            case .instruction(let index): try execute(plan.steps[index], index, .fast)
            }
        }
    }

    private func runFirst(_ replay: Replay) throws {
        let memory = scratchpads.core(threads: threads)
        for (index, step) in plan.steps.enumerated() {
            if case .multiply(let multiply, let shape) = step,
                let decoded = replay.decode(index, multiply, shape, plan.target.engines[multiply.engine], memory)
            {
                decoded.execute()
            } else {
                try execute(step, index, .fast)
            }
        }
        replay.finish(work)
    }

    /// An instruction that is executed again and again, with its addresses looked up where parameters leave them alone.
    private func work(_ index: Int) -> Replay.Work {
        guard plan.parametric.instructions[index].references.isEmpty else { return .instruction(index) }
        switch plan.steps[index] {
        case .load(let plan):
            guard plan.isOneRun else { return .instruction(index) }
            return .move(
                to: scratchpads.pointer(plan.local), from: base(of: plan.global.memory) + plan.global.offset, bytes: plan.rowBytes)
        case .store(let plan):
            guard plan.isOneRun else { return .instruction(index) }
            return .move(
                to: base(of: plan.global.memory) + plan.global.offset, from: scratchpads.pointer(plan.local), bytes: plan.rowBytes)
        case .elementwise(let plan):
            return staged(plan).map { .elementwise($0) } ?? .instruction(index)
        case .gather, .fill, .multiply, .buildTables, .reduce: return .instruction(index)
        }
    }
}
