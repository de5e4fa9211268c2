import Arch
import Diagnostics
import Foundation

/// Executes a program for its values, without time: the DRAM image, the shared buffer, the scratchpads and what instructions do to them.
///
/// A model keeps its DRAM between runs (states, weights); inputs are written and outputs read by buffer name, as dense
/// row-major bytes. A model belongs to one thread at a time; models on several threads can share one `ExecutionPlan`.
public final class GoldenModel {
    public private(set) var plan: ExecutionPlan
    /// Most threads that one large instruction is spread over. It never changes a result.
    public var threads = ProcessInfo.processInfo.activeProcessorCount
    private let dram: RawMemory
    private let shared: RawMemory
    let worker: Worker
    private(set) var replay: Replay?

    /// DRAM with the program's constants in place and zeros elsewhere.
    public convenience init(_ plan: ExecutionPlan) throws {
        try self.init(plan, dramBytes: plan.program.dramBytes)
        for constant in plan.program.constants {
            constant.bytes.withUnsafeBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                (dram.base + constant.address).copyMemory(from: base, byteCount: bytes.count)
            }
        }
    }

    /// - Parameter dramBytes: 0 when somebody else moves what lies in DRAM.
    init(_ plan: ExecutionPlan, dramBytes: Int) throws {
        self.plan = plan
        guard let dram = RawMemory(count: dramBytes) else {
            throw Diagnostics(
                Diagnostic(
                    node: plan.program.graph, field: "dramBytes",
                    "no memory for \(dramBytes) bytes of DRAM"))
        }
        self.dram = dram
        let sharedBytes = plan.target.machine.sharedBytes
        guard let shared = RawMemory(count: sharedBytes) else {
            throw Diagnostics(
                Diagnostic(
                    node: plan.target.machine.name, field: "shared_buffer.bytes", "no memory for \(sharedBytes) bytes"))
        }
        self.shared = shared
        worker = try Worker(plan.target.machine.scratchpads)
    }

    /// Keeps the weights of multiplies decoded from the first run on, for a program that runs again and again. It takes memory,
    /// and changes no bit of what the program leaves in DRAM.
    ///
    /// - Parameter models: that share a quarter of the system's memory.
    public func keepWeights(models: Int = 1) {
        guard replay == nil, plan.keepsConstants(plan.program.instructions) else { return }
        let memory = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        replay = Replay(plan, limit: memory / 4 / max(1, models))
    }

    /// Sets parameters of the program, by name; the others keep their values.
    public func set(_ values: [String: Int]) throws {
        let changed = try plan.set(values)
        if replay != nil, !plan.keepsConstants(changed) { replay = nil }
    }

    /// How vector work is spread.
    var parallel: Parallel { worker.parallel(threads: threads) }

    var scratchpads: ScratchpadMemory { worker.scratchpads }

    /// First byte of a memory outside the scratchpads.
    func base(of memory: GlobalMemory) -> UnsafeMutableRawPointer {
        switch memory {
        case .dram: dram.base
        case .shared: shared.base
        }
    }

    public convenience init(target: Target, program: Program) throws {
        try self.init(ExecutionPlan(target: target, program: program))
    }

    /// Writes an input or state.
    ///
    /// - Parameter bytes: the tensor row-major and dense, elements little-endian as on activation edges.
    public func write(_ name: String, _ bytes: [UInt8]) throws {
        let buffer = try buffer(name, preferring: [.input, .state])
        try write(buffer, bytes)
    }

    /// The bytes of a buffer, row-major and dense.
    public func read(_ name: String) throws -> [UInt8] {
        read(try buffer(name, preferring: [.output, .state]))
    }

    /// The bytes of a buffer of this model's program.
    public func read(_ buffer: Buffer) -> [UInt8] {
        let memory = base(of: buffer.memory)
        return [UInt8](unsafeUninitializedCapacity: buffer.denseBytes) { out, count in
            count = buffer.denseBytes
            guard let base = out.baseAddress else { return }
            buffer.forEachRun { address, offset, length in
                UnsafeMutableRawPointer(base + offset).copyMemory(from: memory + address, byteCount: length)
            }
        }
    }

    /// All of DRAM that the program uses.
    public func dramImage() -> [UInt8] { Array(dram.bytes) }

    private func write(_ buffer: Buffer, _ bytes: [UInt8]) throws {
        guard bytes.count == buffer.denseBytes else {
            throw Diagnostics(
                Diagnostic(
                    node: buffer.name, field: "bytes", "\(bytes.count) bytes where the buffer has \(buffer.denseBytes)")
            )
        }
        let memory = base(of: buffer.memory)
        bytes.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            buffer.forEachRun { address, offset, length in
                (memory + address).copyMemory(from: base + offset, byteCount: length)
            }
        }
    }

    /// One name may stand for an input and an output of the same tensor: the role that suits the access wins.
    private func buffer(_ name: String, preferring roles: [Buffer.Role]) throws -> Buffer {
        let named = plan.program.buffers.filter { $0.name == name }
        guard let buffer = named.first(where: { roles.contains($0.role) }) ?? named.first else {
            throw Diagnostics(Diagnostic(node: name, "the program has no buffer of this name"))
        }
        return buffer
    }

    /// Takes over the states of another model, by name: what a session does between programs.
    /// States that only one of the two programs has are left as they are.
    public func takeStates(from other: GoldenModel) throws {
        for state in plan.program.buffers where state.role == .state {
            guard let source = other.plan.program.buffers.first(where: { $0.role == .state && $0.name == state.name })
            else {
                continue
            }
            guard source.shape == state.shape, source.codec == state.codec, source.elementBytes == state.elementBytes
            else {
                throw Diagnostics(
                    Diagnostic(
                        node: state.name, field: "shape",
                        "state \(source.shape) of \(source.codec) where \(state.shape) of \(state.codec) is expected"))
            }
            try write(state, other.read(source))
        }
    }
}
