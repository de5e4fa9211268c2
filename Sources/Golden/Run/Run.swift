import Arch
import Diagnostics

extension GoldenModel {
    /// Which implementation of the instructions runs; the bits are the same.
    public enum Path: Hashable, Sendable {
        case fast
        /// What the hardware does, step by step: structural engines, vector work element by element.
        case structural
    }

    public enum Order: Hashable, Sendable {
        /// As the program lists them.
        case program
        /// Any order that the units' queues and tokens allow, drawn from a seed: it must give the same memory.
        case interleaved(seed: UInt64)
    }

    /// Executes the whole program.
    ///
    /// - Parameter afterInstruction: called with the index of each instruction when it has completed; buffers can be
    /// read there, while what they hold has not been overwritten.
    public func run(
        path: Path = .fast, order: Order = .program, afterInstruction: ((Int) throws -> Void)? = nil
    ) throws {
        switch order {
        case .program:
            if path == .fast, afterInstruction == nil, let replay { return try run(replay) }
            for index in plan.steps.indices {
                try execute(plan.steps[index], index, path)
                try afterInstruction?(index)
            }
        case .interleaved(let seed):
            var schedule = Interleaving(plan.program.instructions, seed: seed)
            while let index = try schedule.next() {
                try execute(plan.steps[index], index, path)
                schedule.complete(index)
                try afterInstruction?(index)
            }
        }
    }

    func execute(_ step: Step, _ index: Int, _ path: Path) throws {
        switch step {
        case .load(let transfer):
            transfer.execute(base(of: transfer.global.memory), local: scratchpads.pointer(transfer.local), stores: false)
        case .store(let transfer):
            transfer.execute(base(of: transfer.global.memory), local: scratchpads.pointer(transfer.local), stores: true)
        case .gather(let work): try gather(work, index)
        case .fill(let fill): fill.execute(scratchpads.pointer(fill.local))
        case .multiply(let multiply, let shape):
            let engine = plan.target.engines[multiply.engine]
            switch path {
            case .fast: engine.multiply(multiply, shape: shape, memory: scratchpads.core(threads: threads))
            case .structural: engine.multiplyStructurally(multiply, shape: shape, memory: scratchpads.core(threads: threads))
            }
        case .buildTables(let work): TableBuilder(work, on: scratchpads).execute(parallel)
        case .elementwise(let elementwise): execute(elementwise, path)
        case .reduce(let reduce): execute(reduce, path)
        }
    }

    private func gather(_ work: Gather, _ index: Int) throws {
        let table = base(of: work.global.memory)
        let local = scratchpads.pointer(work.local)
        try forEachRow(of: work, index) { far, near in
            (local + near).copyMemory(from: table + far, byteCount: work.rowBytes)
        }
    }

    /// Calls `move(byte in the memory of the table, byte from local on)` for each row that is gathered.
    func forEachRow(of work: Gather, _ index: Int, _ move: (Int, Int) -> Void) throws {
        let indices = UnsafeRawPointer(scratchpads.pointer(work.index))
        for i in 0..<work.count {
            let row = Int(indices.loadUnaligned(fromByteOffset: 4 * i, as: Int32.self))
            guard row >= 0, row < work.rows else {
                let instruction = plan.program.instructions[index]
                throw Diagnostics(
                    Diagnostic(
                        node: plan.program.nodes[instruction.node].name, field: "instructions[\(index)].index[\(i)]",
                        "index \(row) where 0..<\(work.rows) is expected"))
            }
            move(work.global.offset + row * work.rowPitch, i * work.localStride)
        }
    }

    private func execute(_ plan: Shared<ElementwisePlan>, _ path: Path) {
        if path == .fast, let staged = StagedElementwise(plan, on: scratchpads) { return staged.execute(parallel) }
        ScalarElementwise(plan.value.work, on: scratchpads).execute()
    }

    private func execute(_ plan: ReducePlan, _ path: Path) {
        let destination = scratchpads.pointer(plan.work.destination.address)
        let a = UnsafeRawPointer(scratchpads.pointer(plan.work.a.address))
        if path == .structural {
            ScalarReduce(work: plan.work, destination: destination, a: a).execute()
        } else if plan.isAcross {
            AcrossReduce(plan: plan, destination: destination, a: a).execute(parallel)
        } else {
            StagedReduce(plan: plan, destination: destination, a: a).execute(parallel)
        }
    }
}
