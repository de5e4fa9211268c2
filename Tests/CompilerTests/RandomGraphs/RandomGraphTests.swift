import Foundation
import Graph
import Testing

/// Graphs that nobody wrote: docs/testing.md says what is compared and how to run more of them.
@Suite struct RandomGraphTests {
    /// Seeds from 0, on every machine; more in the long regression.
    static let seeds = ProcessInfo.processInfo.environment["RANDOM_GRAPHS"].flatMap { Int($0) } ?? 160
    private static let batches = 8

    @Test(arguments: RandomConfiguration.machines, 0..<batches)
    func randomGraphEqualsTheReference(machine: String, batch: Int) throws {
        for seed in stride(from: batch, to: Self.seeds, by: Self.batches) {
            let trial = try RandomTrial(seed: UInt64(seed), preset: machine)
            #expect(trial.problems == [], "seed \(seed)")
            #expect(trial.rejection != nil || trial.compared > 0, "seed \(seed)")
        }
    }

    /// The table of docs/graph.md.
    private static let operations = [
        "linear", "matmul", "conv2d", "add", "sub", "mul", "div", "relu", "gelu", "silu", "sigmoid", "tanh", "hard_swish",
        "hard_sigmoid", "exp", "log", "rsqrt", "erf", "sin", "cos", "clip", "softmax", "layer_norm", "rms_norm", "rope", "max_pool", "average_pool", "global_max_pool",
        "global_average_pool", "reshape", "transpose", "concat", "slice", "split", "gather", "pad", "resize", "quantise",
        "dequantise", "requantise", "mask", "append",
    ]

    /// What the seeds are worth: every operation occurs, and most graphs compile.
    @Test func randomGraphsMeetEveryOperation() throws {
        var operations: Set<String> = []
        var refused = 0
        for seed in 0..<200 {
            let trial = try RandomTrial(seed: UInt64(seed), preset: "lut-tc-tiny")
            if trial.rejection != nil { refused += 1 }
            operations.formUnion(trial.generated.graph.nodes.map(\.operation.name))
        }
        #expect(Set(Self.operations).subtracting(operations) == [])
        #expect(refused < 40)
    }
}
