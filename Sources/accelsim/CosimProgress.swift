import Cosim
import Synchronization

/// A line for each finished block, when somebody watches.
final class CosimProgress: Sendable {
    private let total: Int
    private let done = Mutex(0)

    init(total: Int) { self.total = total }

    func finished(_ result: BlockResult) {
        let count = done.withLock { value in
            value += 1
            return value
        }
        Terminal.progress("[\(count)/\(total)] \(result.block) \(result.isEqual ? "equal" : "DIFFERS")")
    }
}
