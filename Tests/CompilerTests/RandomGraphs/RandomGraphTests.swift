import Foundation
import Graph
import Testing

/// Graphs that nobody wrote: docs/verification.md says how to run more of them.
@Suite struct RandomGraphTests {
    /// Raise it to look at more graphs.
    static let seedsPerBatch = 10
    static let batches = 10

    @Test(arguments: ProductTests.machines, 0..<batches)
    func randomGraphEqualsTheReference(machine: String, batch: Int) throws {
        for index in 0..<Self.seedsPerBatch {
            let seed = UInt64(batch * Self.seedsPerBatch + index)
            let trial = try RandomTrial(seed: seed, preset: machine)
            #expect(trial.problems == [], "seed \(seed)")
            #expect(trial.rejection != nil || trial.compared > 0, "seed \(seed)")
        }
    }
}
