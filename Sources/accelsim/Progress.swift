import Report
import Synchronization

/// A line that tells how far a run is, written over and over again where somebody watches.
final class Progress: Sendable {
    private let line: Mutex<ProgressLine>

    /// - Parameter unit: of the items, in the plural.
    init(of total: Int, _ unit: String) { line = Mutex(ProgressLine(of: total, unit)) }

    /// From any thread.
    func finished(_ count: Int = 1) {
        line.withLock { Terminal.progress(over: $0.finished(count), isLast: $0.isWhole) }
    }

    /// Nothing more comes.
    func end() {
        line.withLock { if $0.hasBegun, !$0.isWhole { Terminal.progress("") } }
    }
}
