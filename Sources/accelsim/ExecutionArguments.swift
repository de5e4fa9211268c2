import ArgumentParser
import Toolchain

/// How values are computed; none of it changes a bit.
struct ExecutionArguments: ParsableArguments {
    @Flag(help: "Compute as the hardware does, step by step (slow, the same bits).")
    var structural = false

    @Flag(help: "Time tick by tick (slow, the same cycles).")
    var tick = false

    @Option(help: "Threads that values are computed on; all cores when left out.")
    var threads: Int?

    var execution: Execution { Execution(threads: threads, path: structural ? .structural : .fast) }

    func validate() throws {
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be 1 to 1024.") }
    }
}
