import Arch
import Dispatch

extension CoreMemory {
    /// Independent tasks of one instruction over threads: runs of equal length, in no order among each other.
    func spread(_ tasks: Int, _ body: @Sendable (Int) -> Void) {
        let parts = min(threads, tasks)
        guard parts > 1 else {
            for task in 0..<tasks { body(task) }
            return
        }
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            for task in tasks * part / parts..<tasks * (part + 1) / parts { body(task) }
        }
    }
}
