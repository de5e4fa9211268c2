import Dispatch

/// Independent units of work over threads. Results never depend on the number of threads.
struct Parallel: Sendable {
    let threads: Int
    /// Of the thread that asks: most instructions are small, and need no other.
    let stage: Stage

    /// Below this many elements starting threads costs more than it saves.
    static let threshold = 1 << 16

    @inline(__always)
    func run(_ units: Int, elements: Int, isIndependent: Bool = true, _ body: @Sendable (Range<Int>, Stage) -> Void) {
        let parts = elements < Self.threshold || !isIndependent ? 1 : min(threads, units)
        guard parts > 1 else { return body(0..<units, stage) }
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            Stage.with { body(units * part / parts..<units * (part + 1) / parts, $0) }
        }
    }
}
