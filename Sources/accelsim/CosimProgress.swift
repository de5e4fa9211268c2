import Cosim
import Report
import Synchronization

/// A line for each finished block, when somebody watches.
final class CosimProgress: Sendable {
    private let line: Mutex<ProgressLine>

    init(total: Int) { line = Mutex(ProgressLine(of: total, "blocks")) }

    func finished(_ result: BlockResult) {
        let progress = line.withLock { $0.finished() }
        Terminal.progress("\(progress): \(result.block) \(result.isEqual ? "equal" : "DIFFERS")")
    }
}
