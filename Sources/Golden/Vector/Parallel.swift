import Dispatch

/// Independent units of work over threads. Results never depend on the number of threads.
enum Parallel {
    /// Below this many elements starting threads costs more than it saves.
    static let threshold = 1 << 16

    static func run(_ units: Int, elements: Int, threads: Int, _ body: @Sendable (Range<Int>) -> Void) {
        let parts = elements < threshold ? 1 : min(threads, units)
        guard parts > 1 else { return body(0..<units) }
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            body(units * part / parts..<units * (part + 1) / parts)
        }
    }
}
