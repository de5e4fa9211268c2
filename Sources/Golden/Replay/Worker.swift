import Arch
import Diagnostics

/// What a thread needs to execute instructions: scratchpads, and memory for what lies between reading and writing.
final class Worker {
    let scratchpads: ScratchpadMemory
    private let staging: RawMemory
    private let scratch = ScratchBytes()

    init(_ sizes: Scratchpads) throws {
        scratchpads = try ScratchpadMemory(sizes)
        guard let staging = RawMemory(count: Stage.bytes) else {
            throw Diagnostics(Diagnostic("no memory for \(Stage.bytes) bytes"))
        }
        self.staging = staging
    }

    func parallel(threads: Int) -> Parallel { Parallel(threads: threads, stage: Stage(staging.base)) }

    /// - Parameter other: what cannot be executed without the rest of the program.
    @inline(__always)
    func execute(_ work: [Replay.Work], threads: Int, other: (Replay.Work) throws -> Void) rethrows {
        let memory = scratchpads.core(threads: threads)
        let parallel = parallel(threads: threads)
        for item in work {
            switch item {
            case .decoded(let multiply): multiply.execute(memory, scratch)
            case .move(let target, let source, let bytes): target.copyMemory(from: source, byteCount: bytes)
            case .elementwise(let elementwise): elementwise.execute(parallel)
            case .tables(let tables): tables.execute(parallel)
            case .instruction, .strands: try other(item)
            }
        }
    }

    func execute(_ multiply: DecodedMultiply, threads: Int) { multiply.execute(scratchpads.core(threads: threads), scratch) }
}

/// Instructions that one thread executes while others do others.
struct Strand {
    let worker: Worker
    let work: [Replay.Work]

    func execute() {
        // Nothing else is ever put in a strand.
        worker.execute(work, threads: 1) { _ in }
    }
}
