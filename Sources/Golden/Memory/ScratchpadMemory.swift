import Arch
import Diagnostics

/// The private memories of the core, with base addresses that kernels add checked offsets to.
struct ScratchpadMemory: @unchecked Sendable {
    private let activations: RawMemory
    private let weights: RawMemory
    private let tables: RawMemory
    private let accumulators: RawMemory

    init(_ sizes: Scratchpads) throws {
        func allocate(_ space: Space) throws -> RawMemory {
            guard let memory = RawMemory(count: sizes[space]) else {
                throw Diagnostics(
                    Diagnostic(node: space.name, "no memory for a scratchpad of \(sizes[space]) bytes"))
            }
            return memory
        }
        activations = try allocate(.activations)
        weights = try allocate(.weights)
        tables = try allocate(.tables)
        accumulators = try allocate(.accumulators)
    }

    @inline(__always)
    func pointer(_ address: LocalAddress) -> UnsafeMutableRawPointer {
        let memory =
            switch address.space {
            case .activations: activations
            case .weights: weights
            case .tables: tables
            case .accumulators: accumulators
            }
        return memory.base + address.offset
    }

    /// The same bytes as engines see them.
    func core(threads: Int) -> CoreMemory {
        CoreMemory(
            activations: activations.bytes, weights: weights.bytes, tables: tables.bytes,
            accumulators: accumulators.bytes, threads: threads)
    }

    /// Where an elementwise instruction writes and reads; b is `nil` when it is not in memory.
    func operands(_ work: Elementwise) -> (destination: UnsafeMutableRawPointer, a: UnsafeRawPointer, b: UnsafeRawPointer?) {
        var b: UnsafeRawPointer?
        if case .memory(let operand) = work.b { b = UnsafeRawPointer(pointer(operand.address)) }
        return (pointer(work.destination.address), UnsafeRawPointer(pointer(work.a.address)), b)
    }
}
