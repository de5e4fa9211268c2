import Arch

/// The golden model of a device whose DRAM is somebody else's: instructions are executed one after another, and what they
/// move from or to DRAM is handed out instead of moved.
///
/// A model belongs to one thread at a time.
public final class HostedModel {
    private let model: GoldenModel

    public init(_ plan: ExecutionPlan) throws { model = try GoldenModel(plan, dramBytes: 0) }

    /// Executes an instruction.
    ///
    /// - Returns: what the caller has to move before it executes the next one; `nil` when nothing touches DRAM.
    public func execute(_ index: Int) throws -> DRAMTransfer? {
        switch model.plan.steps[index] {
        case .load(let transfer) where transfer.global.memory == .dram: return runs(transfer, isWrite: false)
        case .store(let transfer) where transfer.global.memory == .dram: return runs(transfer, isWrite: true)
        case .gather(let work) where work.global.memory == .dram:
            let local = model.scratchpads.pointer(work.local)
            var transfer = DRAMTransfer(isWrite: false)
            try model.forEachRow(of: work, index) { far, near in
                transfer.runs.append(.init(address: far, local: local + near, bytes: work.rowBytes))
            }
            return transfer
        case .load, .store, .gather, .fill, .multiply, .buildTables, .elementwise, .reduce:
            try model.execute(model.plan.steps[index], index, .fast)
            return nil
        }
    }

    private func runs(_ plan: TransferPlan, isWrite: Bool) -> DRAMTransfer {
        let local = model.scratchpads.pointer(plan.local)
        var transfer = DRAMTransfer(isWrite: isWrite)
        plan.forEachRun { far, near, bytes in
            transfer.runs.append(.init(address: far, local: local + near, bytes: bytes))
        }
        return transfer
    }
}

/// Bytes between DRAM and a scratchpad of a `HostedModel`.
public struct DRAMTransfer {
    /// Contiguous on both sides.
    public struct Run {
        /// Byte in DRAM.
        public var address: Int
        /// Valid as long as the model lives.
        public var local: UnsafeMutableRawPointer
        public var bytes: Int
    }

    /// From the scratchpad to DRAM.
    public var isWrite: Bool
    public var runs: [Run] = []
}
