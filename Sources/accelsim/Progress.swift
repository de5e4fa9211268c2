import Report
import Synchronization

/// A line that tells how far a run is, written over and over again where somebody watches.
final class Progress: Sendable {
    private struct State {
        var line: ProgressLine
        var done = 0
    }

    private let total: Int
    private let state: Mutex<State>

    /// - Parameter unit: of the items, in the plural.
    init(of total: Int, _ unit: String) {
        self.total = total
        state = Mutex(State(line: ProgressLine(of: total, unit)))
    }

    /// From any thread.
    func finished(_ count: Int = 1) {
        state.withLock { state in
            state.done += count
            Terminal.progress(over: state.line.text(done: state.done), isLast: state.done >= total)
        }
    }

    /// Nothing more comes.
    func end() {
        state.withLock { if $0.done < total, $0.done > 0 { Terminal.progress("") } }
    }
}
