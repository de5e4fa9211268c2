import Foundation
import Synchronization

/// Threads that stand by for short work that comes again and again: they look for it for a while before they sleep, since to wake
/// one up takes as long as the work.
final class Crew: @unchecked Sendable {
    private let shared: Shared
    let count: Int

    /// - Parameter count: of threads, the calling one among them.
    init(_ count: Int) {
        self.count = count
        let shared = Shared(count - 1)
        self.shared = shared
        for member in 0..<count - 1 {
            let thread = Thread { shared.serve(member) }
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    deinit { shared.stop() }

    /// Executes at most `count` strands, each on a thread of its own, the first on the calling one.
    func run(_ strands: [Strand]) {
        shared.begin(strands)
        strands[0].execute()
        shared.wait()
    }

    /// What the threads hold on to.
    private final class Shared: @unchecked Sendable {
        /// Written before `round` is, read after.
        private var strands: [Strand] = []
        private let round = Atomic<Int>(0)
        private let unfinished = Atomic<Int>(0)
        private let isStopped = Atomic<Bool>(false)
        private let sleepers: [Sleeper]

        private final class Sleeper: Sendable {
            let isAsleep = Atomic<Bool>(false)
            let semaphore = DispatchSemaphore(value: 0)
        }

        /// Looks for work, between which others may run, before a thread sleeps: some milliseconds.
        private static let looks = 4000

        init(_ members: Int) { sleepers = (0..<members).map { _ in Sleeper() } }

        func begin(_ strands: [Strand]) {
            self.strands = strands
            unfinished.store(sleepers.count, ordering: .relaxed)
            wake()
        }

        func wait() {
            while unfinished.load(ordering: .acquiring) > 0 { sched_yield() }
        }

        func stop() {
            isStopped.store(true, ordering: .relaxed)
            wake()
        }

        private func wake() {
            round.add(1, ordering: .sequentiallyConsistent)
            for sleeper in sleepers where sleeper.isAsleep.exchange(false, ordering: .sequentiallyConsistent) {
                sleeper.semaphore.signal()
            }
        }

        func serve(_ member: Int) {
            var seen = 0
            while true {
                look(after: seen, sleepers[member])
                seen += 1
                if isStopped.load(ordering: .relaxed) { return }
                if member + 1 < strands.count { strands[member + 1].execute() }
                unfinished.subtract(1, ordering: .acquiringAndReleasing)
            }
        }

        private func look(after seen: Int, _ sleeper: Sleeper) {
            for _ in 0..<Self.looks {
                if round.load(ordering: .acquiring) != seen { return }
                sched_yield()
            }
            sleeper.isAsleep.store(true, ordering: .sequentiallyConsistent)
            // Work that came in between did not see the sleeper, or has signalled it.
            if round.load(ordering: .sequentiallyConsistent) != seen,
                sleeper.isAsleep.exchange(false, ordering: .sequentiallyConsistent)
            { return }
            sleeper.semaphore.wait()
        }
    }
}
