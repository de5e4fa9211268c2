import Cosim
import Report
import Synchronization

/// A line for each finished block, when somebody watches.
final class CosimProgress: Sendable {
    private struct State {
        var line: ProgressLine
        var done = 0
    }

    private let state: Mutex<State>

    init(total: Int) { state = Mutex(State(line: ProgressLine(of: total, "blocks"))) }

    func finished(_ result: BlockResult) {
        let progress = state.withLock { state in
            state.done += 1
            return state.line.text(done: state.done)
        }
        Terminal.progress("\(progress): \(result.block) \(result.isEqual ? "equal" : "DIFFERS")")
    }
}
